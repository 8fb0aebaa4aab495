"""People, forms and calls that tests of publicity share."""

from datetime import UTC, date, datetime
from typing import Any

from contracts import registry
from messaging.testing import ServiceHarness

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SINCE = date(2025, 1, 1)
CHAIR, OFFICER, HEAD = "per_chair", "per_officer", "per_head"
"""Chair of the working group; officer of grd_1; head of cty_1. They have no household here."""


def actor(person: str, community: str = "com_1") -> dict[str, Any]:
    return {"person": person, "community": community, "merchant": None}


def facts() -> list[Any]:
    """Return the registry's events: households hou_1 and hou_2 in cty_1 of grd_1, hou_3 and hou_4 in cty_2 of grd_2."""
    here = {"community": "com_1"}
    residents = [
        registry.ResidentRegistered(
            **here, person=f"per_{number}{letter}", household=f"hou_{number}", tenure="owner", since=SINCE
        )
        for number in range(1, 5)
        for letter in "ab"
    ]
    staff = [
        registry.ResidentRegistered(**here, person=person, household=None, tenure=None, since=SINCE)
        for person in (CHAIR, OFFICER, HEAD)
    ]
    return [
        registry.CommunityFounded(**here),
        *(registry.CourtyardRegistered(**here, courtyard=f"cty_{n}", grid=f"grd_{n}", row=1, number=n) for n in (1, 2)),
        *(
            registry.HouseholdRegistered(
                **here, household=f"hou_{number}", courtyard=f"cty_{(number + 1) // 2}", since=SINCE
            )
            for number in range(1, 5)
        ),
        *residents,
        *staff,
        appointed(CHAIR, "working_group_chair", "com_1"),
        appointed(OFFICER, "grid_officer", "grd_1"),
        appointed(HEAD, "head", "cty_1"),
    ]


def appointed(person: str, role: registry.Role, scope: str) -> registry.Appointed:
    return registry.Appointed(
        community="com_1", appointment=f"apt_{person}_{scope}", person=person, role=role, scope=scope, since=SINCE
    )


def form(**changes: Any) -> dict[str, Any]:
    """Return the form of a notice to the whole community."""
    given = {
        "title": "停水通知",
        "kind": "notice",
        "text": "周三上午停水。",
        "courtyard_ids": [],
        "grid_ids": [],
        "roles": [],
        "urgent": False,
        "asks_acknowledgement": False,
        "attachment_ids": [],
    }
    return given | changes


def draft(service: ServiceHarness, by: str = CHAIR, **changes: Any) -> str:
    """Draft an announcement, and return its id."""
    return str(service.call("create_announcement", actor=actor(by), **form(**changes))["id"])


def send(service: ServiceHarness, by: str = CHAIR, **changes: Any) -> str:
    """Draft and send an announcement, and return its id."""
    made = draft(service, by, **changes)
    service.call("send_announcement", actor=actor(by), announcement_id=made)
    return made


def inbox(service: ServiceHarness, person: str, **query: Any) -> list[dict[str, Any]]:
    """Return what is in a person's inbox, newest first."""
    return list(service.call("list_inbox", actor=actor(person), **query)["data"])
