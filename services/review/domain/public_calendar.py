"""The days of a community's lists, past and planned (R14, R38)."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from math import ceil

from contracts.calendar import day_of, first_day, next_period, period_of
from contracts.community_calendar import CalendarEvent, CalendarKind
from contracts.policy import Policy
from services.review.domain.monthly_calendar import MonthlyCalendar
from services.review.domain.publications import Publication


def days_of_lists(
    lists: Iterable[Publication], policy: Policy, first: date, last: date, today: date
) -> list[CalendarEvent]:
    """Return what happened with published lists, and what the calendar plans for other months, by day.

    Events that end before `first` or begin after `last` are left out, and plans of days that are over.
    """
    known = list(lists)
    planned = _planned(policy, {each.period for each in known}, first, last, today)
    events = [event for each in known for event in _happened(each)] + list(planned)
    found = [each for each in events if each["ends_on"] >= first.isoformat() and each["starts_on"] <= last.isoformat()]
    return sorted(found, key=lambda each: (each["starts_on"], each["ends_on"], each["kind"]))


def _happened(publication: Publication) -> Iterator[CalendarEvent]:
    assert publication.published_at, "only public lists are shown"
    assert publication.window_closes_at, "a public list has a window"
    published = day_of(publication.published_at)
    yield _event("publication", publication.period, published, published, publication.id)
    yield _event("objections", publication.period, published, day_of(publication.window_closes_at), publication.id)


def _planned(policy: Policy, listed: set[str], first: date, last: date, today: date) -> Iterator[CalendarEvent]:
    calendar, window = MonthlyCalendar.of(policy), timedelta(days=ceil(policy.objection_window_days))
    period = period_of(first_day(period_of(first - window)) - timedelta(days=1))
    while first_day(next_period(period)) <= last:
        cut_off, publishes = calendar.cut_off_on(period), calendar.publishes_on(period)
        if cut_off and publishes and period not in listed and publishes >= today:
            if cut_off >= today:
                yield _event("cut_off", period, cut_off, cut_off)
            yield _event("publication", period, publishes, publishes)
            yield _event("objections", period, publishes, publishes + window)
        period = next_period(period)


def _event(kind: CalendarKind, period: str, starts: date, ends: date, id: str | None = None) -> CalendarEvent:
    return {
        "kind": kind,
        "id": id,
        "title": None,
        "period": period,
        "starts_on": starts.isoformat(),
        "ends_on": ends.isoformat(),
        "planned": id is None,
    }
