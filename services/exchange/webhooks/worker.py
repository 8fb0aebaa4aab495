"""Leases due deliveries, sends them and stores the outcomes. Any number of workers share the queue.

Leasing is a transaction that skips rows locked by other workers. If a worker dies, its leases end and others attempt
its deliveries. Each endpoint has a few attempts in flight at most, so that one that hangs does not delay the others.
"""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError
from standardwebhooks import Webhook

from messaging.store import StoreAccess
from services.exchange.domain.webhooks import MAX_IN_FLIGHT, Delivery, Endpoint, EndpointState, Outcome
from services.exchange.store import ExchangeTransaction
from services.exchange.webhook_secrets import WebhookSecretCipher
from services.exchange.webhooks.sender import WebhookSender

log = structlog.get_logger(__name__)

T = TypeVar("T")

MAX_CONCURRENT = 200
_POLL_SECONDS = 0.25
_OUTAGE_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class _Attempt:
    """A leased delivery with the endpoint's URL and encrypted secrets at that time."""

    community: str
    delivery: str
    endpoint: str
    url: str
    body: bytes
    secrets: list[str]

    @classmethod
    def of(cls, delivery: Delivery, endpoint: Endpoint, at: datetime) -> "_Attempt":
        return cls(
            community=delivery.community,
            delivery=delivery.id,
            endpoint=endpoint.id,
            url=endpoint.url,
            body=json.dumps(delivery.body, ensure_ascii=False, separators=(",", ":")).encode(),
            secrets=endpoint.secrets(at),
        )


class DeliveryWorker:
    """Sends up to `MAX_CONCURRENT` deliveries at once."""

    def __init__(self, store: StoreAccess, cipher: WebhookSecretCipher, sender: WebhookSender) -> None:
        self._store, self._cipher, self._sender = store, cipher, sender
        self._in_flight: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(4, "store")
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Lease nothing more; `run` returns once the attempts in flight have ended."""
        self._stopping.set()

    async def run(self) -> None:
        """Send deliveries until stopped; wait while the store is unavailable."""
        while not self._stopping.is_set():
            pause = _POLL_SECONDS
            try:
                if await self.start_attempts():
                    pause = 0.0
            except SQLAlchemyError as error:
                log.warning("store_unavailable", error=str(error))
                pause = _OUTAGE_SECONDS
            await self._sleep(pause)
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._sender.close()

    async def start_attempts(self) -> int:
        """Lease due deliveries, start an attempt of each, and return how many."""
        free = MAX_CONCURRENT - len(self._tasks)
        if free <= 0:
            return 0
        attempts = await self._in_store(lambda tx: self._lease(tx, free))
        for attempt in attempts:
            self._in_flight[attempt.endpoint] += 1
            task = asyncio.create_task(self._deliver(attempt))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return len(attempts)

    def _lease(self, tx: ExchangeTransaction, free: int) -> list[_Attempt]:
        busy = [endpoint for endpoint, count in self._in_flight.items() if count >= MAX_IN_FLIGHT]
        leased = tx.deliveries.lease(tx.now, limit=free, busy=busy)
        return [_Attempt.of(delivery, endpoint, tx.now) for delivery, endpoint in leased]

    async def _deliver(self, attempt: _Attempt) -> None:
        try:
            outcome = await self._sender.send(attempt.url, attempt.body, self._headers(attempt))
            await self._in_store(lambda tx: _store_outcome(tx, attempt, outcome))
            log.info(
                "delivery",
                delivery=attempt.delivery,
                endpoint=attempt.endpoint,
                status=outcome.status,
                error=outcome.error,
            )
        except SQLAlchemyError as error:  # its lease ends, and it is attempted again
            log.warning("outcome_lost", delivery=attempt.delivery, error=str(error))
        finally:
            self._in_flight[attempt.endpoint] -= 1

    def _headers(self, attempt: _Attempt) -> dict[str, str]:
        now, body = datetime.now(UTC), attempt.body.decode()
        secrets = [self._cipher.decrypt(stored) for stored in attempt.secrets]
        return {
            "webhook-id": attempt.delivery,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(Webhook(secret).sign(attempt.delivery, now, body) for secret in secrets),
        }

    async def _in_store(self, work: Callable[[ExchangeTransaction], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._store.run, work)

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return


def _store_outcome(tx: ExchangeTransaction, attempt: _Attempt, outcome: Outcome) -> None:
    delivery, endpoint = tx.deliveries.lock(attempt.community, attempt.delivery, attempt.endpoint)
    delivery.add_attempt(outcome, endpoint, jitter=random.random(), at=tx.now)
    if endpoint.state != EndpointState.ACTIVE:
        tx.deliveries.fail_pending(endpoint)
