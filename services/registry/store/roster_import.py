"""Reads a whole community for the import of a roster, and stores what the import adds, in few statements (R5)."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from services.registry.domain.appointments import Appointment
from services.registry.domain.people import Person
from services.registry.domain.places import Courtyard, Grid, Household
from services.registry.domain.roster_import import Additions, KnownObjects
from services.registry.store import tables

T = TypeVar("T")

_BATCH = 200
"""Objects read or written at once; between two batches other greenlets run."""


class RosterRepository:
    """Loads and stores what a roster import needs of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def known_objects(self) -> KnownObjects:
        """Return all grids, courtyards, households, heads and people, these under every household of theirs."""
        people = self._all(Person, tables.people)
        by_home: dict[tuple[str, str], list[Person]] = {}
        for person in people:
            for household in {membership.household for membership in person.memberships}:
                by_home.setdefault((household, person.name), []).append(person)
        return KnownObjects(
            community=self._community,
            grids={grid.name: grid for grid in self._all(Grid, tables.grids)},
            courtyards={courtyard.number: courtyard for courtyard in self._all(Courtyard, tables.courtyards)},
            households={household.code: household for household in self._all(Household, tables.households)},
            people_by_phone={person.phone_index: person for person in people if person.phone_index},
            people_by_home=by_home,
            heads=self._heads(),
        )

    def add(self, added: Additions, on_progress: Callable[[int], None]) -> None:
        """Store new objects, each kind after those it refers to. `on_progress` gets the number of people stored."""
        kinds: tuple[Sequence[object], ...] = (
            added.grids,
            added.courtyards,
            added.households,
            added.people,
            added.appointments,
        )
        for objects in kinds:
            for start in range(0, len(objects), _BATCH):
                self._session.add_all(objects[start : start + _BATCH])
                self._session.flush()
                if objects is added.people:
                    on_progress(min(start + _BATCH, len(objects)))

    def _heads(self) -> dict[str, list[Appointment]]:
        heads: dict[str, list[Appointment]] = {}
        for head in self._all(Appointment, tables.appointments):
            if head.role == "head":
                heads.setdefault(head.scope, []).append(head)
        return heads

    def _all(self, kind: type[T], table: Table) -> list[T]:
        query = select(kind).where(table.c.community == self._community)
        return [each for part in self._session.scalars(query).partitions(_BATCH) for each in part]
