"""Spans of days: from `since` on, until the first day on which it no longer holds (None: it holds still)."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

from contracts.errors import MoveTooEarly


class Span(Protocol):
    since: date
    until: date | None


S = TypeVar("S", bound=Span)


def holding(spans: Iterable[S], day: date) -> S | None:
    """Return the span that contains `day`, if any."""
    return next((s for s in spans if s.since <= day and (s.until is None or day < s.until)), None)


def overlapping(spans: Iterable[S], since: date, until: date | None) -> S | None:
    """Return the first span that shares a day with `since`–`until`, if any."""
    return next((s for s in spans if (until is None or s.since < until) and (s.until is None or since < s.until)), None)


def latest(spans: Iterable[S]) -> S | None:
    """Return the span that began last, if any."""
    return max(spans, key=lambda s: s.since, default=None)


def succeed(spans: list[S], on: date) -> S | None:
    """End the latest span on `on`, for the next one to begin. Return it instead if it began on `on`, to be changed.

    Raises `MoveTooEarly` when `on` is before the last beginning or end: history is written in order.
    """
    last = latest(spans)
    if last is None or last.since == on:
        return last
    if on < (last.until or last.since):
        raise MoveTooEarly(facts={"since": last.since.isoformat()})
    last.until = last.until or on
    return None
