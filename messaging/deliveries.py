"""The one connection on which a service's messages arrive.

nameko's own closes it as soon as its consumers are cancelled: what is being worked on can then no longer be
acknowledged, and is done twice. This one keeps the connection until everything delivered on it is settled. Each queue
has a channel of its own, so that its prefetch and its acknowledgements are its own (no global QoS: quorum queues
refuse it).
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
from messaging.fastpath import frames
from messaging.publishing import Publisher

log = structlog.get_logger(__name__)

_GLANCE = 0.25  # seconds between looks at whether to stop
_PATIENCE = 25  # seconds for work in flight to finish when the service stops


class Deliveries(ProviderCollector, SharedExtension):  # type: ignore[misc]
    """Hands each message to the entrypoint (`provider`) of its queue and keeps count until it is settled.

    A provider has a `queue`, a `prefetch` and `deliver(message)`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._consumers: dict[Any, Consumer] = {}
        self._unsettled: dict[Any, set[Message]] = {}
        self._leaving: dict[Any, Event] = {}
        self._listening = Event()
        self._thread: Any = None
        self._killed = False

    # life ----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Wait until the broker is there and every queue is consumed from."""
        if self._thread is None and self._providers:
            self._thread = self.container.spawn_managed_thread(self._run, identifier="deliveries")
            self._listening.wait()
            gc.collect()
            gc.freeze()  # what is loaded by now stays: no collection need look through it again

    def stop(self) -> None:
        """Close the connection. The providers have left by now, each after its work in flight."""
        super().stop()
        if self._thread is not None:
            self._thread.wait()
        self.publisher.close()
        self.replies.close()

    def kill(self) -> None:
        """Close the connection at once; the broker delivers again what is not settled."""
        self._killed = True
        self._providers.clear()
        if not self._listening.ready():
            self._listening.send()

    def unregister_provider(self, provider: Any) -> None:
        """Stop consuming for `provider`, and return when what it is working on is settled."""
        if self._thread is not None and provider in self._providers and not self._killed:
            self._leaving[provider] = cancelled = Event()
            cancelled.wait()
            with Timeout(_PATIENCE, exception=False):
                while self._unsettled.get(provider):
                    time.sleep(0.01)
        super().unregister_provider(provider)

    @cached_property
    def publisher(self) -> Publisher:
        """For copies of what failed, which replace the original."""
        return Publisher(self.container.config, confirm=True)

    @cached_property
    def replies(self) -> Publisher:
        """For replies to calls: whoever misses one asks again."""
        return Publisher(self.container.config, confirm=False)

    @property
    def stopping(self) -> bool:
        """The service is on its way out: do not start to wait for anything."""
        return bool(self._leaving) or self._killed

    # settling ------------------------------------------------------------------------------------

    def ack_message(self, message: Message) -> None:
        """The message is done with."""
        self._settle([message], message.ack)

    def ack_up_to(self, messages: list[Message]) -> None:
        """All of `messages`, in order of delivery, and all before them on their channel, are done with."""
        self._settle(messages, lambda: messages[-1].ack(multiple=True))

    def requeue_message(self, message: Message) -> None:
        """The broker shall deliver the message again, to anyone."""
        self._settle([message], message.requeue)

    def is_alive(self, message: Message) -> bool:
        """Whether the message can still be settled; if not, the broker is delivering it again."""
        return message.channel is not None and message.channel.connection is not None

    def _settle(self, messages: list[Message], tell_broker: Any) -> None:
        if self.is_alive(messages[-1]):
            with suppress(*broker.ERRORS):
                tell_broker()
        for unsettled in self._unsettled.values():
            unsettled.difference_update(messages)

    # consuming -----------------------------------------------------------------------------------

    def _run(self) -> None:
        pause = 0.0
        while self._providers:
            try:
                with broker.connected(self.container.config) as connection:
                    self._consume_from(connection)
                    pause = 0.0
                    self._drain(connection)
            except broker.ERRORS as error:
                self._let_go()
                pause = min(pause + 0.5, 5.0)
                log.warning("broker_lost", error=repr(error), retry_in=pause)
                time.sleep(pause)
        if not self._listening.ready():  # asked to stop before there was a broker
            self._listening.send()

    def _consume_from(self, connection: Connection) -> None:
        self._unsettled = {provider: set() for provider in self._providers}
        self._consumers = {}
        for provider in self._providers - self._leaving.keys():
            consumer = Consumer(
                connection.channel(),
                queues=[provider.queue],
                on_message=self._receiver(provider),
                prefetch_count=provider.prefetch,
            )
            consumer.consume()
            self._consumers[provider] = consumer
        if not self._listening.ready():
            self._listening.send()
        log.info("consuming", queues=sorted(provider.queue.name for provider in self._consumers))

    def _receiver(self, provider: Any) -> Any:
        def receive(message: Message) -> None:
            self._unsettled[provider].add(message)
            provider.deliver(message)

        return receive

    def _drain(self, connection: Connection) -> None:
        last_beat = time.monotonic()
        while self._providers:
            self._cancel_leaving()
            with suppress(SocketTimeout):
                frames.drain_events(connection, _GLANCE)
            time.sleep(0)  # there may always be more: others on the hub get their turn
            if time.monotonic() - last_beat > 1:
                connection.heartbeat_check()
                last_beat = time.monotonic()

    def _cancel_leaving(self) -> None:
        for provider, cancelled in self._leaving.items():
            consumer = self._consumers.pop(provider, None)
            if consumer is not None:
                consumer.cancel()
            if not cancelled.ready():
                cancelled.send()

    def _let_go(self) -> None:
        """Without a connection nothing is consumed: whoever waits to leave may."""
        self._consumers.clear()
        for cancelled in self._leaving.values():
            if not cancelled.ready():
                cancelled.send()
