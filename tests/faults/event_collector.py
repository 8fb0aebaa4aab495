"""Collect the id of every event of every service, also across restarts of the broker."""

import json
import threading
from typing import Any, Self

from kombu import Connection, Queue, binding
from kombu.mixins import ConsumerMixin
from nameko.standalone.events import get_event_exchange

from deploy import SERVICES

_TIMEOUT_SECONDS = 30.0


class EventCollector(ConsumerMixin):  # type: ignore[misc]
    """Consumes all event exchanges from the start to the end of its block; `ids` are those of the events received."""

    def __init__(self, amqp_uri: str) -> None:
        self.connection = Connection(amqp_uri)
        self.ids: set[str] = set()
        exchanges = [get_event_exchange(service, {}) for service in SERVICES]
        self._queue = Queue(
            "test-event-collector",
            bindings=[binding(exchange, routing_key="#") for exchange in exchanges],
            queue_arguments={"x-queue-type": "quorum"},
        )
        self._consuming = threading.Event()
        self._thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._consuming.wait(_TIMEOUT_SECONDS), "the collector does not consume"
        return self

    def __exit__(self, *_: object) -> None:
        self.should_stop = True
        self._thread.join(_TIMEOUT_SECONDS)
        with self.connection.clone() as connection:
            self._queue(connection).delete()

    def get_consumers(self, Consumer: Any, channel: Any) -> list[Any]:
        return [Consumer([self._queue], on_message=self._collect)]

    def on_consume_ready(self, connection: Any, channel: Any, consumers: Any, **_: Any) -> None:
        self._consuming.set()

    def _collect(self, message: Any) -> None:
        self.ids.add(json.loads(message.body)["id"])
        message.ack()
