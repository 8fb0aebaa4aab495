"""Objections to published entries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, all_, func, literal, select
from sqlalchemy.orm import Session

from contracts.errors import NotFound
from contracts.paging import Selection
from messaging.sql.keys import among
from messaging.sql.listing import Listing, counted
from services.review.domain.objections import Objection, Outcome
from services.review.store.tables import objections

_CHANGED_AT = func.coalesce(objections.c.ruled_at, objections.c.raised_at)


class ObjectionRepository:
    """Loads and stores the objections of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, objection: Objection) -> None:
        self._session.add(objection)

    def get(self, objection_id: str, *, for_update: bool = False) -> Objection:
        """Return an objection, locked and as it is now if asked for. Raises `NotFound`."""
        found = self._session.get(
            Objection,
            (self._community, objection_id),
            with_for_update=for_update or None,
            populate_existing=for_update,
        )
        if found is None:
            raise NotFound("没有这个异议")
        return found

    def list(
        self,
        *,
        objector: str | None,
        selection: Selection,
        raised_before: datetime | None,
    ) -> Listing[Objection]:
        """Return objections, newest first; `raised_before` selects open ones raised at that instant or earlier."""
        rows = select(Objection).where(objections.c.community == self._community)
        if objector is not None:
            rows = rows.where(objections.c.objector == objector)
        rows = rows.where(*selection.conditions(objections.c.outcome, _CHANGED_AT))
        if raised_before:
            rows = rows.where(_is_open_since(raised_before))
        return Listing(self._session, rows, objections.c.id)

    def count_open(self, person: str, most: int) -> int:
        """Return how many open objections somebody without an interest in them may rule on, up to `most`."""
        rows = select(objections.c.id).where(
            objections.c.community == self._community,
            objections.c.outcome == Outcome.OPEN,
            literal(person) != all_(objections.c.interested),
        )
        return counted(self._session, rows, most)

    def lock_open_since(self, before: datetime) -> Sequence[Objection]:
        """Return the open objections raised at `before` or earlier, oldest first, locked; skip those locked already."""
        rows = select(Objection).where(objections.c.community == self._community, _is_open_since(before))
        return self._session.scalars(rows.order_by(objections.c.id).with_for_update(skip_locked=True)).all()

    def of_entries(self, ids: Iterable[str]) -> Mapping[str, Sequence[Objection]]:
        """Return the objections to each entry, oldest first."""
        rows = select(Objection).where(among(objections.c.entry, ids, self._community))
        found: dict[str, list[Objection]] = defaultdict(list)
        for objection in self._session.scalars(rows.order_by(objections.c.id)):
            found[objection.entry].append(objection)
        return found


def _is_open_since(before: datetime) -> ColumnElement[bool]:
    return (objections.c.outcome == Outcome.OPEN) & (objections.c.raised_at <= before)
