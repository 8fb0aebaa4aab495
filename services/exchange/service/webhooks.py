"""Where merchants want to be told, and what they were told, over RPC (R27)."""

from messaging import command, query
from services.exchange import schemas
from services.exchange.domain.webhooks import TRIAL, Delivery, Endpoint
from services.exchange.sealing import SealProvider
from services.exchange.store import ExchangeTransaction


class Webhooks:
    """Beside the service class: endpoints and the log of deliveries. Couriers are a process of their own."""

    seal = SealProvider()

    @query
    def list_webhook_endpoints(self, tx: ExchangeTransaction, actor):
        found = tx.webhooks.endpoints(schemas.till(actor))
        return {"data": [schemas.endpoint(each) for each in found], "next_cursor": None}

    @command
    def add_webhook_endpoint(self, tx: ExchangeTransaction, actor, url, types, secret, sealed=None):
        till = schemas.till(actor)
        tx.merchants.get(till.community, till.merchant, for_update=True)
        made = {"secret": self.seal.close(secret), "active": tx.webhooks.count(till), "at": tx.now}
        endpoint = Endpoint.add(till, url=url, types=types, **made)
        tx.webhooks.add(endpoint)
        return schemas.endpoint(endpoint) | {"sealed": sealed}

    @command
    def rotate_webhook_secret(self, tx: ExchangeTransaction, actor, endpoint_id, secret, sealed=None):
        endpoint = tx.webhooks.endpoint(schemas.till(actor), endpoint_id)
        endpoint.rotate(self.seal.close(secret), tx.now)
        return schemas.endpoint(endpoint) | {"sealed": sealed}

    @command
    def remove_webhook_endpoint(self, tx: ExchangeTransaction, actor, endpoint_id):
        endpoint = tx.webhooks.endpoint(schemas.till(actor), endpoint_id)
        endpoint.remove()
        return schemas.endpoint(endpoint)

    @command
    def try_webhook_endpoint(self, tx: ExchangeTransaction, actor, endpoint_id):
        endpoint = tx.webhooks.endpoint(schemas.till(actor), endpoint_id)
        endpoint.must_be_active()
        delivery = Delivery.to(endpoint, TRIAL, {"endpoint_id": endpoint.id}, tx.now)
        tx.webhooks.add(delivery)
        return schemas.delivery(delivery)

    @query
    def list_deliveries(self, tx: ExchangeTransaction, actor, endpoint_id=None, status=None, limit=20, cursor=None):
        wanted = {"endpoint": endpoint_id, "state": status, "limit": limit + 1, "after": cursor}
        return schemas.page(tx.webhooks.page(schemas.till(actor), **wanted), limit, schemas.delivery)

    @command
    def replay_delivery(self, tx: ExchangeTransaction, actor, delivery_id):
        till = schemas.till(actor)
        delivery = tx.webhooks.delivery(till, delivery_id)
        delivery.replay(tx.webhooks.endpoint(till, delivery.endpoint), tx.now)
        return schemas.delivery(delivery)
