"""Calls to the services: a pool of lines with a deadline, and what travels with each call.

    from gateway.rpc import rpc

    rpc.query("review", "list_reviews", actor=actor(), stage="first")  # the plain value
    rpc.command("claims", "submit_claim", actor=actor(), **body)  # unwrapped; once per Idempotency-Key

Both raise what the service raised if it is a refusal of `contracts.errors` or `messaging.errors`, and `Unavailable`
within the deadline when broker or service do not answer.
"""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import amqp
import structlog
from flask import current_app, g
from prometheus_client import Counter, Gauge, Histogram
from werkzeug.local import LocalProxy

from contracts.errors import Refusal, Unavailable
from gateway import rpc_errors as refusals
from gateway.http import idempotency
from gateway.http.request_context import RequestContext as Visit
from gateway.rpc_connection import DeadlineExceeded as Overdue
from gateway.rpc_connection import RpcConnection as Line
from gateway.rpc_connection import ServiceNotFound as NoSuchService
from gateway.security import encryption as sealing

log = structlog.get_logger("gateway.rpc")

CALLS = Histogram(
    "gateway_rpc_seconds",
    "Time of calls to services, by outcome",
    ["service", "method", "outcome"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4),
)
OPENED = Counter("gateway_rpc_lines_opened_total", "Lines opened to the broker")
BUSY = Gauge("gateway_rpc_lines_busy", "Lines with a call under way", multiprocess_mode="livesum")

PATIENCE = {
    ("registry", "check_roster"): 60.0,
    ("registry", "import_roster"): 60.0,
    ("review", "decide_many"): 20.0,
    ("review", "publish_period"): 20.0,
    ("claims", "cost_draft"): 20.0,
}
"""Seconds for the calls that take long by nature, instead of the deadline: a whole roster, a whole month's approvals,
a whole month's list in one transaction, a whole month counted again (R5, R13, R14)."""


class Transport(Protocol):
    """What carries a call; the tests put one without a broker in its place."""

    def call(self, service: str, method: str, kwargs: dict[str, Any], context: dict[str, Any]) -> Any:
        """The value the service returned, or the exception it raised."""

    def consumers(self, services: Iterable[str]) -> dict[str, int]:
        """How many processes take calls for each of `services`."""


class Pool:
    """Lines to the broker, each lent to one thread at a time and thrown away after any failure.

    A reply that carries a refusal is no failure of the line: the line is kept.
    """

    def __init__(self, uri: str, *, size: int = 8, deadline: float = 4.0, idle_limit: float = 60.0) -> None:
        self._uri, self._seconds, self._idle_limit = uri, deadline, idle_limit
        self._places = threading.BoundedSemaphore(size)
        self._idle: deque[Line] = deque()

    def call(self, service: str, method: str, kwargs: dict[str, Any], context: dict[str, Any]) -> Any:
        """Call `service.method(**kwargs)`; `Unavailable` when no reply came within the deadline."""
        started, outcome = time.monotonic(), "failed"
        deadline = started + PATIENCE.get((service, method), self._seconds)
        headers = {f"nameko.{key}": value for key, value in context.items()}
        try:
            with self._line(started + self._seconds) as line:
                reply = line.call(service, method, kwargs, headers, deadline)
            outcome = "refused" if reply["error"] else "answered"
        except (Overdue, NoSuchService, OSError, amqp.AMQPError) as exc:
            outcome = "unavailable"
            log.warning("call_unanswered", service=service, method=method, why=repr(exc))
            raise Unavailable from exc
        finally:
            CALLS.labels(service, method, outcome).observe(time.monotonic() - started)
        if reply["error"]:
            raise _remote(service, method, reply["error"])
        return reply["result"]

    def consumers(self, services: Iterable[str]) -> dict[str, int]:
        """How many processes take calls for each of `services`; `Unavailable` without a broker."""
        deadline = time.monotonic() + self._seconds
        try:
            with self._line(deadline) as line:
                return {service: line.consumers(service) for service in services}
        except (Overdue, OSError, amqp.AMQPError) as exc:
            raise Unavailable from exc

    def close(self) -> None:
        """Close the idle lines."""
        while self._idle:
            self._idle.pop().close()

    @contextlib.contextmanager
    def _line(self, deadline: float) -> Iterator[Line]:
        if not self._places.acquire(timeout=max(deadline - time.monotonic(), 0)):
            raise Overdue
        BUSY.inc()
        try:
            line = self._take() or self._connect(deadline)
            try:
                yield line
            except NoSuchService:
                self._idle.append(line)
                raise
            except BaseException:
                line.drop()
                raise
            self._idle.append(line)
        finally:
            BUSY.dec()
            self._places.release()

    def _take(self) -> Line | None:
        """The line used last, if it is still sound."""
        with contextlib.suppress(IndexError):
            while True:
                line = self._idle.pop()
                if line.is_sound(self._idle_limit):
                    return line
                line.drop()
        return None

    def _connect(self, deadline: float) -> Line:
        line = Line(self._uri, deadline)
        OPENED.inc()
        return line


def _remote(service: str, method: str, error: dict[str, Any]) -> Exception:
    exc = refusals.received(error)
    if not isinstance(exc, Refusal):
        log.error("service_failed", service=service, method=method, error=error["exc_type"], text=error["value"])
    return exc


class Rpc:
    """Calls with this request's context: its id, its trace, its idempotency key."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def query(self, service: str, method: str, **kwargs: Any) -> Any:
        """Ask; nothing changes."""
        return self.transport.call(service, method, kwargs, _context())

    def command(self, service: str, method: str, *, telling: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        """Have something done, once per `Idempotency-Key`; a replay is marked on the response.

        `telling` are secrets to be told with the answer. The command takes them `sealed` and answers that; a replay
        tells those of the first time.
        """
        context = _context()
        if once := idempotency.of_this_command():
            context["idempotency"] = once
        if telling is not None:
            kwargs["sealed"] = once and sealing.closed(telling, once)
        reply = self.transport.call(service, method, kwargs, context)
        if reply["replayed"]:
            g.replayed = True
        answer = reply["data"]
        if telling is None or answer is None:  # an answer about somebody who was erased is kept no longer
            return answer
        sealed = answer.pop("sealed", None)
        return answer | (sealing.opened(sealed, once) if once and sealed and reply["replayed"] else telling)

    def record(self, service: str, method: str, **kwargs: Any) -> Any:
        """Have something kept that is no part of what the request asks for, and so has no share in its key."""
        return self.transport.call(service, method, kwargs, _context())["data"]


def _context() -> dict[str, Any]:
    visit: Visit = g.visit
    return {
        "request_id": visit.request_id,
        "traceparent": visit.traceparent,
        "language": "zh",
        "call_id_stack": [f"gateway.{visit.request_id}"],
    }


def _current() -> Rpc:
    found: Rpc = current_app.extensions["rpc"]
    return found


rpc: Rpc = LocalProxy(_current)  # type: ignore[assignment]
