"""Who lived where and who held which role on a day, within one community."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Date,
    Select,
    String,
    Subquery,
    Table,
    and_,
    bindparam,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.orm import Session

from contracts.policy import Policy
from directory.roles import Roles
from directory.tables import appointments, communities, courtyards, erasures, locations, memberships


@dataclass(frozen=True)
class PersonFacts:
    """A person's home (R3) and roles (R4) on a day, whether they were erased, and the community's policy today."""

    household: str | None
    courtyard: str | None
    roles: Roles
    policy: Policy
    erased: bool
    """Whether their personal data was erased; then nothing more can be done in their name."""

    @classmethod
    def of(cls, community: str, household: Any, courtyard: Any, held: Any, settings: Any, erased: bool) -> Self:
        """Return the facts in a row of `PERSON_FACTS_QUERY`."""
        roles = Roles.of(community, [(role, scope) for role, scope in held or ()])
        return cls(household, courtyard, roles, Policy.of(settings or {}), erased)


@dataclass(frozen=True, slots=True)
class Inhabitant:
    """Somebody who lives in the community: in which household and courtyard, as owner or tenant."""

    person: str
    household: str
    tenure: str | None
    courtyard: str


class Directory:
    """Dated queries about one community. Ids of other communities are unknown (R1)."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def policy(self) -> Policy:
        """Return the community's settings, with defaults for what it did not choose."""
        settings = self._session.scalar(
            select(communities.c.settings).where(communities.c.community == self._community)
        )
        return Policy.of(settings or {})

    def exists(self) -> bool:
        """Return whether the directory knows the community."""
        found = select(communities.c.community).where(communities.c.community == self._community)
        return self._session.scalar(found) is not None

    # Who lives where

    def household_of(self, person: str, day: date) -> str | None:
        """Return the household a person belonged to on a day (R3)."""
        return self._session.scalar(
            select(memberships.c.household)
            .where(
                memberships.c.community == self._community,
                memberships.c.person == person,
                memberships.c.since <= day,
            )
            .order_by(memberships.c.since.desc())
            .limit(1)
        )

    def homes_of(self, person: str, days: Iterable[date]) -> dict[date, str | None]:
        """Return the household a person belonged to on each of these days, in one query."""
        wanted = sorted(set(days))
        if not wanted:
            return {}
        joined = select(memberships.c.since, memberships.c.household).where(
            memberships.c.community == self._community,
            memberships.c.person == person,
            memberships.c.since <= wanted[-1],
        )
        stays = self._session.execute(joined.order_by(memberships.c.since)).all()
        return {day: next((home for since, home in reversed(stays) if since <= day), None) for day in wanted}

    def households_of(self, people: Iterable[str], day: date) -> dict[str, str]:
        """Return households by person on a day; people without one are left out."""
        latest = (
            select(memberships.c.person, memberships.c.household)
            .ext(distinct_on(memberships.c.person))
            .where(
                memberships.c.community == self._community,
                memberships.c.person.in_(list(people)),
                memberships.c.since <= day,
            )
            .order_by(memberships.c.person, memberships.c.since.desc())
        )
        return {person: household for person, household in self._session.execute(latest) if household}

    def knows(self, person: str) -> bool:
        """Return whether the community knows a person whose data was not erased."""
        found = (
            select(memberships.c.person)
            .where(memberships.c.community == self._community, memberships.c.person == person)
            .limit(1)
        )
        return self._session.scalar(found) is not None and not self.erased([person])

    def erased(self, people: Iterable[str]) -> set[str]:
        """Return those of these people whose personal data was erased."""
        found = select(erasures.c.person).where(
            erasures.c.community == self._community, erasures.c.person.in_(list(people))
        )
        return set(self._session.scalars(found))

    def members_of(self, household: str, day: date) -> set[str]:
        """Return everybody who belonged to a household on a day."""
        return self.members_on([(household, day)]).get((household, day), set())

    def members_on(self, households: Collection[tuple[str, date]]) -> dict[tuple[str, date], set[str]]:
        """Return `members_of` for many households, each on its own day, in one query.

        Written with lateral joins so that the planner uses the indexes even when the table's statistics are stale, as
        after the import of a roster.
        """
        pairs = sorted(households)
        asked = (
            func.unnest(
                literal([household for household, _ in pairs], ARRAY(String)),
                literal([day for _, day in pairs], ARRAY(Date)),
            )
            .table_valued(column("household", String), column("day", Date))
            .render_derived(name="asked")
        )
        ever = (
            select(memberships.c.person)
            .distinct()
            .where(
                memberships.c.community == self._community,
                memberships.c.household == asked.c.household,
                memberships.c.since <= asked.c.day,
            )
            .lateral()
        )
        home = (
            select(memberships.c.household)
            .where(
                memberships.c.community == self._community,
                memberships.c.person == ever.c.person,
                memberships.c.since <= asked.c.day,
            )
            .order_by(memberships.c.since.desc())
            .limit(1)
            .lateral()
        )
        living_there = (
            select(asked.c.household, asked.c.day, ever.c.person)
            .select_from(asked.join(ever, true()).join(home, true()))
            .where(home.c.household == asked.c.household)
        )
        found: dict[tuple[str, date], set[str]] = defaultdict(set)
        for household, day, person in self._session.execute(living_there) if households else ():
            found[household, day].add(person)
        return found

    def courtyard_of(self, household: str, day: date) -> str | None:
        """Return where a household lived on a day; the credit for an act stays with that courtyard (R3)."""
        return self._session.scalar(
            select(locations.c.courtyard)
            .where(
                locations.c.community == self._community,
                locations.c.household == household,
                locations.c.since <= day,
            )
            .order_by(locations.c.since.desc())
            .limit(1)
        )

    def courtyards_of(self, households: Iterable[str], day: date) -> dict[str, str]:
        """Return courtyards by household on a day; households in none are left out."""
        latest = self._locations_on(day)
        lived = select(latest.c.household, latest.c.courtyard).where(latest.c.household.in_(list(households)))
        return {household: courtyard for household, courtyard in self._session.execute(lived) if courtyard}

    def departed(self, households: Iterable[str], day: date) -> set[str]:
        """Return those of these households that are known and have left the community."""
        latest = self._locations_on(day)
        gone = latest.c.courtyard.is_(None) & latest.c.household.in_(list(households))
        return set(self._session.scalars(select(latest.c.household).where(gone)))

    def residents_since(self, day: date) -> dict[str, date]:
        """Return everybody who belonged to a household on a day, with the first day of their unbroken membership."""
        return self._unbroken(memberships, memberships.c.person, memberships.c.household, day)

    def households_since(self, day: date) -> dict[str, date]:
        """Return every household that lived in a courtyard on a day, with the first day of its unbroken stay."""
        return self._unbroken(locations, locations.c.household, locations.c.courtyard, day)

    def _unbroken(self, table: Table, who: Column[str], where: Column[str], day: date) -> dict[str, date]:
        gap = table.alias()
        gone_since = exists().where(
            gap.c.community == table.c.community,
            gap.c[who.name] == who,
            gap.c[where.name].is_(None),
            gap.c.since > table.c.since,
            gap.c.since <= day,
        )
        stays = select(who, func.min(table.c.since)).where(
            table.c.community == self._community, where.is_not(None), table.c.since <= day, ~gone_since
        )
        return dict(self._session.execute(stays.group_by(who)).all())

    def first_members_of(self, households: Iterable[str], day: date) -> dict[str, str]:
        """Return for each of these households the member of longest standing, whose name represents it."""
        wanted = list(households)
        ever = select(memberships.c.person).where(
            memberships.c.community == self._community, memberships.c.household.in_(wanted)
        )
        latest = (
            select(memberships.c.person, memberships.c.household, memberships.c.since)
            .ext(distinct_on(memberships.c.person))
            .where(
                memberships.c.community == self._community,
                memberships.c.person.in_(ever),
                memberships.c.since <= day,
            )
            .order_by(memberships.c.person, memberships.c.since.desc())
            .subquery()
        )
        first = (
            select(latest.c.household, latest.c.person)
            .ext(distinct_on(latest.c.household))
            .where(latest.c.household.in_(wanted))
            .order_by(latest.c.household, latest.c.since, latest.c.person)
        )
        return dict(self._session.execute(first).all())

    def inhabitants(self, day: date) -> list[Inhabitant]:
        """Return everybody who belonged on a day to a household that lived in a courtyard."""
        lived = self._locations_on(day)
        latest = (
            select(memberships.c.person, memberships.c.household, memberships.c.tenure)
            .ext(distinct_on(memberships.c.person))
            .where(memberships.c.community == self._community, memberships.c.since <= day)
            .order_by(memberships.c.person, memberships.c.since.desc())
            .subquery()
        )
        at_home = (
            select(latest.c.person, latest.c.household, latest.c.tenure, lived.c.courtyard)
            .join(lived, lived.c.household == latest.c.household)
            .where(lived.c.courtyard.is_not(None))
        )
        return [Inhabitant(**row) for row in self._session.execute(at_home).mappings()]

    def household_counts(self, day: date) -> dict[str, int]:
        """Return the number of households in each courtyard on a day; courtyards with none are left out."""
        latest = self._locations_on(day)
        counted = (
            select(latest.c.courtyard, func.count()).where(latest.c.courtyard.is_not(None)).group_by(latest.c.courtyard)
        )
        return dict(self._session.execute(counted).all())

    def _locations_on(self, day: date) -> Subquery:
        return (
            select(locations.c.household, locations.c.courtyard)
            .ext(distinct_on(locations.c.household))
            .where(locations.c.community == self._community, locations.c.since <= day)
            .order_by(locations.c.household, locations.c.since.desc())
            .subquery()
        )

    # Courtyards and grids

    def grid_of(self, courtyard: str) -> str | None:
        """Return the grid of a courtyard; None when the courtyard is unknown."""
        return self._session.scalar(
            select(courtyards.c.grid).where(
                courtyards.c.community == self._community, courtyards.c.courtyard == courtyard
            )
        )

    def grids_of(self, among: Iterable[str]) -> dict[str, str]:
        """Return grids by courtyard; unknown courtyards are left out."""
        rows = select(courtyards.c.courtyard, courtyards.c.grid).where(
            courtyards.c.community == self._community, courtyards.c.courtyard.in_(list(among))
        )
        return dict(self._session.execute(rows).all())

    def courtyards_in(self, grids: Iterable[str]) -> set[str]:
        """Return the courtyards of these grids."""
        return set(
            self._session.scalars(
                select(courtyards.c.courtyard).where(
                    courtyards.c.community == self._community, courtyards.c.grid.in_(list(grids))
                )
            )
        )

    def all_courtyards(self) -> dict[str, int]:
        """Return the numbers of all courtyards, dissolved ones too."""
        rows = select(courtyards.c.courtyard, courtyards.c.number).where(courtyards.c.community == self._community)
        return dict(self._session.execute(rows).all())

    def dissolved(self, day: date) -> dict[str, date]:
        """Return the courtyards that are dissolved on a day, and since when."""
        rows = select(courtyards.c.courtyard, courtyards.c.dissolved_on).where(
            courtyards.c.community == self._community, courtyards.c.dissolved_on <= day
        )
        return dict(self._session.execute(rows).all())

    # Who holds which role

    def heads_on(self, day: date, among: Iterable[str] | None = None) -> dict[str, str]:
        """Return heads by courtyard on a day, of all or of those `among`; courtyards without one are left out."""
        held = (
            select(appointments.c.scope, appointments.c.person)
            .ext(distinct_on(appointments.c.scope))
            .where(appointments.c.community == self._community, appointments.c.role == "head", _on(day))
            .order_by(appointments.c.scope, appointments.c.since.desc())
        )
        if among is not None:
            held = held.where(appointments.c.scope.in_(list(among)))
        return dict(self._session.execute(held).all())

    def officers_of(self, courtyard: str, day: date) -> set[str]:
        """Return the grid officers 网格员 of a courtyard's grid on a day."""
        grid = self.grid_of(courtyard)
        return set(self._session.scalars(self._holders("grid_officer", day).where(appointments.c.scope == grid)))

    def working_group(self, day: date) -> set[str]:
        """Return chair and members of the working group 积分管理工作小组 on a day."""
        return {
            *self._session.scalars(self._holders("working_group_chair", day)),
            *self._session.scalars(self._holders("working_group", day)),
        }

    def branch(self, day: date) -> set[str]:
        """Return the members of the branch 小区党支部 on a day."""
        return set(self._session.scalars(self._holders("branch", day)))

    def committee(self, day: date) -> set[str]:
        """Return the members of the community committee 社区党委 on a day."""
        return set(self._session.scalars(self._holders("committee", day)))

    def roles_of(self, person: str | None, day: date) -> Roles:
        """Return the roles a person held on a day; none for None."""
        held = self._session.execute(
            select(appointments.c.role, appointments.c.scope).where(
                appointments.c.community == self._community, appointments.c.person == person, _on(day)
            )
        )
        return Roles.of(self._community, [(role, scope) for role, scope in held])

    def appointed(self, day: date) -> list[tuple[str, str, str]]:
        """Return everybody who holds a role on a day: person, role and scope."""
        held = select(appointments.c.person, appointments.c.role, appointments.c.scope).where(
            appointments.c.community == self._community, _on(day)
        )
        return [(person, role, scope) for person, role, scope in self._session.execute(held)]

    def _holders(self, role: str, day: date) -> Select[str]:
        return (
            select(appointments.c.person)
            .where(appointments.c.community == self._community, appointments.c.role == role, _on(day))
            .order_by(appointments.c.since.desc())
        )


