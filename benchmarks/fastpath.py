"""CPU time per operation with and without each part of `messaging.fastpath`, which take turns in one process.

`deferred` and `prepared` are measured by the submission of a claim, without broker and gateway; the CPU time is that of
the process and of its PostgreSQL backend. `frames` is measured by consuming and acknowledging messages: many at once,
and one at a time (a prefetch of one). The process runs on eventlet, as a service does.
"""

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psutil
from kombu import Connection, Consumer, Message, Producer, Queue
from sqlalchemy import text

from benchmarks.figure import Figure
from benchmarks.large_community import HOUSEHOLDS, ITEM, SINCE, actor, insert_directory
from deploy.local.stack import PROJECT, Stack
from messaging import broker, engine, fastpath
from messaging.fastpath import frames
from messaging.store import StoreAccess
from messaging.transaction import Context, Idempotency
from services.claims.service import ClaimsService

_TURNS = 8
_CLAIMS = 150  # in each turn
_MESSAGES = {"burst": 10_000, "single": 1_000}  # in each turn
_PREFETCH = {"burst": 1_000, "single": 1}
_BODY = b"x" * 700  # bytes, the size of an event
_COMMUNITY = "com_fastpath"
_PARTS = ("deferred", "prepared")
_WORKER = "import eventlet; eventlet.monkey_patch(); from benchmarks import fastpath; fastpath.work({!r}, {!r})"


def measure(stack: Stack) -> Iterator[Figure]:
    """CPU microseconds per claim and per message: `ours` with the part, `other` without it."""
    stack.prepare()
    script = _WORKER.format(stack.database_uris["claims"], stack.amqp_uri)
    words = [sys.executable, "-W", "ignore", "-c", script]
    output = subprocess.run(words, cwd=PROJECT, env=stack.environment, check=True, stdout=subprocess.PIPE).stdout
    cost = json.loads(output.splitlines()[-1])
    for part in _PARTS:
        yield Figure(f"fastpath_{part}", "CPU µs/claim", cost["claim"], cost[f"claim without {part}"])
    for kind in _MESSAGES:
        yield Figure(f"fastpath_frames_{kind}", "CPU µs/message", cost[kind], cost[f"{kind} without frames"])


def work(database_uri: str, amqp_uri: str) -> None:
    """Print the CPU microseconds per operation of each variant as JSON."""
    engine.use_eventlet_hub()
    print(json.dumps(_measure_claims(database_uri) | _measure_messages(amqp_uri)))


def _measure_claims(database_uri: str) -> dict[str, float]:
    variants = {"claim": _Claims(database_uri)}
    variants["claim"].prepare_store()
    for part in _PARTS:
        fastpath.disabled = {part}
        variants[f"claim without {part}"] = _Claims(database_uri)
    fastpath.disabled = set()
    seconds = dict.fromkeys(variants, 0.0)
    for turn in range(_TURNS + 1):
        for name, claims in variants.items():
            spent = claims.submit()
            seconds[name] += spent if turn else 0  # the first turn prepares statements and fills caches
    return {name: spent * 1_000_000 / (_TURNS * _CLAIMS) for name, spent in seconds.items()}


class _Claims:
    """The claims service on an engine of its own."""

    def __init__(self, database_uri: str) -> None:
        self._engine = engine.connect_to(database_uri, pool_size=1)
        with self._engine.connect() as connection:
            self._backend = psutil.Process(connection.scalar(text("SELECT pg_backend_pid()")))
        self._submitted = 0

    def prepare_store(self) -> None:
        """Create the community and its rulebook."""
        with self._engine.begin() as connection:
            insert_directory(connection, _COMMUNITY)
            connection.execute(text("ANALYZE"))
        chair = actor(_COMMUNITY, "per_chair")
        rulebook = self._service().draft_rulebook(actor=chair, title="积分细则", items=[ITEM])["data"]["id"]
        self._service().adopt_rulebook(actor=chair, rulebook_id=rulebook, effective_from=SINCE.isoformat())

    def submit(self) -> float:
        """Submit `_CLAIMS` claims and return the seconds of CPU."""
        started = self._cpu()
        for _ in range(_CLAIMS):
            self._submitted += 1
            self._service().submit_claim(
                actor=actor(_COMMUNITY, f"per_{self._submitted * 17 % HOUSEHOLDS}"),
                item="visit",
                happened_at=datetime.now(UTC).isoformat(),
                place="3 排",
                cause="看望",
            )
        return self._cpu() - started

    def _service(self) -> Any:
        """Return the service with the context of a new request; its methods return replies as they are sent."""
        service: Any = ClaimsService()
        service.store = StoreAccess(
            self._engine,
            ClaimsService.store.transaction_class,
            context=Context(idempotency=Idempotency(caller="per_1", key=uuid.uuid4().hex, digest="")),
        )
        return service

    def _cpu(self) -> float:
        backend = self._backend.cpu_times()
        return time.process_time() + float(backend.user + backend.system)


def _measure_messages(amqp_uri: str) -> dict[str, float]:
    cost: dict[str, float] = {}
    for kind, number in _MESSAGES.items():
        for turn in range(_TURNS + 1):
            for name, disabled in ((kind, set[str]()), (f"{kind} without frames", {"frames"})):
                fastpath.disabled = disabled
                spent = _consume(amqp_uri, number, _PREFETCH[kind])
                cost[name] = cost.get(name, 0) + (spent * 1_000_000 / (number * _TURNS) if turn else 0)
    fastpath.disabled = set()
    return cost


def _consume(amqp_uri: str, number: int, prefetch: int) -> float:
    """Consume and acknowledge `number` messages and return the seconds of CPU."""
    with broker.connected({"AMQP_URI": amqp_uri}) as connection:
        queue = Queue(f"fastpath-{uuid.uuid4().hex}", exclusive=True)(connection.default_channel)
        queue.declare()
        _publish(connection, queue, number)
        received = 0

        def on_message(message: Message) -> None:
            nonlocal received
            received += 1
            if received % max(prefetch // 2, 1) == 0 or received == number:
                message.ack(multiple=True)

        consumer = Consumer(connection.channel(), [queue], on_message=on_message, prefetch_count=prefetch)
        started = time.process_time()
        consumer.consume()
        while received < number:
            frames.drain_events(connection, 5)
        return time.process_time() - started


def _publish(connection: Connection, queue: Queue, number: int) -> None:
    producer = Producer(connection.channel())
    for _ in range(number):
        producer.publish(_BODY, exchange="", routing_key=queue.name, content_type="application/octet-stream")
    while queue.queue_declare(passive=True).message_count < number:
        time.sleep(0.01)
