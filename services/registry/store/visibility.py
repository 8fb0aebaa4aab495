"""SQL conditions: which rows hold on a day, and which households a caller may see (R4)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, FromClause, Select, and_, false, or_, select, true

from directory.roles import Roles
from services.registry.store.tables import courtyards, memberships, stays


@dataclass(frozen=True)
class Viewer:
    """A caller with what decides which households they may see."""

    person: str
    household: str | None
    sees_all: bool
    roles: Roles
    day: date


def holds_on(spans: FromClause, day: date) -> ColumnElement[bool]:
    """Return the condition that a row of `spans`, a table with `since` and `until`, holds on a day."""
    return and_(spans.c.since <= day, or_(spans.c.until.is_(None), spans.c.until > day))


def is_visible(viewer: Viewer, household: ColumnElement[str], community: str, day: date) -> ColumnElement[bool]:
    """Return the condition that `viewer` may see a household: their own, their courtyard's, their grid's, or all."""
    if viewer.sees_all:
        return true()
    by_role = (
        select(stays.c.household)
        .join(courtyards, and_(courtyards.c.community == stays.c.community, courtyards.c.id == stays.c.courtyard))
        .where(
            stays.c.community == community,
            holds_on(stays, day),
            or_(courtyards.c.grid.in_(viewer.roles.grids), courtyards.c.id.in_(viewer.roles.courtyards)),
        )
    )
    own = household == viewer.household if viewer.household else false()
    return or_(own, household.in_(by_role))


def members_of(community: str, household: str, day: date) -> Select[tuple[str]]:
    """Return the query of the people who belong to a household on a day."""
    return select(memberships.c.person).where(
        memberships.c.community == community, memberships.c.household == household, holds_on(memberships, day)
    )
