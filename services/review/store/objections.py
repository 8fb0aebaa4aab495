"""Objections of a community, for the branch, for who raised them, and beside the published entries."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from contracts.errors import NotFound
from contracts.policy import Policy
from messaging.sql.keys import among
from services.review.domain.judges import Judge
from services.review.domain.objections import Objection, Outcome
from services.review.domain.waiting import overdue_before
from services.review.store.tables import objections


class Objections:
    """The objections of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, objection: Objection) -> None:
        self._session.add(objection)

    def get(self, objection_id: str, by: Judge, *, lock: bool = False) -> Objection:
        """`NotFound` when there is none, or none that he may see: the branch sees all, everybody his own."""
        found = self._session.get(
            Objection, (self._community, objection_id), with_for_update=lock or None, populate_existing=lock
        )
        if found is None or not (by.branch or found.objector == by.person):
            raise NotFound("没有这个异议")
        return found

    def page(
        self,
        by: Judge,
        outcome: Outcome | None,
        limit: int,
        before: str | None,
        overdue: tuple[Policy, datetime] | None = None,
    ) -> list[Objection]:
        """What he may see, newest first; with `overdue` (the policy, and now) what the branch is late with."""
        rows = select(Objection).where(objections.c.community == self._community)
        if not by.branch:
            rows = rows.where(objections.c.objector == by.person)
        if outcome:
            rows = rows.where(objections.c.outcome == outcome)
        if overdue:
            rows = rows.where(_is_overdue(*overdue))
        if before:
            rows = rows.where(objections.c.id < before)
        return list(self._session.scalars(rows.order_by(objections.c.id.desc()).limit(limit)))

    def overdue(self, policy: Policy, at: datetime) -> list[Objection]:
        """Those the branch should have ruled on by now, the longest waiting first, locked."""
        waiting = select(Objection).where(objections.c.community == self._community, _is_overdue(policy, at))
        return list(self._session.scalars(waiting.order_by(objections.c.id).with_for_update(skip_locked=True)))

    def to(self, entry_ids: Iterable[str]) -> dict[str, list[Objection]]:
        """Entry id → the objections raised to it, in order."""
        raised = select(Objection).where(among(objections.c.entry, entry_ids, self._community))
        found: dict[str, list[Objection]] = defaultdict(list)
        for objection in self._session.scalars(raised.order_by(objections.c.id)):
            found[objection.entry].append(objection)
        return found


def _is_overdue(policy: Policy, at: datetime) -> ColumnElement[bool]:
    return (objections.c.outcome == Outcome.OPEN) & (objections.c.raised_at <= overdue_before(policy.ruling_days, at))
