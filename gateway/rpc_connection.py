"""One line to the services: nameko's RPC protocol over one connection, one call at a time.

nameko's own `ClusterRpcProxy` keeps two connections a proxy, waits without limit while connecting or confirming, and
sends a command again when it cannot know whether the first one arrived. A command may be executed twice by that, so
the gateway speaks the protocol itself: the reply is the confirmation, and nothing is ever sent twice.
"""

import json
import select
import time
import uuid
from typing import Any

import amqp
from kombu.utils.url import parse_url

EXCHANGE = "nameko-rpc"


class ServiceNotFound(Exception):
    """No queue takes calls for this service: it has never run on this broker."""


class DeadlineExceeded(Exception):
    """The deadline passed before the reply came."""


class RpcConnection:
    """A connection with a reply queue of its own. Not thread-safe; closed for good after any exception."""

    def __init__(self, uri: str, deadline: float) -> None:
        """Connect to the broker at `uri` before `deadline` (on the monotonic clock)."""
        patience = max(deadline - time.monotonic(), 0.05)
        at = parse_url(uri)
        self._connection = amqp.Connection(
            host=f"{at['hostname']}:{at['port'] or 5672}",
            userid=at["userid"] or "guest",
            password=at["password"] or "guest",
            virtual_host=at["virtual_host"] or "/",
            ssl=at["transport"] in ("amqps", "pyamqps") or at.get("ssl", False),
            connect_timeout=patience,
            read_timeout=patience,
            write_timeout=patience,
            client_properties={"connection_name": "gateway"},
        )
        try:
            self._open()
        except BaseException:
            self.drop()
            raise
        self.used_at = time.monotonic()

    def _open(self) -> None:
        self._connection.connect()
        self._channel = self._connection.channel()
        self._reply_to = uuid.uuid4().hex
        queue = f"rpc.reply-gateway-{self._reply_to}"
        self._channel.queue_declare(queue, exclusive=True, auto_delete=True)
        self._channel.queue_bind(queue, EXCHANGE, self._reply_to)
        self._channel.basic_consume(queue, no_ack=True, callback=self._on_reply)
        self._channel.events["basic_return"].add(self._on_return)
        self._replies: dict[str, Any] = {}

    def call(self, service: str, method: str, kwargs: dict[str, Any], headers: dict[str, Any], deadline: float) -> Any:
        """Send one call and wait for nameko's reply, `{"result", "error"}`.

        The message expires at the deadline, so that a service that was down does not do later what its caller was
        told had failed.
        """
        patience = deadline - time.monotonic()
        if patience <= 0:
            raise DeadlineExceeded
        call_id = uuid.uuid4().hex
        message = amqp.Message(
            json.dumps({"args": [], "kwargs": kwargs}, ensure_ascii=False),
            content_type="application/json",
            content_encoding="utf-8",
            correlation_id=call_id,
            reply_to=self._reply_to,
            expiration=str(int(patience * 1000)),
            delivery_mode=1,
            application_headers=headers,
        )
        self._channel.basic_publish(message, EXCHANGE, f"{service}.{method}", mandatory=True)
        while call_id not in self._replies:
            if (patience := deadline - time.monotonic()) <= 0:
                raise DeadlineExceeded
            try:
                self._connection.drain_events(timeout=patience)
            except TimeoutError as exc:
                raise DeadlineExceeded from exc
        self.used_at = time.monotonic()
        reply = self._replies.pop(call_id)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def _on_reply(self, message: amqp.Message) -> None:
        self._replies[message.properties.get("correlation_id")] = json.loads(message.body)

    def _on_return(self, _exc: Exception, _exchange: str, routing_key: str, message: amqp.Message) -> None:
        self._replies[message.properties.get("correlation_id")] = ServiceNotFound(routing_key)

    def is_sound(self, idle_limit: float) -> bool:
        """Whether an idle line may be used again: the broker has said nothing on it, not even goodbye."""
        if time.monotonic() - self.used_at > idle_limit or not self._connection.connected:
            return False
        poll = select.poll()
        poll.register(self._connection.transport.sock, select.POLLIN)
        return not poll.poll(0)

    def consumers(self, service: str) -> int:
        """How many processes take calls for `service`; 0 if it has no queue."""
        channel = self._connection.channel()
        try:
            found = channel.queue_declare(f"rpc-{service}", passive=True)
            channel.close()
        except amqp.NotFound:
            return 0
        return int(found.consumer_count)

    def close(self) -> None:
        """Take leave of the broker."""
        try:
            self._connection.close()
        except (OSError, amqp.AMQPError):
            self.drop()

    def drop(self) -> None:
        """Close the socket without a word; the broker removes the reply queue."""
        self._connection.collect()
