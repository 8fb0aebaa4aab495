"""A pool of RPC connections to the broker with a deadline per call."""

import contextlib
import functools
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import amqp
import structlog
from prometheus_client import Counter, Gauge, Histogram

from contracts.errors import Refusal, Unavailable
from gateway.rpc.connection import Call, DeadlineExceeded, RpcConnection, ServiceNotFound
from gateway.rpc.errors import from_reply

log = structlog.get_logger("gateway.rpc")

CALL_SECONDS = Histogram(
    "gateway_rpc_seconds",
    "Time of calls to services, by outcome",
    ["service", "method", "outcome"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4),
)
CONNECTIONS_OPENED = Counter("gateway_rpc_connections_opened_total", "Connections opened to the broker")
CONNECTIONS_BUSY = Gauge(
    "gateway_rpc_connections_busy", "Connections with a call in progress", multiprocess_mode="livesum"
)

LONG_DEADLINES = {
    ("registry", "check_roster"): 60.0,
    ("registry", "import_roster"): 60.0,
    ("review", "decide_many"): 20.0,
    ("review", "publish_period"): 20.0,
    ("claims", "cost_draft"): 20.0,
}
"""Seconds for calls that process a whole roster or a whole month in one transaction (R5, R13, R14)."""


@dataclass(frozen=True)
class Outcome:
    """What became of one of several calls."""

    result: Any = None
    error: Exception | None = None


class Transport(Protocol):
    """Sends calls to services; tests replace it by one without a broker."""

    def call(self, service: str, method: str, kwargs: dict[str, Any], context: dict[str, Any]) -> Any:
        """Return the result of `service.method(**kwargs)`, or raise what the service raised."""
        ...

    def call_together(self, calls: Sequence[Call], context: dict[str, Any]) -> list[Outcome]:
        """Return for each call its result, or what the service raised: `call`, for several at the same time."""
        return [
            _outcome_of(functools.partial(self.call, each.service, each.method, each.kwargs, context)) for each in calls
        ]

    def consumers(self, services: Iterable[str]) -> dict[str, int]:
        """Return the number of processes that take calls, for each of `services`."""
        ...


class ConnectionPool(Transport):
    """Up to `size` connections, each used by one thread at a time and discarded after any failure.

    A reply with an error of the service is no failure of the connection.
    """

    def __init__(
        self, uri: str, *, size: int = 8, deadline: float = 4.0, idle_limit: float = 60.0, ca_file: str = ""
    ) -> None:
        self._ca_file = ca_file
        self._uri, self._deadline_seconds, self._idle_limit = uri, deadline, idle_limit
        self._free_slots = threading.BoundedSemaphore(size)
        self._idle: deque[RpcConnection] = deque()

    def call(self, service: str, method: str, kwargs: dict[str, Any], context: dict[str, Any]) -> Any:
        """Return the result of `service.method(**kwargs)`, or raise what the service raised.

        Raise Unavailable when no reply arrives within the deadline. `context` travels in the message's headers.
        """
        started, outcome = time.monotonic(), "failed"
        deadline = started + LONG_DEADLINES.get((service, method), self._deadline_seconds)
        headers = {f"nameko.{key}": value for key, value in context.items()}
        try:
            with self._connection(started + self._deadline_seconds) as connection:
                reply = connection.call(service, method, kwargs, headers, deadline)
            outcome = "refused" if reply["error"] else "answered"
        except (DeadlineExceeded, ServiceNotFound, OSError, amqp.AMQPError) as exc:
            outcome = "unavailable"
            log.warning("call_failed", service=service, method=method, error=repr(exc))
            raise Unavailable from exc
        finally:
            CALL_SECONDS.labels(service, method, outcome).observe(time.monotonic() - started)
        if reply["error"]:
            raise _service_error(service, method, reply["error"])
        return reply["result"]

    def call_together(self, calls: Sequence[Call], context: dict[str, Any]) -> list[Outcome]:
        """Send all calls over one connection, then wait for their replies: as long as for the slowest.

        The error of a call is Unavailable when no reply arrived within the deadline, or what the service raised.
        """
        started = time.monotonic()
        headers = {f"nameko.{key}": value for key, value in context.items()}
        replies: Sequence[dict[str, Any] | ServiceNotFound | None] = [None] * len(calls)
        try:
            deadline = started + self._deadline_seconds
            with self._connection(deadline) as connection:
                replies = connection.call_together(calls, headers, deadline)
                if None in replies:
                    raise DeadlineExceeded
        except (DeadlineExceeded, OSError, amqp.AMQPError) as exc:
            log.warning("calls_failed", error=repr(exc))
        seconds = time.monotonic() - started
        return [_outcome(call, reply, seconds) for call, reply in zip(calls, replies, strict=True)]

    def consumers(self, services: Iterable[str]) -> dict[str, int]:
        """Return the number of processes that take calls, per service. Raise Unavailable without a broker."""
        deadline = time.monotonic() + self._deadline_seconds
        try:
            with self._connection(deadline) as connection:
                return {service: connection.consumers(service) for service in services}
        except (DeadlineExceeded, OSError, amqp.AMQPError) as exc:
            raise Unavailable from exc

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()

    @contextlib.contextmanager
    def _connection(self, deadline: float) -> Iterator[RpcConnection]:
        if not self._free_slots.acquire(timeout=max(deadline - time.monotonic(), 0)):
            raise DeadlineExceeded
        CONNECTIONS_BUSY.inc()
        try:
            connection = self._take_idle() or self._connect(deadline)
            try:
                yield connection
            except ServiceNotFound:
                self._idle.append(connection)
                raise
            except BaseException:
                connection.drop()
                raise
            self._idle.append(connection)
        finally:
            CONNECTIONS_BUSY.dec()
            self._free_slots.release()

    def _take_idle(self) -> RpcConnection | None:
        """Return the most recently used connection that is still usable; discard those that are not."""
        with contextlib.suppress(IndexError):
            while True:
                connection = self._idle.pop()
                if connection.is_usable(self._idle_limit):
                    return connection
                connection.drop()
        return None

    def _connect(self, deadline: float) -> RpcConnection:
        connection = RpcConnection(self._uri, deadline, self._ca_file)
        CONNECTIONS_OPENED.inc()
        return connection


def _outcome(call: Call, reply: dict[str, Any] | ServiceNotFound | None, seconds: float) -> Outcome:
    """Return what became of a call, and record it in the metrics."""
    if reply is None or isinstance(reply, ServiceNotFound):
        outcome, made = "unavailable", Outcome(error=Unavailable())
    elif reply["error"]:
        outcome, made = "refused", Outcome(error=_service_error(call.service, call.method, reply["error"]))
    else:
        outcome, made = "answered", Outcome(reply["result"])
    CALL_SECONDS.labels(call.service, call.method, outcome).observe(seconds)
    return made


def _outcome_of(call: Callable[[], Any]) -> Outcome:
    try:
        return Outcome(call())
    except Exception as error:
        return Outcome(error=error)


def _service_error(service: str, method: str, error: dict[str, Any]) -> Exception:
    """Return the exception a service raised; log it unless it is a refusal."""
    exc = from_reply(error)
    if not isinstance(exc, Refusal):
        log.error("service_failed", service=service, method=method, error=error["exc_type"], text=error["value"])
    return exc
