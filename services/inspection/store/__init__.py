"""Inspection's store: checklists, rounds with their scores, rectification orders with their re-inspections."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property

from sqlalchemy import select

from contracts.errors import CourtyardGone
from directory import DirectoryScope
from directory.tables import courtyards
from messaging import ScopedTransaction, Store
from services.inspection.domain import Headship, Place
from services.inspection.store.checklists import ChecklistRepository
from services.inspection.store.rectifications import RectificationRepository
from services.inspection.store.rounds import InspectionRepository, PublicInspectionRepository
from services.inspection.store.tables import metadata

__all__ = ["InspectionScope", "InspectionStore", "InspectionTransaction", "metadata"]


class InspectionScope(DirectoryScope["InspectionTransaction"]):
    """Repositories of one community, limited to what the caller may see."""

    @cached_property
    def checklists(self) -> ChecklistRepository:
        return ChecklistRepository(self.session, self.community)

    @cached_property
    def inspections(self) -> InspectionRepository:
        return InspectionRepository(self.session, self.community)

    @cached_property
    def rectifications(self) -> RectificationRepository:
        return RectificationRepository(self.session, self.community)

    @cached_property
    def dissolved(self) -> dict[str, date]:
        """The courtyards that are dissolved today, and since when."""
        return self.directory.dissolved(self.today)

    def layout(self) -> dict[str, Place]:
        """Return every courtyard that exists today, and where it lies."""
        rows = select(courtyards.c.courtyard, courtyards.c.number, courtyards.c.row, courtyards.c.grid).where(
            courtyards.c.community == self.community
        )
        return {
            courtyard: Place(number, row, grid)
            for courtyard, number, row, grid in self.session.execute(rows)
            if courtyard not in self.dissolved
        }

    def require_courtyard(self, courtyard: str) -> None:
        """Raise `CourtyardGone` when the courtyard is dissolved: it is not inspected any more (R18)."""
        if since := self.dissolved.get(courtyard):
            raise CourtyardGone(
                f"该院落已于 {since:%Y-%m-%d} 撤销，不再检查", facts={"dissolved_on": since.isoformat()}
            )

    def known_people(self, people: Iterable[str]) -> set[str]:
        """Return those of `people` whom the community knows."""
        return {person for person in people if self.directory.knows(person)}

    def heads(self) -> dict[str, Headship]:
        """Return each courtyard's head today, with their household."""
        heads = self.directory.heads_on(self.today)
        households = self.directory.households_of(heads.values(), self.today)
        return {courtyard: Headship(person, households.get(person)) for courtyard, person in heads.items()}


class InspectionTransaction(ScopedTransaction[InspectionScope]):
    """A transaction on inspection's store."""

    scope_class = InspectionScope

    @cached_property
    def public_inspections(self) -> PublicInspectionRepository:
        """Closed rounds of all communities: rankings are public (R15)."""
        return PublicInspectionRepository(self.session)


class InspectionStore(Store):
    transaction_class = InspectionTransaction
