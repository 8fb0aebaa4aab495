"""The queue of webhook deliveries, of all communities."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select, true, update
from sqlalchemy.orm import Session

from services.exchange.domain.webhooks import MAX_IN_FLIGHT, Delivery, Endpoint, EndpointState, State
from services.exchange.store.tables import webhook_deliveries as deliveries
from services.exchange.store.tables import webhook_endpoints as endpoints


def fail_pending(session: Session, endpoint: Endpoint) -> None:
    """Set the deliveries that an endpoint will never get, since it was disabled or removed, to failed."""
    of_endpoint = (deliveries.c.community == endpoint.community, deliveries.c.endpoint == endpoint.id)
    failed = update(deliveries).where(*of_endpoint, deliveries.c.state == State.PENDING)
    session.execute(failed.values(state=State.FAILED, changed_at=func.now()))


class DeliveryQueue:
    """Leases due deliveries to workers; any number of workers share the queue."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lease(self, at: datetime, *, limit: int, busy: Collection[str]) -> list[tuple[Delivery, Endpoint]]:
        """Lease and return up to `limit` due deliveries: a few per endpoint, and none to endpoints in `busy`.

        Rows that another worker has locked are skipped.
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
            .limit(MAX_IN_FLIGHT)
            .with_for_update(skip_locked=True)
            .lateral("due")
        )
        rows = self._session.execute(
            select(endpoints.c.community, endpoints.c.id, due.c.id)
            .select_from(endpoints.join(due, true()))
            .where(endpoints.c.state == EndpointState.ACTIVE, endpoints.c.id.not_in(busy))
            .limit(limit)
        )
        leased = [self._with_endpoint(community, delivery, endpoint) for community, endpoint, delivery in rows]
        for delivery, _endpoint in leased:
            delivery.lease(at)
        return leased

    def lock(self, community: str, delivery: str, endpoint: str) -> tuple[Delivery, Endpoint]:
        """Return a delivery and its endpoint, both locked."""
        self._session.get_one(Delivery, (community, delivery), with_for_update=True)
        self._session.get_one(Endpoint, (community, endpoint), with_for_update=True)
        return self._with_endpoint(community, delivery, endpoint)

    def fail_pending(self, endpoint: Endpoint) -> None:
        """Set the deliveries that a disabled endpoint will never get to failed."""
        fail_pending(self._session, endpoint)

    def _with_endpoint(self, community: str, delivery: str, endpoint: str) -> tuple[Delivery, Endpoint]:
        return (
            self._session.get_one(Delivery, (community, delivery)),
            self._session.get_one(Endpoint, (community, endpoint)),
        )
