"""Meeting a whole roster at once: what a community knows already, and keeping what is new in few statements (R5)."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.registry.domain.appointments import Appointment
from services.registry.domain.intake import Additions, Known
from services.registry.domain.people import Person
from services.registry.domain.places import Courtyard, Grid, Household
from services.registry.store import tables

_AT_ONCE = 200
"""Things written or read at once; in between, others on the hub get their turn."""


class Rosters:
    """What an intake needs of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def known(self) -> Known:
        """Every grid, courtyard, household, person and head; people under each household they ever belonged to."""
        people = self._all(Person)
        by_home: dict[tuple[str, str], list[Person]] = {}
        for person in people:
            for household in {membership.household for membership in person.memberships}:
                by_home.setdefault((household, person.name), []).append(person)
        return Known(
            community=self._community,
            grids={grid.name: grid for grid in self._all(Grid)},
            courtyards={courtyard.number: courtyard for courtyard in self._all(Courtyard)},
            households={household.code: household for household in self._all(Household)},
            people_by_phone={person.phone_index: person for person in people if person.phone_index},
            people_by_home=by_home,
            heads=self._heads(),
        )

    def keep(self, added: Additions, told: Callable[[int], None]) -> None:
        """Write what is new, each kind after those it refers to; `told` hears how many people are written."""
        for things in (added.grids, added.courtyards, added.households, added.people, added.appointments):
            for start in range(0, len(things), _AT_ONCE):
                self._session.add_all(things[start : start + _AT_ONCE])
                self._session.flush()
                if things is added.people:
                    told(min(start + _AT_ONCE, len(things)))

    def _heads(self) -> dict[str, list[Appointment]]:
        heads: dict[str, list[Appointment]] = {}
        for head in self._all(Appointment):
            if head.role == "head":
                heads.setdefault(head.scope, []).append(head)
        return heads

    def _all(self, kind: type) -> list:
        table = tables.metadata.tables[kind.__table__.name]
        asked = select(kind).where(table.c.community == self._community)
        return [thing for part in self._session.scalars(asked).partitions(_AT_ONCE) for thing in part]
