"""Webhook endpoints and deliveries; `services.exchange.webhooks` is the process that sends them (R27)."""

from contracts.calls.exchange import webhooks as calls
from contracts.paging import page_of
from contracts.rpc import Caller, Page
from messaging import command, query
from messaging.config import Configured
from services.exchange import schemas
from services.exchange.domain.webhooks import TEST_TYPE, Delivery, Endpoint
from services.exchange.store import ExchangeTransaction
from services.exchange.webhook_secrets import WebhookSecretCipherProvider


class WebhookCalls:
    cipher = WebhookSecretCipherProvider()
    webhooks_may_loop_back: bool = Configured("WEBHOOK_LOOPBACK", bool)

    @query
    def list_webhook_endpoints(self, tx: ExchangeTransaction, *, actor: Caller) -> Page[calls.Endpoint]:
        found = tx.scope(actor).webhooks.list_endpoints(schemas.till(actor))
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
        scope, till = tx.scope(actor), schemas.till(actor)
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
        endpoint = tx.scope(actor).webhooks.get_endpoint(schemas.till(actor), endpoint_id)
        endpoint.rotate(self.cipher.encrypt(secret), tx.now, end_earlier=end_earlier)
        return {**schemas.endpoint(endpoint), "sealed": sealed}

    @command
    def remove_webhook_endpoint(self, tx: ExchangeTransaction, *, actor: Caller, endpoint_id: str) -> calls.Endpoint:
        webhooks = tx.scope(actor).webhooks
        endpoint = webhooks.get_endpoint(schemas.till(actor), endpoint_id)
        endpoint.remove()
        webhooks.fail_pending_deliveries(endpoint)
        return schemas.endpoint(endpoint)

    @command
    def try_webhook_endpoint(self, tx: ExchangeTransaction, *, actor: Caller, endpoint_id: str) -> calls.Delivery:
        webhooks = tx.scope(actor).webhooks
        endpoint = webhooks.get_endpoint(schemas.till(actor), endpoint_id)
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
        status: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.Delivery]:
        found = tx.scope(actor).webhooks.list_deliveries(
            schemas.till(actor), endpoint=endpoint_id, state=status, limit=limit + 1, after=cursor
        )
        return page_of(found, limit, schemas.delivery, lambda delivery: delivery.id)

    @command
    def replay_delivery(self, tx: ExchangeTransaction, *, actor: Caller, delivery_id: str) -> calls.Delivery:
        webhooks, till = tx.scope(actor).webhooks, schemas.till(actor)
        delivery = webhooks.get_delivery(till, delivery_id)
        delivery.replay(webhooks.get_endpoint(till, delivery.endpoint), tx.now)
        return schemas.delivery(delivery)
