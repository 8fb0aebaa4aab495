"""Webhook endpoints and deliveries of merchants."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Table, bindparam, func, select
from sqlalchemy.orm import Session

from contracts.errors import NotFound
from contracts.paging import Selection
from messaging.fastpath.statements import prepared
from messaging.sql.listing import Listing
from services.exchange.domain.merchants import Till
from services.exchange.domain.notices import Notice
from services.exchange.domain.purchases import Mode
from services.exchange.domain.webhooks import Delivery, Endpoint, EndpointState
from services.exchange.store.deliveries import fail_pending
from services.exchange.store.tables import webhook_deliveries as deliveries
from services.exchange.store.tables import webhook_endpoints as endpoints

_SELECT_ACTIVE_ENDPOINTS = prepared(
    select(Endpoint).where(
        endpoints.c.community == bindparam("of"),
        endpoints.c.merchant == bindparam("by"),
        endpoints.c.mode == bindparam("in"),
        endpoints.c.state == EndpointState.ACTIVE,
    )
)


class WebhookRepository:
    """Loads and stores one community's webhook endpoints and deliveries."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community
        self._active: dict[tuple[str, Mode], Sequence[Endpoint]] = {}

    def add(self, new: Endpoint | Delivery) -> None:
        self._session.add(new)

    def list_endpoints(self, till: Till) -> Sequence[Endpoint]:
        """Return the endpoints of the till's merchant and mode that were not removed, newest first."""
        rows = select(Endpoint).where(*self._of(endpoints, till), endpoints.c.state != EndpointState.REMOVED)
        return self._session.scalars(rows.order_by(endpoints.c.id.desc())).all()

    def get_endpoint(self, till: Till, endpoint: str) -> Endpoint:
        """Return an endpoint of the till's merchant and mode, locked. Raises NotFound."""
        rows = select(Endpoint).where(*self._of(endpoints, till), endpoints.c.id == endpoint)
        found = self._session.scalar(rows.with_for_update())
        if found is None or found.state == EndpointState.REMOVED:
            raise NotFound("没有此回调地址")
        return found

    def count_endpoints(self, till: Till) -> int:
        """Return how many endpoints were not removed. The caller has locked the merchant's row."""
        rows = select(func.count()).where(*self._of(endpoints, till), endpoints.c.state != EndpointState.REMOVED)
        return self._session.scalar(rows) or 0

    def list_deliveries(self, till: Till, endpoint: str | None, selection: Selection) -> Listing[Delivery]:
        """Return deliveries to the till's merchant in its mode, newest first."""
        rows = select(Delivery).where(*self._of(deliveries, till))
        if endpoint is not None:
            rows = rows.where(deliveries.c.endpoint == endpoint)
        rows = rows.where(*selection.conditions(deliveries.c.state, deliveries.c.changed_at))
        return Listing(self._session, rows, deliveries.c.id)

    def get_delivery(self, till: Till, delivery: str, *, for_update: bool = False) -> Delivery:
        """Return a delivery to the till's merchant in its mode, locked if asked for. Raises NotFound."""
        rows = select(Delivery).where(*self._of(deliveries, till), deliveries.c.id == delivery)
        if (found := self._session.scalar(rows.with_for_update() if for_update else rows)) is None:
            raise NotFound("没有此通知")
        return found

    def fail_pending_deliveries(self, endpoint: Endpoint) -> None:
        """Set the deliveries that a removed or disabled endpoint will never get to failed."""
        fail_pending(self._session, endpoint)

    def add_deliveries(self, notice: Notice, mode: Mode, at: datetime) -> None:
        """Add a delivery to every endpoint that subscribes to the notice's type."""
        for endpoint in self._active_endpoints(notice.merchant, mode):
            if endpoint.subscribes_to(notice.type):
                self._session.add(Delivery.to(endpoint, notice.type, dict(notice.data), at))

    def _active_endpoints(self, merchant: str, mode: Mode) -> Sequence[Endpoint]:
        """Return a merchant's active endpoints, loaded once per transaction."""
        if (merchant, mode) not in self._active:
            with self._session.no_autoflush:
                found = self._session.scalars(
                    _SELECT_ACTIVE_ENDPOINTS, {"of": self._community, "by": merchant, "in": mode}
                )
                self._active[merchant, mode] = found.all()
        return self._active[merchant, mode]

    def _of(self, table: Table, till: Till) -> tuple[ColumnElement[bool], ...]:
        return table.c.community == self._community, table.c.merchant == till.merchant, table.c.mode == till.mode