def _on(day: date | BindParameter[date]) -> ColumnElement[bool]:
    return and_(appointments.c.since <= day, or_(appointments.c.until.is_(None), appointments.c.until > day))


def _person_facts() -> Select[tuple[str | None, str | None, list[list[str]] | None, dict[str, Any] | None, bool]]:
    community: BindParameter[str] = bindparam("community")
    person: BindParameter[str] = bindparam("person")
    day = bindparam("day", type_=Date)
    household = (
        select(memberships.c.household)
        .where(memberships.c.community == community, memberships.c.person == person, memberships.c.since <= day)
        .order_by(memberships.c.since.desc())
        .limit(1)
        .scalar_subquery()
    )
    courtyard = (
        select(locations.c.courtyard)
        .where(locations.c.community == community, locations.c.household == household, locations.c.since <= day)
        .order_by(locations.c.since.desc())
        .limit(1)
        .scalar_subquery()
    )
    held = (
        select(func.json_agg(func.json_build_array(appointments.c.role, appointments.c.scope)))
        .where(appointments.c.community == community, appointments.c.person == person, _on(day))
        .scalar_subquery()
    )
    settings = select(communities.c.settings).where(communities.c.community == community).scalar_subquery()
    erased = exists().where(erasures.c.community == community, erasures.c.person == person)
    return select(household, courtyard, held, settings, erased)


PERSON_FACTS_QUERY = _person_facts()
"""The columns of `PersonFacts.of`, for `:person` of `:community` on `:day`. A service may add columns of its own."""
