"""Corrections of entries (R16)."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from messaging.sql.keys import among
from services.review.domain.entries import Correction
from services.review.store.tables import corrections


class CorrectionRepository:
    """Loads and stores the corrections of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, correction: Correction) -> None:
        self._session.add(correction)

    def of_entries(self, ids: Iterable[str]) -> dict[str, list[Correction]]:
        """Return the corrections of each entry, oldest first."""
        self._session.flush()
        rows = select(Correction).where(among(corrections.c.entry, ids, self._community))
        found: dict[str, list[Correction]] = defaultdict(list)
        for correction in self._session.scalars(rows.order_by(corrections.c.id)):
            found[correction.entry].append(correction)
        return found
