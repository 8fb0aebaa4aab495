"""What a service hears: `@receive` takes an event and has its effect in one transaction, once."""

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

from messaging import broker, db_errors, inbox
from messaging.deliveries import Deliveries
from messaging.envelope import Arrival, Envelope, Event
from messaging.errors import Undecodable
from messaging.retry import PARKED, SAFE, Retry, delays

log = structlog.get_logger(__name__)

S = TypeVar("S")
T = TypeVar("T")
E = TypeVar("E")
_DELIVERY_LIMIT = 20  # a message that kills the process is parked after this many deliveries
_PREFETCH = 4
_OUTAGE_PAUSE = 1.0  # seconds between looks at whether the store is back


def receive(*events: type[Event]) -> Callable[[Callable[[S, T, E], None]], Callable[[S, Arrival], bool]]:
    """A handler of one or several `events`: `method(self, tx, event)`.

    The event's place in the inbox commits with the effect: a repeated delivery is acknowledged and not handled again.
    An exception rolls both back; the event comes again after 5 s, 30 s, 5 m and 1 h, and is then parked. Events are
    handled several at a time and in no promised order: compare `sequence` where it matters.
    """

    def decorate(method: Callable[[S, T, E], None]) -> Callable[[S, Arrival], bool]:
        @wraps(method)
        def handle(self: Any, arrival: Arrival) -> bool:
            def work(tx: Any) -> bool:
                new = inbox.take(tx, method.__name__, [arrival])
                if new:
                    method(self, tx, arrival.event)
                return bool(new)

            with about(self, method, arrival):
                return bool(self.store.run(work))

        register_entrypoint(handle, Receive(*events))
        return handle

    return decorate


def about(service: Any, method: Callable[..., Any], arrival: Arrival) -> AbstractContextManager[Any]:
    """For the length of a block, what is logged says which event is handled, and where."""
    return structlog.contextvars.bound_contextvars(
        service=getattr(service, "name", None),
        method=method.__name__,
        event_id=arrival.id,
        traceparent=arrival.envelope.traceparent,
    )


class Listener(Entrypoint):  # type: ignore[misc]
    """A durable queue bound to events, and what every handler does with what cannot be handled."""

    deliveries = Deliveries()

    def __init__(self, *events: type[Event], **options: Any) -> None:
        super().__init__(**options)
        self.events = events

    def queue_for(self, service_name: str, method_name: str, config: dict[str, Any]) -> Queue:
        """The queue of this handler and its bindings; its name is part of what is deployed."""
        publishers = "-".join(sorted({event.publisher for event in self.events}))
        return Queue(
            f"evt-{publishers}--{service_name}.{method_name}",
            bindings=[
                binding(get_event_exchange(event.publisher, config), routing_key=event.name()) for event in self.events
            ],
            durable=True,
            no_declare=config.get("DECLARE_EVENT_EXCHANGES") is False,
            queue_arguments=SAFE
            | {
                "x-delivery-limit": _DELIVERY_LIMIT,
                "x-dead-letter-exchange": PARKED,
                "x-dead-letter-strategy": "at-least-once",
            },
        )

    @property
    def prefetch(self) -> int:
        """How many messages this handler may hold."""
        return int(self.container.config.get("HANDLER_PREFETCH", _PREFETCH))

    def setup(self) -> None:
        config = self.container.config
        self.queue = self.queue_for(self.container.service_name, self.method_name, config)
        self.retry = Retry(self.deliveries.publisher, delays(config))
        self.deliveries.register_provider(self)

    def stop(self) -> None:
        self.deliveries.unregister_provider(self)

    def deliver(self, message: Message) -> None:
        """Begin to handle a message that has arrived."""
        raise NotImplementedError

    def open(self, message: Message) -> Arrival:
        """The event in the message. Raises `Undecodable` if it cannot be read or is not for this handler."""
        return Arrival.of(Envelope.parse(message.body), self.events)

    def send_on(self, message: Message, error: BaseException) -> bool:
        """Send a copy of a failed message to a retry queue or the parked ones; whether the broker has it."""
        send = self.retry.park if isinstance(error, Undecodable) else self.retry.later
        try:
            place = send(message, self.queue.name, error)
        except broker.ERRORS as lost:
            log.warning("not_sent_on", queue=self.queue.name, error=repr(lost))
            return False
        log.warning("sent_on", queue=self.queue.name, to=place, error=repr(error), exc_info=error)
        return True

    def set_aside(self, message: Message, error: BaseException) -> None:
        """Send a failed message on, then acknowledge it."""
        if self.send_on(message, error):
            self.deliveries.ack_message(message)
        else:
            time.sleep(_OUTAGE_PAUSE)
            self.deliveries.requeue_message(message)

    def wait_for_store(self) -> bool:
        """During an outage of the store: wait a moment; whether to try again."""
        log.info("store_away", queue=self.queue.name)
        time.sleep(_OUTAGE_PAUSE)
        return not self.deliveries.stopping


class Receive(Listener):
    """The entrypoint behind `@receive`."""

    def deliver(self, message: Message) -> None:
        self.container.spawn_managed_thread(partial(self._handle, message), identifier="event")

    def _handle(self, message: Message) -> None:
        try:
            arrival = self.open(message)
        except Undecodable as error:
            self.set_aside(message, error)
            return
        try:
            self.container.spawn_worker(
                self,
                (arrival,),
                {},
                context_data=arrival.context_data,
                handle_result=partial(self._handled, message),
            )
        except ContainerBeingKilled:
            self.deliveries.requeue_message(message)

    def _handled(self, message: Message, worker_ctx: Any, result: Any, exc_info: Any) -> Any:
        if exc_info is None:
            self.deliveries.ack_message(message)
        elif db_errors.is_outage(exc_info[1]):
            self.container.spawn_managed_thread(partial(self._again, message), identifier="outage")
        else:
            self.container.spawn_managed_thread(partial(self.set_aside, message, exc_info[1]), identifier="set aside")
        return result, exc_info

    def _again(self, message: Message) -> None:
        """The store is down, which is not the event's fault: hold it, without using up an attempt."""
        if self.wait_for_store() and self.deliveries.is_alive(message):
            self._handle(message)
        else:
            self.deliveries.requeue_message(message)
