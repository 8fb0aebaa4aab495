"""Plans, people and calls that tests of engagement share."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from contracts import registry
from messaging.testing import ServiceHarness
from services.engagement.domain.activities import Activity, Plan

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
START = NOW + timedelta(days=3)
SINCE = date(2025, 1, 1)
CHAIR, OFFICER, HEAD = "per_chair", "per_officer", "per_head"
HOUSEHOLDS = 12
"""Households hou_1 to hou_12, in courtyards cty_1 and cty_2 by turns, with members per_1a, per_1b and per_1c."""


def plan(**changes: Any) -> Plan:
    """Return a plan for five places that starts in three days and closes a day before."""
    given = {
        "title": "清理河道",
        "kind": "volunteering",
        "description": "",
        "place": "河边",
        "starts_at": START,
        "ends_at": START + timedelta(hours=2),
        "closes_at": START - timedelta(days=1),
        "offers_end_at": START - timedelta(hours=2),
        "places": 5,
        "most_party": 4,
        "allocation": "first_come",
        "offer_hours": 12,
        "hosts": (),
        "item": None,
    }
    return Plan(**(given | changes))


def published(**changes: Any) -> Activity:
    """Return a published activity of the plan."""
    activity = Activity.draft("com_1", plan(**changes), CHAIR, NOW)
    activity.publish(CHAIR, NOW)
    return activity


def form(**changes: Any) -> dict[str, Any]:
    """Return the organizers' form of the same plan."""
    made = plan()
    given = {
        "title": made.title,
        "kind": made.kind,
        "description": "",
        "place": made.place,
        "starts_at": made.starts_at.isoformat(),
        "ends_at": made.ends_at.isoformat(),
        "closes_at": made.closes_at.isoformat(),
        "offers_end_at": made.offers_end_at.isoformat(),
        "places": made.places,
        "most_party": made.most_party,
        "allocation": made.allocation,
        "offer_hours": made.offer_hours,
        "host_ids": [],
    }
    return given | changes


def actor(person: str, community: str = "com_1") -> dict[str, Any]:
    return {"person": person, "community": community, "merchant": None}


def appointed(person: str, role: registry.Role, scope: str) -> registry.Appointed:
    return registry.Appointed(
        community="com_1", appointment=f"apt_{person}_{scope}", person=person, role=role, scope=scope, since=SINCE
    )


def facts() -> list[Any]:
    """Return the registry's events of the community that tests use."""
    here = {"community": "com_1"}
    people = [
        registry.ResidentRegistered(
            **here, person=f"per_{number}{letter}", household=f"hou_{number}", tenure="owner", since=SINCE
        )
        for number in range(1, HOUSEHOLDS + 1)
        for letter in "abc"
    ]
    return [
        registry.CommunityFounded(**here),
        *(registry.CourtyardRegistered(**here, courtyard=f"cty_{n}", grid="grd_1", row=1, number=n) for n in (1, 2)),
        *(
            registry.HouseholdRegistered(
                **here, household=f"hou_{number}", courtyard=f"cty_{2 - number % 2}", since=SINCE
            )
            for number in range(1, HOUSEHOLDS + 1)
        ),
        *people,
        *(
            registry.ResidentRegistered(**here, person=person, household=None, tenure=None, since=SINCE)
            for person in (CHAIR, OFFICER, HEAD)
        ),
        appointed(CHAIR, "working_group_chair", "com_1"),
        appointed(OFFICER, "grid_officer", "grd_1"),
        appointed(HEAD, "head", "cty_1"),
    ]


def publish(service: ServiceHarness, **changes: Any) -> str:
    """Create and publish an activity; return its id."""
    created = service.call("create_activity", actor=actor(CHAIR), **form(**changes))
    service.call("publish_activity", actor=actor(CHAIR), activity_id=created["id"])
    return str(created["id"])


def sign_up(service: ServiceHarness, activity_id: str, *people: str, by: str | None = None) -> dict[str, Any]:
    """Sign people up by the first of them, or by somebody else."""
    who = actor(by or people[0])
    return dict(service.call("sign_up", actor=who, activity_id=activity_id, person_ids=list(people)))
