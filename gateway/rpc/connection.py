"""nameko's RPC protocol over one AMQP connection.

nameko's `ClusterRpcProxy` keeps two connections per proxy, waits without limit while connecting or confirming, and
publishes a message again when it cannot know whether the first one arrived, so that a command may run twice. This
client publishes each message once and takes the reply as its confirmation.
"""

import contextlib
import json
import select
import ssl
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import amqp
from kombu.utils.url import parse_url

EXCHANGE = "nameko-rpc"


@dataclass(frozen=True)
class Call:
    """A call of a service's method."""

    service: str
    method: str
    kwargs: dict[str, Any]


class ServiceNotFound(Exception):
    """No queue takes calls for this service: it has never run on this broker."""


class DeadlineExceeded(Exception):
    """The deadline passed before the reply arrived."""


class RpcConnection:
    """An AMQP connection with its own reply queue. Not thread-safe, and not usable after an exception."""

    def __init__(self, uri: str, deadline: float, ca_file: str = "") -> None:
        """Connect to the broker at `uri` before `deadline` on the monotonic clock.

        `ca_file` has the certificates that are trusted for amqps://, by default those of the system.
        """
        timeout = max(deadline - time.monotonic(), 0.05)
        broker = parse_url(uri)
        self._login = broker["userid"] or "guest"
        uses_tls = broker["transport"] in ("amqps", "pyamqps")
        self._connection = amqp.Connection(
            host=f"{broker['hostname']}:{broker['port'] or (5671 if uses_tls else 5672)}",
            userid=self._login,
            password=broker["password"] or "guest",
            virtual_host=broker["virtual_host"] or "/",
            ssl=uses_tls
            and {
                "server_hostname": broker["hostname"],
                "cert_reqs": ssl.CERT_REQUIRED,
                "ca_certs": ca_file or None,
            },
            connect_timeout=timeout,
            read_timeout=timeout,
            write_timeout=timeout,
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
        self._replies: dict[str, dict[str, Any] | ServiceNotFound] = {}

    def call(
        self, service: str, method: str, kwargs: dict[str, Any], headers: dict[str, Any], deadline: float
    ) -> dict[str, Any]:
        """Publish one call and return nameko's reply, `{"result", "error"}`.

        The message expires at the deadline, so that a service that was down does not execute a call whose caller was
        already answered with an error. Raise DeadlineExceeded or ServiceNotFound.
        """
        [reply] = self.call_together([Call(service, method, kwargs)], headers, deadline)
        if reply is None:
            raise DeadlineExceeded
        if isinstance(reply, ServiceNotFound):
            raise reply
        return reply

    def call_together(
        self, calls: Sequence[Call], headers: dict[str, Any], deadline: float
    ) -> list[dict[str, Any] | ServiceNotFound | None]:
        """Publish calls, then return their replies in the same order; None for one that did not arrive in time.

        Raise DeadlineExceeded when the deadline has passed before.
        """
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise DeadlineExceeded
        ids = [self._publish(call, headers, remaining) for call in calls]
        with contextlib.suppress(TimeoutError):
            while not all(call_id in self._replies for call_id in ids):
                if (remaining := deadline - time.monotonic()) <= 0:
                    break
                self._connection.drain_events(timeout=remaining)
        self.used_at = time.monotonic()
        return [self._replies.pop(call_id, None) for call_id in ids]

    def _publish(self, call: Call, headers: dict[str, Any], seconds: float) -> str:
        """Publish a call that expires after `seconds`, and return the id of its reply."""
        call_id = uuid.uuid4().hex
        message = amqp.Message(
            json.dumps({"args": [], "kwargs": call.kwargs}, ensure_ascii=False),
            content_type="application/json",
            content_encoding="utf-8",
            correlation_id=call_id,
            reply_to=self._reply_to,
            expiration=str(int(seconds * 1000)),
            delivery_mode=1,
            user_id=self._login,  # verified by the broker; services take calls from the gateway only
            application_headers=headers,
        )
        self._channel.basic_publish(message, EXCHANGE, f"{call.service}.{call.method}", mandatory=True)
        return call_id

    def _on_reply(self, message: amqp.Message) -> None:
        self._replies[message.properties.get("correlation_id")] = json.loads(message.body)

    def _on_return(self, _exc: Exception, _exchange: str, routing_key: str, message: amqp.Message) -> None:
        self._replies[message.properties.get("correlation_id")] = ServiceNotFound(routing_key)

    def is_usable(self, idle_limit: float) -> bool:
        """Return whether an idle connection can be used again: open, recently used, and without unread frames.

        An idle connection has nothing to read, except for a close frame or the end of the stream.
        """
        if time.monotonic() - self.used_at > idle_limit or not self._connection.connected:
            return False
        poll = select.poll()
        poll.register(self._connection.transport.sock, select.POLLIN)
        return not poll.poll(0)

    def consumers(self, service: str) -> int:
        """Return the number of processes that take calls for `service`, 0 if it has no queue."""
        channel = self._connection.channel()
        try:
            queue = channel.queue_declare(f"rpc-{service}", passive=True)
            channel.close()
        except amqp.NotFound:
            return 0
        return int(queue.consumer_count)

    def close(self) -> None:
        """Close the connection with the AMQP closing handshake."""
        try:
            self._connection.close()
        except (OSError, amqp.AMQPError):
            self.drop()

    def drop(self) -> None:
        """Close the socket at once; the broker then deletes the reply queue."""
        self._connection.collect()
