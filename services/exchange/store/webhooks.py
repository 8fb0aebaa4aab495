"""Questions about endpoints and deliveries."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, func, select, true
from sqlalchemy.orm import Session

from contracts.errors import NotFound
from messaging.fastpath.statements import prepared
from services.exchange.domain.merchants import Till
from services.exchange.domain.purchases import Mode
from services.exchange.domain.webhooks import ON_THEIR_WAY, Delivery, Endpoint, EndpointState, State
from services.exchange.store.tables import webhook_deliveries as deliveries
from services.exchange.store.tables import webhook_endpoints as endpoints

_LISTENING = prepared(
    select(Endpoint).where(
        endpoints.c.community == bindparam("of"),
        endpoints.c.merchant == bindparam("by"),
        endpoints.c.mode == bindparam("in"),
        endpoints.c.state == EndpointState.ACTIVE,
    )
)


class Webhooks:
    """Every merchant's endpoints, and what is on its way to them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._listeners: dict[tuple[str, str, Mode], list[Endpoint]] = {}

    def add(self, thing: Endpoint | Delivery) -> None:
        self._session.add(thing)

    def endpoints(self, till: Till) -> list[Endpoint]:
        """Those that were not removed, newest first."""
        wanted = select(Endpoint).where(*_of(endpoints, till), endpoints.c.state != EndpointState.REMOVED)
        return list(self._session.scalars(wanted.order_by(endpoints.c.id.desc())))

    def endpoint(self, till: Till, endpoint: str) -> Endpoint:
        """Locked; `NotFound` when this merchant has none of that id in this mode."""
        wanted = select(Endpoint).where(*_of(endpoints, till), endpoints.c.id == endpoint)
        found = self._session.scalar(wanted.with_for_update())
        if found is None or found.state == EndpointState.REMOVED:
            raise NotFound("没有此回调地址")
        return found

    def count(self, till: Till) -> int:
        """How many endpoints there are; the merchant's row is locked by the caller."""
        wanted = select(func.count()).where(*_of(endpoints, till), endpoints.c.state != EndpointState.REMOVED)
        return self._session.scalar(wanted) or 0

    def notify(self, community: str, merchant: str, mode: Mode, kind: str, data: dict[str, Any], at: datetime) -> None:
        """Write a notice for every endpoint that listens; it leaves if this transaction commits."""
        for endpoint in self._listening(community, merchant, mode):
            if endpoint.listens_to(kind):
                self._session.add(Delivery.to(endpoint, kind, data, at))

    def page(
        self, till: Till, *, endpoint: str | None, state: str | None, limit: int, after: str | None
    ) -> list[Delivery]:
        """What was sent, newest first."""
        wanted = select(Delivery).where(*_of(deliveries, till))
        if endpoint is not None:
            wanted = wanted.where(deliveries.c.endpoint == endpoint)
        if state is not None:
            wanted = wanted.where(deliveries.c.state == state)
        if after is not None:
            wanted = wanted.where(deliveries.c.id < after)
        return list(self._session.scalars(wanted.order_by(deliveries.c.id.desc()).limit(limit)))

    def delivery(self, till: Till, delivery: str) -> Delivery:
        """Locked; `NotFound` when this merchant has none of that id in this mode."""
        wanted = select(Delivery).where(*_of(deliveries, till), deliveries.c.id == delivery)
        if (found := self._session.scalar(wanted.with_for_update())) is None:
            raise NotFound("没有此通知")
        return found

    def take(self, at: datetime, *, limit: int, busy: Collection[str]) -> list[tuple[Delivery, Endpoint]]:
        """Up to `limit` notices that are due, a few of each endpoint and none of those `busy`; they are ours now.

        What another courier is taking is left to it.
        """
        due = (
            select(deliveries.c.id)
            .where(
                deliveries.c.community == endpoints.c.community,
                deliveries.c.endpoint == endpoints.c.id,
                deliveries.c.state == State.PENDING,
                deliveries.c.due_at <= at,
            )
            .order_by(deliveries.c.due_at)
            .limit(ON_THEIR_WAY)
            .with_for_update(skip_locked=True)
            .lateral("due")
        )
        found = self._session.execute(
            select(endpoints.c.community, endpoints.c.id, due.c.id)
            .select_from(endpoints.join(due, true()))
            .where(endpoints.c.state == EndpointState.ACTIVE, endpoints.c.id.not_in(busy))
            .limit(limit)
        )
        taken = [self._both(community, delivery, endpoint) for community, endpoint, delivery in found]
        for delivery, _endpoint in taken:
            delivery.take(at)
        return taken

    def taken(self, community: str, delivery: str, endpoint: str) -> tuple[Delivery, Endpoint]:
        """A delivery with its endpoint, both locked, to write down how an attempt ended."""
        self._session.get_one(Delivery, (community, delivery), with_for_update=True)
        self._session.get_one(Endpoint, (community, endpoint), with_for_update=True)
        return self._both(community, delivery, endpoint)

    def _both(self, community: str, delivery: str, endpoint: str) -> tuple[Delivery, Endpoint]:
        return (
            self._session.get_one(Delivery, (community, delivery)),
            self._session.get_one(Endpoint, (community, endpoint)),
        )

    def _listening(self, community: str, merchant: str, mode: Mode) -> list[Endpoint]:
        """Asked once a transaction for each merchant."""
        whose = (community, merchant, mode)
        if whose not in self._listeners:
            with self._session.no_autoflush:
                found = self._session.scalars(_LISTENING, dict(zip(("of", "by", "in"), whose, strict=True)))
                self._listeners[whose] = list(found)
        return self._listeners[whose]


def _of(table: Table, till: Till) -> tuple[ColumnElement[bool], ...]:
    return table.c.community == till.community, table.c.merchant == till.merchant, table.c.mode == till.mode
