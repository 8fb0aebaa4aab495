"""Inspection's store: checklists, rounds with their scores, what was ordered to be put right."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property

from sqlalchemy import select

from contracts import calendar, errors
from directory import Directory
from directory.tables import courtyards
from messaging import Actor, Store, Transaction
from services.inspection.domain import Headship, Inspector, Place
from services.inspection.store.checklists import Checklists
from services.inspection.store.rectifications import Rectifications
from services.inspection.store.rounds import Inspections
from services.inspection.store.tables import metadata

__all__ = ["InspectionStore", "InspectionTransaction", "metadata"]


class InspectionTransaction(Transaction):
    @cached_property
    def checklists(self) -> Checklists:
        return Checklists(self.session)

    @cached_property
    def inspections(self) -> Inspections:
        return Inspections(self.session)

    @cached_property
    def rectifications(self) -> Rectifications:
        return Rectifications(self.session)

    def directory(self, community: str) -> Directory:
        return Directory(self.session, community)

    def inspector(self, by: Actor) -> Inspector:
        """The caller as he stands today."""
        directory, day = self.directory(by.community), calendar.day_of(self.now)
        roles, household = directory.roles_of(by.person, day), directory.household_of(by.person, day)
        home = directory.courtyard_of(household, day) if household else None
        return Inspector(
            person=by.person,
            offices=roles.offices,
            grids=roles.grids,
            interests=roles.courtyards | ({home} if home else set()),
        )

    def layout(self, community: str) -> dict[str, Place]:
        """Every courtyard that stands today, and where it lies."""
        gone = self.dissolved(community)
        rows = select(courtyards.c.courtyard, courtyards.c.number, courtyards.c.row, courtyards.c.grid).where(
            courtyards.c.community == community
        )
        return {
            courtyard: Place(number, row, grid)
            for courtyard, number, row, grid in self.session.execute(rows)
            if courtyard not in gone
        }

    def dissolved(self, community: str) -> dict[str, date]:
        """The courtyards that are no more today, and since when."""
        return self.directory(community).dissolved(calendar.day_of(self.now))

    def must_stand(self, community: str, courtyard: str) -> None:
        """`CourtyardGone` for one that was dissolved: nobody looks at it any more (R18)."""
        if since := self.dissolved(community).get(courtyard):
            raise errors.CourtyardGone(
                f"该院落已于 {since:%Y-%m-%d} 撤销，不再检查", facts={"dissolved_on": since.isoformat()}
            )

    def known(self, community: str, people: Iterable[str]) -> set[str]:
        """Those of `people` the community knows."""
        directory = self.directory(community)
        return {person for person in people if directory.knows(person)}

    def heads(self, community: str) -> dict[str, Headship]:
        """Each courtyard's head today, with his household."""
        day, directory = calendar.day_of(self.now), self.directory(community)
        heads = directory.heads_on(day)
        households = directory.households_of(heads.values(), day)
        return {courtyard: Headship(person, households.get(person)) for courtyard, person in heads.items()}


class InspectionStore(Store):
    transaction_class = InspectionTransaction
