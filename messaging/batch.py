"""Many events in one transaction: `@receive_batch`, for handlers whose cost is the commit.

A batch that fails is halved until the event that made it fail stands alone: that one is retried like any other, and
all the rest take effect, still in batches and in order.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import structlog
from eventlet.event import Event as Done
from eventlet.queue import Empty, LightQueue
from kombu import Message
from nameko.extensions import register_entrypoint

from messaging import db_errors, inbox
from messaging.envelope import Arrival, Event
from messaging.errors import Undecodable
from messaging.receive import Listener, about

log = structlog.get_logger(__name__)

S = TypeVar("S")
T = TypeVar("T")
E = TypeVar("E")
_Delivery = tuple[Message, Arrival | Undecodable]
_GLANCE = 0.25  # seconds between looks at whether to stop
_FOLLOWING = 0.01  # seconds within which those come that were sent together


def receive_batch(
    *events: type[Event], size: int = 500, linger: float = 0.2
) -> Callable[[Callable[[S, T, list[E]], None]], Callable[[S, list[Arrival]], int]]:
    """A handler of one or several `events`, up to `size` at once: `method(self, tx, events)`.

    It is called with the events not seen before, in the order of the queue: at once when all has been quiet for
    `linger` seconds; when much is coming in, as soon as there are `size` of them or `linger` seconds have passed since
    the batch before. One replica handles one batch at a time.
    """

    def decorate(method: Callable[[S, T, list[E]], None]) -> Callable[[S, list[Arrival]], int]:
        @wraps(method)
        def handle(self: Any, arrivals: list[Arrival]) -> int:
            def work(tx: Any) -> int:
                new = inbox.take(tx, method.__name__, arrivals)
                if new:
                    method(self, tx, [arrival.event for arrival in new])
                return len(new)

            with about(self, method, arrivals[0]):
                return int(self.store.run(work))

        register_entrypoint(handle, ReceiveBatch(*events, size=size, linger=linger))
        return handle

    return decorate


class ReceiveBatch(Listener):
    """The entrypoint behind `@receive_batch`."""

    def __init__(self, *events: type[Event], size: int, linger: float, **options: Any) -> None:
        super().__init__(*events, **options)
        self.size = size
        self.linger = linger
        self._arrived: LightQueue = LightQueue()
        self._thread: Any = None
        self._stopped = False
        self._began = -linger

    @property
    def prefetch(self) -> int:
        """One batch in work and one on its way."""
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
        """It is opened as it arrives, while the batch before waits for the store."""
        try:
            self._arrived.put((message, self.open(message)))
        except Undecodable as error:
            self._arrived.put((message, error))

    def _run(self) -> None:
        while not self._stopped:
            batch = [delivery for delivery in self._collect() if self.deliveries.is_alive(delivery[0])]
            if batch:
                self._handle(batch)

    def _collect(self) -> list[_Delivery]:
        try:
            batch = [self._arrived.get(timeout=_GLANCE)]
        except Empty:
            return []
        first_at = time.monotonic()
        quiet = first_at - self._began > self.linger
        deadline = (first_at if quiet else self._began) + self.linger
        patience = _FOLLOWING if quiet else self.linger
        while len(batch) < self.size:
            try:
                batch.append(self._arrived.get(timeout=max(min(deadline - time.monotonic(), patience), 0)))
            except Empty:
                break
        self._began = time.monotonic()
        return batch

    def _handle(self, batch: list[_Delivery]) -> None:
        messages = [message for message, _ in batch]
        good: list[tuple[Message, Arrival]] = []
        sent_on = True
        for message, opened in batch:
            if isinstance(opened, Arrival):
                good.append((message, opened))
            else:
                sent_on = self.send_on(message, opened) and sent_on
        if sent_on and (not good or self._settle(good)):
            self.deliveries.ack_up_to(messages)
        else:
            for message in messages:
                self.deliveries.requeue_message(message)

    def _settle(self, good: list[tuple[Message, Arrival]]) -> bool:
        """Have every event's effect, or its retry; false if that could not be had."""
        error = self._work([arrival for _, arrival in good])
        while error is not None and db_errors.is_outage(error):
            if not self.wait_for_store():
                return False
            error = self._work([arrival for _, arrival in good])
        if error is None:
            return True
        if len(good) == 1:
            return self.send_on(good[0][0], error)
        log.info("batch_halved", queue=self.queue.name, size=len(good), error=repr(error))
        middle = len(good) // 2
        return self._settle(good[:middle]) and self._settle(good[middle:])

    def _work(self, arrivals: list[Arrival]) -> BaseException | None:
        """Handle `arrivals` in a worker of the container; what it raised."""
        done = Done()

        def handled(worker_ctx: Any, result: Any, exc_info: Any) -> Any:
            done.send(exc_info[1] if exc_info else None)
            return result, exc_info

        self.container.spawn_worker(self, (arrivals,), {}, context_data=arrivals[0].context_data, handle_result=handled)
        error: BaseException | None = done.wait()
        return error
