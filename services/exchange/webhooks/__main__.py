"""`python -m services.exchange.webhooks`: one courier, until SIGTERM."""

import asyncio
import logging.config
import signal

from messaging import config, engine
from messaging.store import StoreAccess
from services.exchange.sealing import Seal
from services.exchange.store import ExchangeTransaction
from services.exchange.webhooks.courier import Courier
from services.exchange.webhooks.sending import Sender


async def _run() -> None:
    loaded = config.load()
    logging.config.dictConfig(loaded["LOGGING"])
    store = StoreAccess(engine.connect_to(loaded["DATABASES"]["exchange"], pool_size=4), ExchangeTransaction)
    sender = Sender(loopback=bool(loaded["WEBHOOK_LOOPBACK"]))
    courier = Courier(store, Seal(str(loaded["WEBHOOK_KEY"])), sender)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, courier.stop)
    await courier.run()


if __name__ == "__main__":
    asyncio.run(_run())
