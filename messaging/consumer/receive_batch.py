"""`@receive_batch`: event handlers that handle many events in one transaction, for work whose cost is the commit.

A batch that fails is split in halves until the failing event is alone. That event is retried like any other; all others
take effect, still in batches and in order.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import structlog
from eventlet.event import Event as Result
from eventlet.queue import Empty, LightQueue
from kombu import Message
from nameko.extensions import register_entrypoint

from messaging.consumer import inbox
from messaging.consumer.receive import EventConsumer, log_context
from messaging.envelope import Event, ReceivedEvent
from messaging.errors import Undecodable
from messaging.sql import db_errors

log = structlog.get_logger(__name__)

S = TypeVar("S")
T = TypeVar("T")
E = TypeVar("E")
_Delivery = tuple[Message, ReceivedEvent | Undecodable]
_STOP_CHECK_INTERVAL = 0.25  # seconds
_BURST_GAP = 0.01  # seconds between messages that were published together


def receive_batch(
    *events: type[Event], size: int = 500, linger: float = 0.2
) -> Callable[[Callable[[S, T, list[E]], None]], Callable[[S, list[ReceivedEvent]], int]]:
    """Make `method(self, tx, events)` a handler of one or several `events`, up to `size` in one transaction.

    It is called with the events not handled before, in the order of the queue: at once if none arrived in the last
    `linger` seconds; under load as soon as `size` events have arrived or `linger` seconds have passed since the
    previous batch. One replica handles one batch at a time.
    """

    def decorate(method: Callable[[S, T, list[E]], None]) -> Callable[[S, list[ReceivedEvent]], int]:
        @wraps(method)
        def handle(self: Any, received: list[ReceivedEvent]) -> int:
            def work(tx: Any) -> int:
                new = inbox.insert_new(tx, method.__name__, received)
                if new:
                    method(self, tx, [each.event for each in new])
                return len(new)

            with log_context(self, method, received[0]):
                return int(self.store.run(work))

        register_entrypoint(handle, ReceiveBatch(*events, size=size, linger=linger))
        return handle

    return decorate


class ReceiveBatch(EventConsumer):
    """The entrypoint of `@receive_batch`."""

    def __init__(self, *events: type[Event], size: int, linger: float, **options: Any) -> None:
        super().__init__(*events, **options)
        self.size = size
        self.linger = linger
        self._delivered: LightQueue = LightQueue()
        self._thread: Any = None
        self._stopped = False
        self._previous_batch_at = -linger

    @property
    def prefetch(self) -> int:
        """One batch being handled and one on its way."""
        return 2 * self.size

    def start(self) -> None:
        self._thread = self.container.spawn_managed_thread(self._run, identifier="batches")

    def stop(self) -> None:
        super().stop()
        self._stopped = True
        if self._thread is not None:
            self._thread.wait()

    def kill(self) -> None:
        self._stopped = True

    def deliver(self, message: Message) -> None:
        """Decode and queue a message. Decoding here overlaps with the database work of the previous batch."""
        try:
            self._delivered.put((message, self.decode(message)))
        except Undecodable as error:
            self._delivered.put((message, error))

    def _run(self) -> None:
        while not self._stopped:
            batch = [delivery for delivery in self._next_batch() if self.connection.can_settle(delivery[0])]
            if batch:
                self._handle(batch)

    def _next_batch(self) -> list[_Delivery]:
        try:
            batch = [self._delivered.get(timeout=_STOP_CHECK_INTERVAL)]
        except Empty:
            return []
        first_at = time.monotonic()
        was_idle = first_at - self._previous_batch_at > self.linger
        deadline = (first_at if was_idle else self._previous_batch_at) + self.linger
        longest_gap = _BURST_GAP if was_idle else self.linger
        while len(batch) < self.size:
            try:
                batch.append(self._delivered.get(timeout=max(min(deadline - time.monotonic(), longest_gap), 0)))
            except Empty:
                break
        self._previous_batch_at = time.monotonic()
        return batch

    def _handle(self, batch: list[_Delivery]) -> None:
        messages = [message for message, _ in batch]
        decoded: list[tuple[Message, ReceivedEvent]] = []
        forwarded = True
        for message, received in batch:
            if isinstance(received, ReceivedEvent):
                decoded.append((message, received))
            else:
                forwarded = self.forward_failed(message, received) and forwarded
        if forwarded and (not decoded or self._handle_or_forward(decoded)):
            self.connection.ack_up_to(messages)
        else:
            for message in messages:
                self.connection.requeue_message(message)

    def _handle_or_forward(self, batch: list[tuple[Message, ReceivedEvent]]) -> bool:
        """Handle each event or forward it for retry. Return False if neither was possible for one of them."""
        error = self._run_handler([received for _, received in batch])
        while error is not None and db_errors.is_outage(error):
            if not self.wait_for_store():
                return False
            error = self._run_handler([received for _, received in batch])
        if error is None:
            return True
        if len(batch) == 1:
            return self.forward_failed(batch[0][0], error)
        log.info("batch_split", queue=self.queue.name, size=len(batch), error=repr(error))
        middle = len(batch) // 2
        return self._handle_or_forward(batch[:middle]) and self._handle_or_forward(batch[middle:])

    def _run_handler(self, received: list[ReceivedEvent]) -> BaseException | None:
        """Run the handler in a worker of the container and return the exception it raised, if any."""
        outcome = Result()

        def handle_result(worker_ctx: Any, result: Any, exc_info: Any) -> Any:
            outcome.send(exc_info[1] if exc_info else None)
            return result, exc_info

        self.container.spawn_worker(
            self, (received,), {}, context_data=received[0].context_data, handle_result=handle_result
        )
        error: BaseException | None = outcome.wait()
        return error
