"""Polls a service briefly, so that the response to an order already contains whether there were enough points.

The exchange asks aggregation for points by events. The gateway polls the exchange for at most three seconds; if the
result is not there by then, the caller gets the current state and may poll the API.
"""

import time
from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any, TypeVar

from contracts.errors import AccountClosed, InsufficientPoints, Unavailable

_TIMEOUT_SECONDS = 3.0
_BACKOFF = 1.6
"""Later polls are spaced out, so that polling does not slow down a busy platform further."""


State = TypeVar("State", bound=Mapping[str, Any])


class AdaptivePollingInterval:
    """The delay before the first poll, adapted so that about three of four results are ready by then.

    Most callers then poll once, whether the platform is idle or busy.
    """

    _DECREASE, _INCREASE = 0.96, 1.12
    _MIN_SECONDS, _MAX_SECONDS = 0.02, 1.0

    def __init__(self, seconds: float = 0.05) -> None:
        self.seconds = seconds

    def adapt(self, was_ready: bool) -> None:
        """Shorten the delay if the result was ready at the first poll, else lengthen it."""
        seconds = self.seconds * (self._DECREASE if was_ready else self._INCREASE)
        self.seconds = min(max(seconds, self._MIN_SECONDS), self._MAX_SECONDS)

    def delays(self) -> Iterator[float]:
        """Yield the seconds to sleep before each poll."""
        delay = self.seconds
        yield delay
        delay /= 2
        while True:
            yield delay
            delay *= _BACKOFF


_points_interval = AdaptivePollingInterval()


def poll_until_decided(current: State, fetch: Callable[[], State], *, undecided: Container[str]) -> State:
    """Call `fetch` until its `status` is not in `undecided`, and return the last state seen before the timeout.

    Raise InsufficientPoints or AccountClosed when aggregation refused the points.
    """
    return raise_if_refused(poll_while(current, fetch, "status", undecided, _points_interval))


def poll_while(
    current: State,
    fetch: Callable[[], State],
    key: str,
    pending: Container[str],
    interval: AdaptivePollingInterval | None = None,
) -> State:
    """Call `fetch` while `current[key]` is in `pending`, and return the last state seen before the timeout."""
    interval = interval or AdaptivePollingInterval()
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    try:
        for attempt, delay in enumerate(interval.delays()):
            if current[key] not in pending or time.monotonic() > deadline:
                break
            time.sleep(delay)
            current = fetch()
            if attempt == 0:
                interval.adapt(current[key] not in pending)
    except Unavailable:
        pass  # the command has been accepted; an error now would make the caller repeat it
    return current


def raise_if_refused(result: State) -> State:
    """Return `result`; raise InsufficientPoints or AccountClosed with its figures if its status is `refused`."""
    if result["status"] != "refused":
        return result
    facts = {"id": result["id"], "points": result["points"]}
    if result["refusal_code"] == AccountClosed.code:
        raise AccountClosed(facts=facts)
    if (available := result.get("available")) is None:  # merchants do not learn the payer's balance
        raise InsufficientPoints(facts=facts)
    raise InsufficientPoints(
        f"需要 {result['points']} 分，可用积分 {available} 分", facts=facts | {"available": available}
    )
