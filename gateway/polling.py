"""A little patience, so that who orders is told at once whether the points were there.

The exchange asks the bank by events. The gateway asks the exchange a few times, for at most three seconds; if the bank
is slower, or nobody answers, the caller gets what is known and may ask again.
"""

import time
from collections.abc import Callable, Container, Iterator
from typing import Any

from contracts.errors import AccountClosed, InsufficientPoints, Unavailable

_PATIENCE = 3.0
_SLOWER = 1.6
"""Who waits longer asks less often: in a rush the asking alone would keep everybody waiting."""


class AdaptivePollingInterval:
    """How long an answer usually takes, learnt from those that were waited for: three of four are there by then.

    Who asks at that moment asks once, whether the platform is at rest or in a rush.
    """

    _SOONER, _LATER = 0.96, 1.12
    _LEAST, _MOST = 0.02, 1.0

    def __init__(self, seconds: float = 0.05) -> None:
        self.seconds = seconds

    def learn(self, was_there: bool) -> None:
        """The answer was there at that moment, or was not."""
        moved = self.seconds * (self._SOONER if was_there else self._LATER)
        self.seconds = min(max(moved, self._LEAST), self._MOST)

    def pauses(self) -> Iterator[float]:
        """Seconds to wait before each time one asks."""
        pause = self.seconds
        yield pause
        pause /= 2
        while True:
            yield pause
            pause *= _SLOWER


_bank = AdaptivePollingInterval()


def poll_until_decided(
    asked: dict[str, Any], ask_again: Callable[[], dict[str, Any]], *, undecided: Container[str]
) -> dict[str, Any]:
    """`asked` as it stands once its status is no longer one of `undecided`, or patience ran out.

    Raises InsufficientPoints or AccountClosed when the bank refused.
    """
    return raise_if_refused(poll_while(asked, ask_again, "status", undecided, _bank))


def poll_while(
    asked: dict[str, Any],
    ask_again: Callable[[], dict[str, Any]],
    stage: str,
    waiting: Container[str],
    usual: AdaptivePollingInterval | None = None,
) -> dict[str, Any]:
    """`asked` as it stands once its `stage` is no longer one of `waiting`, or patience ran out."""
    usual = usual or AdaptivePollingInterval()
    deadline = time.monotonic() + _PATIENCE
    found = asked
    try:
        for turn, pause in enumerate(usual.pauses()):
            if found[stage] not in waiting or time.monotonic() > deadline:
                break
            time.sleep(pause)
            found = ask_again()
            if turn == 0:
                usual.learn(found[stage] not in waiting)
    except Unavailable:
        pass  # it was taken; saying that nothing is available now would make the caller do it again
    return found


def raise_if_refused(found: dict[str, Any]) -> dict[str, Any]:
    """`found`, or InsufficientPoints or AccountClosed with the figures if the bank refused it."""
    if found["status"] != "refused":
        return found
    facts = {"id": found["id"], "points": found["points"]}
    if found["refusal_code"] == AccountClosed.code:
        raise AccountClosed(facts=facts)
    if (available := found.get("available")) is None:  # a till is not told what the payer has
        raise InsufficientPoints(facts=facts)
    raise InsufficientPoints(
        f"需要 {found['points']} 分，可用积分 {available} 分", facts=facts | {"available": available}
    )
