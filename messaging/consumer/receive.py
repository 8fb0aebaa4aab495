"""`@receive`: event handlers that take effect once, each event in a transaction of its own."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial, wraps
from typing import Any, TypeVar

import structlog
from kombu import Message, Queue, binding
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint, register_entrypoint
from nameko.standalone.events import get_event_exchange

from messaging import broker
from messaging.consumer import inbox
from messaging.consumer.connection import ConsumerConnection
from messaging.consumer.retry import DEAD_LETTERS, QUORUM, FailedMessages, delays, event_exchange, redelivered_by
from messaging.envelope import Envelope, Event, ReceivedEvent
from messaging.errors import Undecodable
from messaging.sql import db_errors

log = structlog.get_logger(__name__)

S = TypeVar("S")
T = TypeVar("T")
E = TypeVar("E")
_DELIVERY_LIMIT = 20  # deliveries after which the broker dead-letters a message that kills the process
_PREFETCH = 4
_OUTAGE_PAUSE = 1.0  # seconds between attempts while the database or the broker is down


def receive(*events: type[Event]) -> Callable[[Callable[[S, T, E], None]], Callable[[S, ReceivedEvent], bool]]:
    """Make `method(self, tx, event)` a handler of one or several `events`.

    The inbox row commits with the handler's changes, so a repeated delivery is acknowledged and not handled again. On
    an exception both are rolled back; the event is delivered again after 5 s, 30 s, 5 min and 1 h, and is then a dead
    letter. Several events are handled at a time, in no particular order: compare `sequence` where order matters.
    """

    def decorate(method: Callable[[S, T, E], None]) -> Callable[[S, ReceivedEvent], bool]:
        @wraps(method)
        def handle(self: Any, received: ReceivedEvent) -> bool:
            def work(tx: Any) -> bool:
                new = inbox.insert_new(tx, method.__name__, [received])
                if new:
                    method(self, tx, received.event)
                return bool(new)

            with log_context(self, method, received):
                return bool(self.store.run(work))

        register_entrypoint(handle, Receive(*events))
        return handle

    return decorate


def log_context(service: Any, method: Callable[..., Any], received: ReceivedEvent) -> AbstractContextManager[Any]:
    """Add the handler and the event to all log lines of the block."""
    return structlog.contextvars.bound_contextvars(
        service=getattr(service, "name", None),
        method=method.__name__,
        event_id=received.id,
        traceparent=received.envelope.traceparent,
    )


class EventConsumer(Entrypoint):  # type: ignore[misc]
    """An entrypoint with a durable queue bound to events, and the treatment of messages that fail."""

    connection = ConsumerConnection()

    def __init__(self, *events: type[Event], **options: Any) -> None:
        super().__init__(**options)
        self.events = events

    def queue_for(self, service_name: str, method_name: str, config: dict[str, Any]) -> Queue:
        """Return the handler's queue and its bindings. Renaming a deployed queue orphans its messages."""
        publishers = "-".join(sorted({event.publisher for event in self.events}))
        return Queue(
            f"evt-{publishers}--{service_name}.{method_name}",
            bindings=[
                binding(get_event_exchange(event.publisher, config), routing_key=event.name()) for event in self.events
            ],
            durable=True,
            no_declare=config.get("DECLARE_EVENT_EXCHANGES") is False,
            queue_arguments=QUORUM
            | {
                "x-delivery-limit": _DELIVERY_LIMIT,
                "x-dead-letter-exchange": DEAD_LETTERS,
                "x-dead-letter-strategy": "at-least-once",
            },
        )

    @property
    def prefetch(self) -> int:
        """How many unacknowledged messages the broker delivers to this handler."""
        return int(self.container.config.get("HANDLER_PREFETCH", _PREFETCH))

    def setup(self) -> None:
        config = self.container.config
        self.queue = self.queue_for(self.container.service_name, self.method_name, config)
        self._may_redeliver = {broker.login(config), broker.login_of("operator", config)}
        self.failed_messages = FailedMessages(self.connection.publisher, delays(config))
        self.connection.register_provider(self)

    def stop(self) -> None:
        self.connection.unregister_provider(self)

    def deliver(self, message: Message) -> None:
        """Start to handle a delivered message."""
        raise NotImplementedError

    def decode(self, message: Message) -> ReceivedEvent:
        """Return the event in the message.

        Raise `Undecodable` if it is invalid, of a type without handler here, from the exchange of another publisher, or
        redelivered by another login than this service's or the operator's.
        """
        publisher = redelivered_by(message)
        if publisher is not None and publisher not in self._may_redeliver:
            raise Undecodable(f"redelivered by {publisher!r}, which may not")
        envelope = Envelope.parse(message.body)
        exchange = message.delivery_info["exchange"]
        if publisher is None and exchange != event_exchange(envelope.publisher):
            raise Undecodable(f"an event of {envelope.publisher} from {exchange}")
        return ReceivedEvent.from_envelope(envelope, self.events)

    def forward_failed(self, message: Message, error: BaseException) -> bool:
        """Publish a copy of a failed message for retry or as a dead letter. Return whether the broker confirmed it."""
        forward = self.failed_messages.dead_letter if isinstance(error, Undecodable) else self.failed_messages.retry
        try:
            destination = forward(message, self.queue.name, error)
        except broker.ERRORS as lost:
            log.warning("event_not_forwarded", queue=self.queue.name, error=repr(lost))
            return False
        log.warning("event_failed", queue=self.queue.name, to=destination, error=repr(error), exc_info=error)
        return True

    def settle_failed(self, message: Message, error: BaseException) -> None:
        """Forward a failed message and acknowledge it; requeue it if it could not be forwarded."""
        if self.forward_failed(message, error):
            self.connection.ack_message(message)
        else:
            time.sleep(_OUTAGE_PAUSE)
            self.connection.requeue_message(message)

    def wait_for_store(self) -> bool:
        """Wait a moment during a database outage. Return False if the service is stopping."""
        log.info("database_unavailable", queue=self.queue.name)
        time.sleep(_OUTAGE_PAUSE)
        return not self.connection.stopping


class Receive(EventConsumer):
    """The entrypoint of `@receive`."""

    def deliver(self, message: Message) -> None:
        self.container.spawn_managed_thread(partial(self._handle, message), identifier="event")

    def _handle(self, message: Message) -> None:
        try:
            received = self.decode(message)
        except Undecodable as error:
            self.settle_failed(message, error)
            return
        try:
            self.container.spawn_worker(
                self,
                (received,),
                {},
                context_data=received.context_data,
                handle_result=partial(self._handle_result, message),
            )
        except ContainerBeingKilled:
            self.connection.requeue_message(message)

    def _handle_result(self, message: Message, worker_ctx: Any, result: Any, exc_info: Any) -> Any:
        if exc_info is None:
            self.connection.ack_message(message)
        elif db_errors.is_outage(exc_info[1]):
            self.container.spawn_managed_thread(partial(self._handle_again, message), identifier="outage")
        else:
            self.container.spawn_managed_thread(partial(self.settle_failed, message, exc_info[1]), identifier="failed")
        return result, exc_info

    def _handle_again(self, message: Message) -> None:
        """Handle a message again after a database outage, without counting an attempt."""
        if self.wait_for_store() and self.connection.can_settle(message):
            self._handle(message)
        else:
            self.connection.requeue_message(message)
