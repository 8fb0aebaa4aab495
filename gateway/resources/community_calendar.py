"""The public calendar of a community (R38): what happens on which days, from every service that has dates."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, TypedDict

from flask.views import MethodView

from contracts import calendar, fields
from contracts.calls.engagement import PublicActivity
from contracts.community_calendar import CalendarEvent
from contracts.errors import Invalid
from contracts.schema import Doc
from gateway.blueprint import Blueprint
from gateway.http.public_cache import publicly_cached
from gateway.services import engagement, inspection, registry, review

blp = Blueprint("community_calendar", __name__, description="The calendar of a community")

_MOST_DAYS = 400
_BEFORE, _AFTER = timedelta(days=62), timedelta(days=92)
_EARLIEST, _LATEST = date(2000, 1, 1), date(2999, 1, 1)
_ROUNDS = 24
_ACTIVITIES = 100
_HELD = ("open", "closed", "running", "ended")
_LONGEST = timedelta(days=31)
"""Activities that start longer before the first day are not looked at."""


class CalendarQuery(TypedDict):
    first: Annotated[str | None, fields.Day(load_default=None), Doc("By default two months ago")]
    last: Annotated[str | None, fields.Day(load_default=None), Doc("By default in three months; 400 days at most")]


class Calendar(TypedDict):
    first: str
    last: str
    data: list[CalendarEvent]


def _lists(community_id: str, first: date, last: date) -> Iterable[CalendarEvent]:
    return review.list_calendar(community_id=community_id, first=first.isoformat(), last=last.isoformat())


def _inspections(community_id: str, first: date, last: date) -> Iterator[CalendarEvent]:
    for each in inspection.list_rankings(community_id=community_id, limit=_ROUNDS)["data"]:
        starts, ends = _day(each["opened_at"]), _day(each["closed_at"] or each["opened_at"])
        if ends >= first and starts <= last:
            yield {
                "kind": "inspection",
                "id": each["id"],
                "title": None,
                "period": each["period"],
                "starts_on": starts.isoformat(),
                "ends_on": ends.isoformat(),
                "planned": False,
            }


def _activities(community_id: str, first: date, last: date) -> Iterator[CalendarEvent]:
    for each in _latest_activities(community_id, first):
        starts, ends = _day(each["starts_at"]), _day(each["ends_at"])
        if ends >= first and starts <= last:
            yield {
                "kind": "activity",
                "id": each["id"],
                "title": each["title"],
                "period": calendar.period_of(starts),
                "starts_on": starts.isoformat(),
                "ends_on": ends.isoformat(),
                "planned": False,
            }


def _latest_activities(community_id: str, first: date) -> Iterator[PublicActivity]:
    """Yield activities that are held or will be, the latest start first, down to those that start long before a day."""
    cursor = None
    while True:
        page = engagement.list_public_activities(
            community_id=community_id, phase=list(_HELD), limit=_ACTIVITIES, cursor=cursor
        )
        yield from page["data"]
        cursor = page["next_cursor"]
        if not cursor or _day(page["data"][-1]["starts_at"]) < first - _LONGEST:
            return


SOURCES: tuple[Callable[[str, date, date], Iterable[CalendarEvent]], ...] = (_lists, _inspections, _activities)
"""Where the events come from. Another kind is a function here, its name in `contracts.community_calendar.CalendarKind`
and its title in `web.words.CALENDAR`."""


@blp.route("/v1/communities/<community_id>/calendar")
class CommunityCalendar(MethodView):
    @publicly_cached(seconds=60)
    @blp.arguments(CalendarQuery, location="query")
    @blp.response(200, Calendar)
    def get(self, query: CalendarQuery, community_id: str) -> Any:
        """Days of publications, objections, inspections and activities, past and planned, by day (public)."""
        today = calendar.day_of(datetime.now(UTC))
        first = date.fromisoformat(query["first"] or (today - _BEFORE).isoformat())
        last = date.fromisoformat(query["last"] or (max(min(first, _LATEST), today) + _AFTER).isoformat())
        if not (_EARLIEST <= first <= last <= _LATEST and (last - first).days <= _MOST_DAYS):
            raise Invalid(
                errors=[{"pointer": "/last", "detail": f"须不早于第一天，最多 {_MOST_DAYS} 天", "in": "query"}]
            )
        registry.get_community(community_id=community_id)
        events = [event for source in SOURCES for event in source(community_id, first, last)]
        events.sort(key=lambda each: (each["starts_on"], each["ends_on"], each["kind"]))
        return {"first": first.isoformat(), "last": last.isoformat(), "data": events}


def _day(instant: str) -> date:
    return calendar.day_of(datetime.fromisoformat(instant))
