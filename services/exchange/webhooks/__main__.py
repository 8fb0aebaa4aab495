"""`python -m services.exchange.webhooks`: send webhook deliveries until SIGTERM."""

import asyncio
import logging.config
import signal

from messaging import config, engine
from messaging.store import StoreAccess
from services.exchange.store import ExchangeTransaction
from services.exchange.webhook_secrets import WebhookSecretCipher
from services.exchange.webhooks.sender import WebhookSender
from services.exchange.webhooks.worker import DeliveryWorker


async def _run() -> None:
    loaded = config.load()
    logging.config.dictConfig(loaded["LOGGING"])
    store = StoreAccess(engine.connect_to(loaded["DATABASES"]["exchange"], pool_size=4), ExchangeTransaction)
    sender = WebhookSender(allow_loopback=bool(loaded["WEBHOOK_LOOPBACK"]))
    worker = DeliveryWorker(store, WebhookSecretCipher(str(loaded["WEBHOOK_KEY"])), sender)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, worker.stop)
    await worker.run()


if __name__ == "__main__":
    asyncio.run(_run())
