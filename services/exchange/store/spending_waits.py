"""Copies of the registry's spending waits."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts.event import Event
from contracts.registry import ResidentMoved, ResidentRegistered, SpendingWaitChanged
from services.exchange.domain.spending_waits import SpendingWait
from services.exchange.store.tables import spending_waits


class SpendingWaitRepository:
    """Loads the waits of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def of_person(self, person: str) -> Sequence[SpendingWait]:
        """Return all waits of a person, also those that are over."""
        rows = select(SpendingWait).where(
            spending_waits.c.community == self._community, spending_waits.c.person == person
        )
        return self._session.scalars(rows.order_by(spending_waits.c.wait)).all()


def upsert_waits(session: Session, events: Iterable[Event]) -> None:
    """Store the waits that events carry, idempotently; events older than a stored one are ignored.

    A person's membership carries its wait as well, so that they are never known without it.
    """
    for facts in sorted(filter(None, map(_facts, events)), key=lambda facts: (facts["wait"], facts["sequence"])):
        row = insert(spending_waits).values(facts)
        session.execute(
            row.on_conflict_do_update(
                index_elements=["community", "wait"],
                set_={name: row.excluded[name] for name in ("state", "ends_at", "sequence")},
                where=spending_waits.c.sequence < row.excluded.sequence,
            )
        )


def _facts(event: Event) -> dict[str, Any] | None:
    match event:
        case ResidentRegistered(spending_wait=str(wait)) | ResidentMoved(spending_wait=str(wait)):
            state, ends_at, sequence = "open", event.spends_from, 1
        case SpendingWaitChanged(wait=wait):
            state, ends_at, sequence = event.state, event.ends_at, event.sequence
        case _:
            return None
    return {
        "community": event.community,
        "wait": wait,
        "person": event.person,
        "household": event.household,
        "state": state,
        "ends_at": ends_at,
        "sequence": sequence,
    }
