"""A generated community of 10,000 households: the directory that each service keeps, and claims.

There are 1,000 courtyards, each with a head, and twenty grids, each with an officer. Person `n`
lives in household `n` of courtyard `n mod 1,000`, which is in grid `n mod 20`.
"""

import random
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Table, insert

from contracts import calendar, ids
from directory.tables import appointments, communities, courtyards, locations, memberships
from services.claims.domain.claims import Claim, Status

HOUSEHOLDS, COURTYARDS, GRIDS = 10_000, 1_000, 20
SINCE = date(2026, 1, 1)
ITEM = {
    "code": "visit",
    "category": "charity",
    "title": "照看孤寡老人",
    "score": 2,
    "evidence_required": False,
    "caps": [{"times": 400, "per": "month", "of": "household"}],
}


def insert_directory(connection: Connection, community: str) -> None:
    """Insert the community into one service's copy of the directory."""
    common = {"community": community, "sequence": 1}
    for table, rows in _facts(community).items():
        connection.execute(insert(table), [common | row for row in rows])


def declared(community: str, rulebook: str, number: int, chance: random.Random) -> Claim:
    """Return a submitted claim of the current month."""
    household, at = number % HOUSEHOLDS, moment(chance)
    return Claim(
        community=community,
        id=ids.new("clm"),
        person=f"per_{household}",
        household=f"hou_{household}",
        courtyard=f"cty_{household % COURTYARDS}",
        book="head" if household < COURTYARDS else "household",
        declared_by=f"per_{household}",
        submitted_at=at,
        changed_at=at,
        system_made=False,
        status=Status.SUBMITTED,
        item="visit",
        category="charity",
        title="照看孤寡老人",
        unit="次",
        rulebook=rulebook,
        rulebook_version=1,
        quantity=1,
        points=2,
        day=calendar.day_of(at),
        happened_at=at,
        place="3 排",
        cause="看望独居老人",
    )


def moment(chance: random.Random) -> datetime:
    """Return a random moment of the current month before now."""
    now = datetime.now(UTC)
    first = datetime.combine(calendar.day_of(now).replace(day=1), datetime.min.time(), calendar.ZONE)
    return first + (now - first) * chance.random()


def actor(community: str, person: str) -> dict[str, str | None]:
    """Return the actor that the gateway sends for a person."""
    return {"person": person, "community": community, "merchant": None}


def _facts(community: str) -> dict[Table, Iterable[dict[str, Any]]]:
    roles_held = [("per_chair", "working_group_chair", community), ("per_branch", "branch", community)]
    roles_held += [("per_member", "working_group", community)]
    roles_held += [(f"per_officer_{grid}", "grid_officer", f"grd_{grid}") for grid in range(GRIDS)]
    roles_held += [(f"per_{number}", "head", f"cty_{number}") for number in range(COURTYARDS)]
    return {
        communities: [{"settings": {"objection_window_days": 1, "daily_approval_points": 100_000_000}}],
        courtyards: (
            {"courtyard": f"cty_{n}", "grid": f"grd_{n % GRIDS}", "row": 1, "number": n} for n in range(COURTYARDS)
        ),
        locations: (
            {"household": f"hou_{n}", "courtyard": f"cty_{n % COURTYARDS}", "since": SINCE} for n in range(HOUSEHOLDS)
        ),
        memberships: (
            {"person": f"per_{n}", "household": f"hou_{n}", "away": False, "since": SINCE} for n in range(HOUSEHOLDS)
        ),
        appointments: (
            {"person": person, "role": role, "scope": scope, "appointment": f"apt_{n}", "since": SINCE}
            for n, (person, role, scope) in enumerate(roles_held)
        ),
    }
