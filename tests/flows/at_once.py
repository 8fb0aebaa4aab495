"""Many callers at the same moment."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from deploy.demo.visitors import Refused

T = TypeVar("T")


def at_once(*acts: Callable[[], T]) -> list[T | Refused]:
    """What each of `acts` returned, or the refusal it met; all begin together."""
    gate = threading.Barrier(len(acts))

    def through(act: Callable[[], T]) -> T | Refused:
        gate.wait()
        try:
            return act()
        except Refused as no:
            return no

    with ThreadPoolExecutor(len(acts)) as crowd:
        return list(crowd.map(through, acts))


def refusals(outcomes: Sequence[object]) -> list[str]:
    """The codes of those that were refused, in order of the alphabet."""
    return sorted(each.code for each in outcomes if isinstance(each, Refused))
