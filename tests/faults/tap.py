"""Whoever hears everything: every event of every service, by id, whatever happens to the broker meanwhile."""

import json
import threading
from typing import Any, Self

from kombu import Connection, Queue, binding
from kombu.mixins import ConsumerMixin
from nameko.standalone.events import get_event_exchange

from deploy import SERVICES

_PATIENCE = 30.0


class Tap(ConsumerMixin):
    """Listens from `with` to its end; `heard` are the ids of what was published."""

    def __init__(self, amqp_uri: str) -> None:
        self.connection = Connection(amqp_uri)
        self.heard: set[str] = set()
        exchanges = [get_event_exchange(service, {}) for service in SERVICES]
        self._queue = Queue(
            "tap",
            bindings=[binding(exchange, routing_key="#") for exchange in exchanges],
            queue_arguments={"x-queue-type": "quorum"},
        )
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._listening.wait(_PATIENCE), "the tap hears nothing"
        return self

    def __exit__(self, *_: object) -> None:
        self.should_stop = True
        self._thread.join(_PATIENCE)
        with self.connection.clone() as connection:
            self._queue(connection).delete()

    def get_consumers(self, Consumer: Any, channel: Any) -> list[Any]:
        return [Consumer([self._queue], on_message=self._hear)]

    def on_consume_ready(self, connection: Any, channel: Any, consumers: Any, **_: Any) -> None:
        self._listening.set()

    def _hear(self, message: Any) -> None:
        self.heard.add(json.loads(message.body)["id"])
        message.ack()
