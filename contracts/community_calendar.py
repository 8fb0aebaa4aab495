"""What happens in a community on which days, as the public calendar shows it (R38)."""

from typing import Annotated, Literal, TypedDict

from contracts.schema import Day, Doc, Month

CalendarKind = Literal["cut_off", "publication", "objections", "inspection", "activity"]


class CalendarEvent(TypedDict):
    """One thing that takes a day, or some days."""

    kind: Annotated[
        CalendarKind,
        Doc(
            "cut_off: last day of approvals for a month's list; publication: its publication; objections: the days for "
            "objections to it; inspection: a round of sanitation inspection; activity: one that residents sign up for"
        ),
    ]
    id: Annotated[str | None, Doc("The published list, the round or the activity; null for what is planned")]
    title: Annotated[str | None, Doc("An activity's title; null for the other kinds, which have one title each")]
    period: Annotated[Month, Doc("The month that it is about; of an activity the one in which it starts")]
    starts_on: Day
    ends_on: Annotated[Day, Doc("The last day")]
    planned: Annotated[bool, Doc("By the community's calendar; it has not happened yet")]
