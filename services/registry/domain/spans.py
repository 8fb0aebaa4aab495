"""Spans of days: what holds from `since` on, until the first day on which it no longer does (none: it still does)."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

from contracts.errors import MoveTooEarly


class Span(Protocol):
    since: date
    until: date | None


S = TypeVar("S", bound=Span)


def holding(spans: Iterable[S], day: date) -> S | None:
    """The one of `spans` that holds on that day."""
    return next((s for s in spans if s.since <= day and (s.until is None or day < s.until)), None)


def overlapping(spans: Iterable[S], since: date, until: date | None) -> S | None:
    """The first of `spans` that shares a day with `since`–`until`."""
    return next((s for s in spans if (until is None or s.since < until) and (s.until is None or since < s.until)), None)


def latest(spans: Iterable[S]) -> S | None:
    """The one of `spans` that began last."""
    return max(spans, key=lambda s: s.since, default=None)


def succeed(spans: list[S], on: date) -> S | None:
    """End the latest span on that day, for another to follow; the one that began that very day, to be rewritten.

    Raises `MoveTooEarly`: history is told in order, so nothing can begin before what began or ended last.
    """
    last = latest(spans)
    if last is None or last.since == on:
        return last
    if on < (last.until or last.since):
        raise MoveTooEarly(facts={"since": last.since.isoformat()})
    last.until = last.until or on
    return None
