"""A little patience, so that who orders is told at once whether the points were there.

The exchange asks the bank by events. The gateway asks the exchange a few times, for at most three seconds; if the bank
is slower, or nobody answers, the caller gets what is known and may ask again.
"""

import time
from collections.abc import Callable, Container
from typing import Any

from contracts.errors import AccountClosed, InsufficientPoints, Unavailable

_PATIENCE = 3.0
_PAUSE = 0.05
_SLOWER = 1.6
"""Who waits longer asks less often: in a rush the asking alone would keep everybody waiting."""


def until_answered(
    asked: dict[str, Any], ask_again: Callable[[], dict[str, Any]], *, undecided: Container[str]
) -> dict[str, Any]:
    """`asked` as it stands once its status is no longer one of `undecided`, or patience ran out.

    Raises InsufficientPoints or AccountClosed when the bank refused.
    """
    return unless_refused(until_past(asked, ask_again, "status", undecided))


def until_past(
    asked: dict[str, Any], ask_again: Callable[[], dict[str, Any]], stage: str, waiting: Container[str]
) -> dict[str, Any]:
    """`asked` as it stands once its `stage` is no longer one of `waiting`, or patience ran out."""
    deadline = time.monotonic() + _PATIENCE
    found, pause = asked, _PAUSE
    try:
        while found[stage] in waiting and time.monotonic() < deadline:
            time.sleep(pause)
            found, pause = ask_again(), pause * _SLOWER
    except Unavailable:
        pass  # it was taken; saying that nothing is available now would make the caller do it again
    return found


def unless_refused(found: dict[str, Any]) -> dict[str, Any]:
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
