"""The connection on which a service receives its messages.

nameko closes its own connection as soon as its consumers are cancelled; messages still being handled can then not be
acknowledged, and are delivered and handled again. This one stays open until every delivered message is settled. Each
queue has its own channel with its own prefetch and acknowledgements, since quorum queues refuse a global prefetch.
"""

import gc
import time
from contextlib import suppress
from functools import cached_property
from socket import timeout as SocketTimeout
from typing import Any

import structlog
from eventlet.event import Event
from eventlet.timeout import Timeout
from kombu import Connection, Consumer, Message
from nameko.extensions import ProviderCollector, SharedExtension

from messaging import broker
from messaging.consumer.publisher import Publisher
from messaging.fastpath import frames

log = structlog.get_logger(__name__)

_STOP_CHECK_INTERVAL = 0.25  # seconds
_DRAIN_TIMEOUT = 25  # seconds for messages being handled to finish when the service stops


class ConsumerConnection(ProviderCollector, SharedExtension):  # type: ignore[misc]
    """Passes each message to the entrypoint (`provider`) of its queue and tracks it until it is settled.

    A provider has a `queue`, a `prefetch` and `deliver(message)`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._consumers: dict[Any, Consumer] = {}
        self._unsettled: dict[Any, set[Message]] = {}
        self._cancelling: dict[Any, Event] = {}
        self._started = Event()
        self._thread: Any = None
        self._killed = False

    # lifecycle -----------------------------------------------------------------------------------

    def start(self) -> None:
        """Return when the broker is reached and every queue is consumed from."""
        if self._thread is None and self._providers:
            self._thread = self.container.spawn_managed_thread(self._run, identifier="consumer connection")
            self._started.wait()
            gc.collect()
            gc.freeze()  # loaded code and objects stay; garbage collections need not traverse them again

    def stop(self) -> None:
        """Close the connection. All providers have unregistered by now and settled their messages."""
        super().stop()
        if self._thread is not None:
            self._thread.wait()
        self.publisher.close()
        self.replies.close()

    def kill(self) -> None:
        """Close the connection at once; the broker redelivers what is not settled."""
        self._killed = True
        self._providers.clear()
        if not self._started.ready():
            self._started.send()

    def unregister_provider(self, provider: Any) -> None:
        """Stop consuming for `provider` and return when its delivered messages are settled."""
        if self._thread is not None and provider in self._providers and not self._killed:
            self._cancelling[provider] = cancelled = Event()
            cancelled.wait()
            with Timeout(_DRAIN_TIMEOUT, exception=False):
                while self._unsettled.get(provider):
                    time.sleep(0.01)
        super().unregister_provider(provider)

    @cached_property
    def publisher(self) -> Publisher:
        """Publishes copies of failed messages, which replace the originals, with confirms."""
        return Publisher(self.container.config, confirm=True)

    @cached_property
    def replies(self) -> Publisher:
        """Publishes replies to calls without confirms: a caller that gets no reply repeats the call."""
        return Publisher(self.container.config, confirm=False)

    @property
    def stopping(self) -> bool:
        """Whether the service is stopping, so that nothing should wait for an outage to end."""
        return bool(self._cancelling) or self._killed

    # settling ------------------------------------------------------------------------------------

    def ack_message(self, message: Message) -> None:
        """Acknowledge one message."""
        self._settle([message], message.ack)

    def ack_up_to(self, messages: list[Message]) -> None:
        """Acknowledge `messages`, given in order of delivery, and all earlier ones of their channel."""
        self._settle(messages, lambda: messages[-1].ack(multiple=True))

    def requeue_message(self, message: Message) -> None:
        """Return one message to its queue."""
        self._settle([message], message.requeue)

    def can_settle(self, message: Message) -> bool:
        """Whether the message's channel is open. If not, the broker redelivers the message."""
        return message.channel is not None and message.channel.connection is not None

    def _settle(self, messages: list[Message], send: Any) -> None:
        if self.can_settle(messages[-1]):
            with suppress(*broker.ERRORS):
                send()
        for unsettled in self._unsettled.values():
            unsettled.difference_update(messages)

    # consuming -----------------------------------------------------------------------------------

    def _run(self) -> None:
        pause = 0.0
        while self._providers:
            try:
                with broker.connected(self.container.config) as connection:
                    self._start_consumers(connection)
                    pause = 0.0
                    self._dispatch(connection)
            except broker.ERRORS as error:
                self._drop_consumers()
                pause = min(pause + 0.5, 5.0)
                log.warning("broker_lost", error=repr(error), retry_in=pause)
                time.sleep(pause)
        if not self._started.ready():  # stopped before the broker was reached
            self._started.send()

    def _start_consumers(self, connection: Connection) -> None:
        self._unsettled = {provider: set() for provider in self._providers}
        self._consumers = {}
        for provider in self._providers - self._cancelling.keys():
            consumer = Consumer(
                connection.channel(),
                queues=[provider.queue],
                on_message=self._message_callback(provider),
                prefetch_count=provider.prefetch,
            )
            consumer.consume()
            self._consumers[provider] = consumer
        if not self._started.ready():
            self._started.send()
        log.info("consuming", queues=sorted(provider.queue.name for provider in self._consumers))

    def _message_callback(self, provider: Any) -> Any:
        def on_message(message: Message) -> None:
            self._unsettled[provider].add(message)
            provider.deliver(message)

        return on_message

    def _dispatch(self, connection: Connection) -> None:
        last_heartbeat_check = time.monotonic()
        while self._providers:
            self._cancel_consumers()
            with suppress(SocketTimeout):
                frames.drain_events(connection, _STOP_CHECK_INTERVAL)
            time.sleep(0)  # yield: under load the socket is always readable
            if time.monotonic() - last_heartbeat_check > 1:
                connection.heartbeat_check()
                last_heartbeat_check = time.monotonic()

    def _cancel_consumers(self) -> None:
        for provider, cancelled in self._cancelling.items():
            consumer = self._consumers.pop(provider, None)
            if consumer is not None:
                consumer.cancel()
            if not cancelled.ready():
                cancelled.send()

    def _drop_consumers(self) -> None:
        """Forget the consumers of a lost connection; providers that wait for their cancellation may go on."""
        self._consumers.clear()
        for cancelled in self._cancelling.values():
            if not cancelled.ready():
                cancelled.send()
