"""Webhook endpoints and deliveries; `services.exchange.webhooks` is the process that sends them (R27)."""

from contracts.calls.exchange import webhooks as calls
from contracts.paging import Selection, counted_page, number_cursor
from contracts.rpc import Caller, CountedPage, Page
from messaging import command, query, tick
from messaging.config import Configured
from services.exchange import schemas
from services.exchange.domain.webhooks import TEST_TYPE, Delivery, Endpoint
from services.exchange.permissions import books_of
from services.exchange.store import ExchangeTransaction, events
from services.exchange.webhook_secrets import WebhookSecretCipherProvider


class WebhookCalls:
    cipher = WebhookSecretCipherProvider()
    webhooks_may_loop_back: bool = Configured("WEBHOOK_LOOPBACK", bool)

    @query
    def list_events(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        type: calls.NoticeType | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> calls.EventPage:
        after = number_cursor(cursor) or 0
        scope = tx.scope(actor)
        found = scope.events.list(books_of(scope, actor), kind=type, limit=limit + 1, after=after)
        data = found[:limit]
        return {
            "data": [schemas.merchant_event(event) for event in data],
            "has_more": len(found) > limit,
            "next_cursor": str(data[-1].position if data else after),
        }

    @tick(seconds=1)
    def number_events(self, tx: ExchangeTransaction) -> None:
        events.number_events(tx.session)

    @tick(seconds=3600)
    def forget_events(self, tx: ExchangeTransaction) -> None:
        events.delete_old_events(tx.session, tx.now)

    @query
    def list_webhook_endpoints(self, tx: ExchangeTransaction, *, actor: Caller) -> Page[calls.Endpoint]:
        scope = tx.scope(actor)
        found = scope.webhooks.list_endpoints(books_of(scope, actor))
        return {"data": [schemas.endpoint(each) for each in found], "next_cursor": None}

    @command
    def add_webhook_endpoint(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        url: str,
        types: list[calls.NoticeType],
        secret: str,
        sealed: str | None = None,
    ) -> calls.SealedEndpoint:
        scope = tx.scope(actor)
        till = books_of(scope, actor, to_change=True)
        scope.merchants.get(till.merchant, for_update=True)
        encrypted, active = self.cipher.encrypt(secret), scope.webhooks.count_endpoints(till)
        endpoint = Endpoint.add(
            till,
            url=url,
            types=types,
            secret=encrypted,
            active=active,
            at=tx.now,
            allow_loopback=self.webhooks_may_loop_back,
        )
        scope.webhooks.add(endpoint)
        return {**schemas.endpoint(endpoint), "sealed": sealed}

    @command
    def revise_webhook_endpoint(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        endpoint_id: str,
        url: str,
        types: list[calls.NoticeType],
        active: bool = True,
    ) -> calls.Endpoint:
        scope = tx.scope(actor)
        webhooks, till = scope.webhooks, books_of(scope, actor, to_change=True)
        endpoint = webhooks.get_endpoint(till, endpoint_id)
        endpoint.revise(url=url, types=types, active=active, at=tx.now, allow_loopback=self.webhooks_may_loop_back)
        if not active:
            webhooks.fail_pending_deliveries(endpoint)
        return schemas.endpoint(endpoint)

    @command
    def rotate_webhook_secret(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        endpoint_id: str,
        secret: str,
        sealed: str | None = None,
        end_earlier: bool = False,
    ) -> calls.SealedEndpoint:
        scope = tx.scope(actor)
        endpoint = scope.webhooks.get_endpoint(books_of(scope, actor, to_change=True), endpoint_id)
        endpoint.rotate(self.cipher.encrypt(secret), tx.now, end_earlier=end_earlier)
        return {**schemas.endpoint(endpoint), "sealed": sealed}

    @command
    def remove_webhook_endpoint(self, tx: ExchangeTransaction, *, actor: Caller, endpoint_id: str) -> calls.Endpoint:
        scope = tx.scope(actor)
        webhooks, till = scope.webhooks, books_of(scope, actor, to_change=True)
        endpoint = webhooks.get_endpoint(till, endpoint_id)
        endpoint.remove()
        webhooks.fail_pending_deliveries(endpoint)
        return schemas.endpoint(endpoint)

    @command
    def try_webhook_endpoint(self, tx: ExchangeTransaction, *, actor: Caller, endpoint_id: str) -> calls.Delivery:
        scope = tx.scope(actor)
        webhooks, till = scope.webhooks, books_of(scope, actor, to_change=True)
        endpoint = webhooks.get_endpoint(till, endpoint_id)
        endpoint.require_active()
        delivery = Delivery.to(endpoint, TEST_TYPE, {"endpoint_id": endpoint.id}, tx.now)
        webhooks.add(delivery)
        return schemas.delivery(delivery)

    @query
    def list_deliveries(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        endpoint_id: str | None = None,
        status: list[calls.DeliveryStatus] | calls.DeliveryStatus | None = None,
        changed_since: str | None = None,
        totals: bool = False,
        limit: int = 20,
        cursor: str | None = None,
    ) -> CountedPage[calls.Delivery]:
        scope, selection = tx.scope(actor), Selection.of(status, changed_since)
        found = scope.webhooks.list_deliveries(books_of(scope, actor), endpoint_id, selection)
        count = found.count if totals else None
        return counted_page(
            found.page(limit + 1, cursor), limit, schemas.delivery, lambda delivery: delivery.id, count=count
        )

    @query
    def get_delivery(self, tx: ExchangeTransaction, *, actor: Caller, delivery_id: str) -> calls.Delivery:
        scope = tx.scope(actor)
        return schemas.delivery(scope.webhooks.get_delivery(books_of(scope, actor), delivery_id))

    @command
    def replay_delivery(self, tx: ExchangeTransaction, *, actor: Caller, delivery_id: str) -> calls.Delivery:
        scope = tx.scope(actor)
        webhooks, till = scope.webhooks, books_of(scope, actor, to_change=True)
        delivery = webhooks.get_delivery(till, delivery_id, for_update=True)
        delivery.replay(webhooks.get_endpoint(till, delivery.endpoint), tx.now)
        return schemas.delivery(delivery)
