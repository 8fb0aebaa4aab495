"""Waits before somebody spends a household's points, of one community."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from contracts.calls.registry.spending_waits import ShownState
from contracts.errors import NotFound
from contracts.registry import SpendingWaitCause
from services.registry.domain.spending_waits import BLOCKING, OF_SIGNING_IN, SpendingWait
from services.registry.store.tables import memberships, spending_waits
from services.registry.store.visibility import Viewer, is_visible


class SpendingWaitRepository:
    """Loads and stores waits of one community."""

    def __init__(self, session: Session, community: str, now: datetime) -> None:
        self._session, self._community, self._now = session, community, now

    def add(self, wait: SpendingWait) -> None:
        """Store a new wait."""
        self._session.add(wait)
        self._session.flush()

    def get(self, wait: str) -> SpendingWait:
        """Return a wait, locked. Raises `NotFound`."""
        found = self._session.get(SpendingWait, (self._community, wait), with_for_update=True)
        if found is None:
            raise NotFound("没有这一等待事项")
        return found

    def blocking(self, person: str) -> Sequence[SpendingWait]:
        """Return the waits, locked, because of which a person does not spend."""
        return self._blocking(spending_waits.c.person == person)

    def is_blocked(self, person: str) -> bool:
        """Return whether a person does not spend, without a lock."""
        rows = select(spending_waits.c.id).where(*self._of(spending_waits.c.person == person), _blocks(self._now))
        return self._session.scalar(rows.limit(1)) is not None

    def blocking_in(self, person: str, household: str) -> Sequence[SpendingWait]:
        """Return the waits, locked, of a person as a member of one household."""
        cause = spending_waits.c.cause.not_in(OF_SIGNING_IN)
        return self._blocking(spending_waits.c.person == person, spending_waits.c.household == household, cause)

    def blocking_sign_in(self, person: str) -> Sequence[SpendingWait]:
        """Return the waits, locked, because somebody else chose how a person signs in."""
        return self._blocking(spending_waits.c.person == person, spending_waits.c.cause.in_(OF_SIGNING_IN))

    def _blocking(self, *conditions: ColumnElement[bool]) -> Sequence[SpendingWait]:
        rows = select(SpendingWait).where(*self._of(*conditions), _blocks(self._now))
        return self._session.scalars(rows.order_by(spending_waits.c.id).with_for_update()).all()

    def was_opened(self, cause: SpendingWaitCause, person: str, since: datetime) -> bool:
        """Return whether a wait of a person was opened for that cause since then, whatever became of it."""
        rows = select(spending_waits.c.id).where(
            *self._of(spending_waits.c.person == person, spending_waits.c.cause == cause),
            spending_waits.c.recorded_at >= since,
        )
        return self._session.scalar(rows.limit(1)) is not None

    def who_wait(self, household: str) -> set[str]:
        """Return the members of a household who do not spend its points yet."""
        rows = select(spending_waits.c.person).where(
            *self._of(spending_waits.c.household == household, spending_waits.c.cause.not_in(OF_SIGNING_IN)),
            _blocks(self._now),
        )
        return set(self._session.scalars(rows))

    def was_lived_in(self, household: str, besides: Collection[str]) -> bool:
        """Return whether anybody besides these people ever belonged to a household."""
        rows = select(memberships.c.person).where(
            memberships.c.community == self._community,
            memberships.c.household == household,
            memberships.c.person.not_in(besides),
        )
        return self._session.scalar(rows.limit(1)) is not None

    def of_person(self, person: str, limit: int, before: str | None) -> Sequence[SpendingWait]:
        """Return the waits of a person and those they may decide on, newest first."""
        concerned = or_(spending_waits.c.person == person, spending_waits.c.deciders.contains([person]))
        return self._page([concerned], limit, before)

    def list(self, viewer: Viewer, state: ShownState | None, limit: int, before: str | None) -> Sequence[SpendingWait]:
        """Return the waits of households that the viewer may see, newest first."""
        visible = is_visible(viewer, spending_waits.c.household, self._community, viewer.day)
        conditions = [visible] if state is None else [visible, _is_shown_as(state, self._now)]
        return self._page(conditions, limit, before)

    def count_to_decide(self, person: str) -> int:
        """Return how many open waits a person may answer."""
        rows = select(func.count()).where(
            *self._of(spending_waits.c.deciders.contains([person])), _is_waiting(self._now)
        )
        return self._session.scalar(rows) or 0

    def count_refused(self) -> int:
        """Return how many waits were refused and not ruled on."""
        rows = select(func.count()).where(*self._of(spending_waits.c.state == "refused"))
        return self._session.scalar(rows) or 0

    def erase_texts(self, person: str) -> None:
        """Empty what was written about a person."""
        theirs = self._of(spending_waits.c.person == person)
        self._session.execute(update(spending_waits).where(*theirs).values(reason="", ruling_reason=""))

    def _page(
        self, conditions: Sequence[ColumnElement[bool]], limit: int, before: str | None
    ) -> Sequence[SpendingWait]:
        rows = select(SpendingWait).where(*self._of(*conditions))
        if before:
            rows = rows.where(spending_waits.c.id < before)
        return self._session.scalars(rows.order_by(spending_waits.c.id.desc()).limit(limit)).all()

    def _of(self, *conditions: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
        return (spending_waits.c.community == self._community, *conditions)


def _is_waiting(at: datetime) -> ColumnElement[bool]:
    has_time = or_(spending_waits.c.ends_at.is_(None), spending_waits.c.ends_at > at)
    return and_(spending_waits.c.state == "open", has_time)


def _is_shown_as(state: ShownState, at: datetime) -> ColumnElement[bool]:
    if state == "open":
        return _is_waiting(at)
    if state == "passed":
        return and_(spending_waits.c.state == "open", spending_waits.c.ends_at <= at)
    return spending_waits.c.state == state


def _blocks(at: datetime) -> ColumnElement[bool]:
    return or_(_is_waiting(at), spending_waits.c.state.in_([state for state in BLOCKING if state != "open"]))
