"""What merchants were notified of, in order (R27).

A reader continues after the last position it has seen, so no event may ever get a position below one that was listed.
Transactions commit in another order than they insert; so events are inserted without a position, and one transaction
at a time numbers those that have been committed.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services.exchange.domain.merchants import Till
from services.exchange.domain.notices import KEPT_FOR, MerchantEvent
from services.exchange.store.tables import merchant_event_positions
from services.exchange.store.tables import merchant_events as events

_BATCH_SIZE = 5000
"""How many events one numbering handles; the rest follow in the next."""


class EventRepository:
    """Stores and lists the events of one community's merchants."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, event: MerchantEvent) -> None:
        """Store an event; it is listed once it has been numbered."""
        self._session.add(event)

    def list(self, till: Till, *, kind: str | None, limit: int, after: int) -> Sequence[MerchantEvent]:
        """Return events of the till's merchant and mode, oldest first."""
        rows = select(MerchantEvent).where(
            events.c.community == self._community,
            events.c.merchant == till.merchant,
            events.c.mode == till.mode,
            events.c.position > after,
        )
        if kind is not None:
            rows = rows.where(events.c.type == kind)
        return self._session.scalars(rows.order_by(events.c.position).limit(limit)).all()


def number_events(session: Session) -> None:
    """Give the committed events of all communities their positions; only one transaction at a time may do this.

    Events of one purchase are inserted one after the other, since its row is locked, and are numbered in that order.
    """
    waiting = select(events.c.community, events.c.id, events.c.inserted).where(events.c.position.is_(None))
    in_order = waiting.order_by(events.c.inserted).limit(_BATCH_SIZE).cte("in_order").prefix_with("MATERIALIZED")
    numbered = select(in_order.c.community, in_order.c.id, merchant_event_positions.next_value().label("position"))
    number = numbered.order_by(in_order.c.inserted).subquery("numbered")
    session.execute(
        update(events)
        .where(events.c.community == number.c.community, events.c.id == number.c.id)
        .values(position=number.c.position)
        .execution_options(synchronize_session=False)
    )


def delete_old_events(session: Session, at: datetime) -> None:
    """Delete events that have been kept long enough."""
    session.execute(delete(events).where(events.c.at < at - KEPT_FOR))
