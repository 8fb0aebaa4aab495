"""Takes what is due, sends it, writes down how it went. Any number of couriers share the work.

Taking is a transaction: rows that another is taking are skipped, and what was taken is not due again until its lease
ends. A courier that dies leaves nothing but a lease. Each endpoint has only a few notices on their way, so that one
that hangs holds up nobody else.
"""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError
from standardwebhooks import Webhook

from messaging.store import StoreAccess
from services.exchange.domain.webhooks import ON_THEIR_WAY, Delivery, Endpoint, Outcome
from services.exchange.sealing import Seal
from services.exchange.store import ExchangeTransaction
from services.exchange.webhooks.sending import Sender

log = structlog.get_logger(__name__)

T = TypeVar("T")

AT_ONCE = 200
_POLL = 0.25
_PAUSE = 2.0


@dataclass(frozen=True, kw_only=True)
class _Taken:
    """A notice on its way, as it was when it was taken."""

    community: str
    delivery: str
    endpoint: str
    url: str
    body: bytes
    secrets: list[str]

    @classmethod
    def of(cls, delivery: Delivery, endpoint: Endpoint, at: datetime) -> "_Taken":
        return cls(
            community=delivery.community,
            delivery=delivery.id,
            endpoint=endpoint.id,
            url=endpoint.url,
            body=json.dumps(delivery.body, ensure_ascii=False, separators=(",", ":")).encode(),
            secrets=endpoint.secrets(at),
        )


class Courier:
    """One process' worth of deliveries."""

    def __init__(self, store: StoreAccess, seal: Seal, sender: Sender) -> None:
        self._store, self._seal, self._sender = store, seal, sender
        self._busy: Counter[str] = Counter()
        self._work: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(4, "store")
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Take nothing more; `run` returns when what is on its way has arrived or failed."""
        self._stopping.set()

    async def run(self) -> None:
        """Deliver until told to stop, whatever becomes of the store."""
        while not self._stopping.is_set():
            pause = _POLL
            try:
                if await self.round():
                    pause = 0.0
            except SQLAlchemyError as error:
                log.warning("store_unavailable", error=str(error))
                pause = _PAUSE
            await self._rest(pause)
        if self._work:
            await asyncio.wait(self._work)
        await self._sender.close()

    async def round(self) -> int:
        """Take what is due and set out with it; how many."""
        free = AT_ONCE - len(self._work)
        if free <= 0:
            return 0
        taken = await self._in_store(lambda tx: self._take(tx, free))
        for each in taken:
            self._busy[each.endpoint] += 1
            task = asyncio.create_task(self._deliver(each))
            self._work.add(task)
            task.add_done_callback(self._work.discard)
        return len(taken)

    def _take(self, tx: ExchangeTransaction, free: int) -> list[_Taken]:
        busy = [endpoint for endpoint, count in self._busy.items() if count >= ON_THEIR_WAY]
        return [_Taken.of(*both, tx.now) for both in tx.webhooks.take(tx.now, limit=free, busy=busy)]

    async def _deliver(self, taken: _Taken) -> None:
        try:
            outcome = await self._sender.send(taken.url, taken.body, self._headers(taken))
            await self._in_store(lambda tx: _write_down(tx, taken, outcome))
            log.info(
                "delivery", delivery=taken.delivery, endpoint=taken.endpoint, status=outcome.status, error=outcome.error
            )
        except SQLAlchemyError as error:  # its lease will end, and it is sent again
            log.warning("outcome_lost", delivery=taken.delivery, error=str(error))
        finally:
            self._busy[taken.endpoint] -= 1

    def _headers(self, taken: _Taken) -> dict[str, str]:
        now, body = datetime.now(UTC), taken.body.decode()
        signatures = [Webhook(self._seal.open(kept)).sign(taken.delivery, now, body) for kept in taken.secrets]
        return {
            "webhook-id": taken.delivery,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signatures),
        }

    async def _in_store(self, work: Callable[[Any], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._store.run, work)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return


def _write_down(tx: ExchangeTransaction, taken: _Taken, outcome: Outcome) -> None:
    delivery, endpoint = tx.webhooks.taken(taken.community, taken.delivery, taken.endpoint)
    delivery.tried(outcome, endpoint, jitter=random.random(), at=tx.now)
