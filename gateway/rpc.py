"""Calls to the services: a pool of connections with a deadline, and the context that travels with each call.

The views do not use this module but the typed clients of `gateway.services`, which `client` makes::

    review.list_reviews(actor=actor(), stage="first")  # a query
    claims.submit_claim(actor=actor(), **form)  # a command; takes effect once per Idempotency-Key

Both raise what the service raised if it is a refusal of `contracts.errors`, `Unavailable` within the deadline when
broker or service do not answer, and TypeError for arguments that the service does not declare.
"""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any, ParamSpec, Protocol, TypeVar, cast

import amqp
import structlog
from flask import current_app, g
from prometheus_client import Counter, Gauge, Histogram
from werkzeug.local import LocalProxy

from contracts.errors import Refusal, Unavailable
from contracts.rpc import Operation, operations
from gateway import rpc_errors as refusals
from gateway.http import idempotency
from gateway.http.request_context import RequestContext as Visit
from gateway.rpc_connection import DeadlineExceeded as Overdue
from gateway.rpc_connection import RpcConnection as Line
from gateway.rpc_connection import ServiceNotFound as NoSuchService
from gateway.security import response_secrets

log = structlog.get_logger("gateway.rpc")

P = ParamSpec("P")
R = TypeVar("R")

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

    def call(self, operation: Operation, arguments: dict[str, Any]) -> Any:
        """Return the result of a declared call. A repeated command is marked on the response as replayed."""
        operation.check(arguments)
        context = _context()
        if operation.kind == "query":
            return self._send(operation, arguments, context)
        if once := idempotency.of_this_command():
            context["idempotency"] = once
        return self._unwrapped(self._send(operation, arguments, context))

    def call_returning_secrets(
        self, operation: Operation, arguments: dict[str, Any], told: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """Return a command's result with the secrets `told`, which the service only keeps encrypted, as `sealed`.

        A repeat returns the secrets of the first time.
        """
        context = _context()
        if once := idempotency.of_this_command():
            context["idempotency"] = once
        arguments = arguments | {"sealed": once and response_secrets.encrypt(told, once)}
        operation.check(arguments)
        reply = self._send(operation, arguments, context)
        answer: dict[str, Any] | None = self._unwrapped(reply)
        if answer is None:  # about somebody who was erased: it is kept no longer
            return None
        sealed = answer.pop("sealed", None)
        return {**answer, **(response_secrets.decrypt(sealed, once) if once and sealed and reply["replayed"] else told)}

    def call_outside_idempotency_key(self, operation: Operation, arguments: dict[str, Any]) -> Any:
        """Return a command's result that is no part of what the request asks for, and has no share in its key."""
        operation.check(arguments)
        return self._send(operation, arguments, _context())["data"]

    def _send(self, operation: Operation, arguments: dict[str, Any], context: dict[str, Any]) -> Any:
        return self.transport.call(operation.service, operation.method, arguments, context)

    def _unwrapped(self, reply: dict[str, Any]) -> Any:
        if reply["replayed"]:
            g.replayed = True
        return reply["data"]

    # While there are views that name services and methods as strings

    def query(self, service: str, method: str, **kwargs: Any) -> Any:
        return self.transport.call(service, method, kwargs, _context())

    def command(self, service: str, method: str, *, telling: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        operation = Operation(service, method, "command", frozenset([*kwargs, "sealed"]), frozenset(), None)
        if telling is not None:
            return self.call_returning_secrets(operation, kwargs, telling)
        return self.call(operation, kwargs)

    def record(self, service: str, method: str, **kwargs: Any) -> Any:
        return self.transport.call(service, method, kwargs, _context())["data"]


def client(service: str, api: type[Any]) -> Any:
    """Return an object with the calls that the protocol `api` declares, made on behalf of the current request."""
    methods = {name: _Call(operation) for name, operation in operations(service, api).items()}
    return SimpleNamespace(**methods)


def returning_secrets(method: Callable[P, R], secrets: Mapping[str, Any]) -> Callable[P, R]:
    """Return the command `method` of a client with `secrets` added to its result.

    The service gets them encrypted as the argument `sealed` and returns that, so that a repeat of the request returns
    the secrets of the first time.
    """
    operation = _operation(method)

    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return cast(R, _current().call_returning_secrets(operation, kwargs, secrets))

    return call


def outside_idempotency_key(method: Callable[P, R]) -> Callable[P, R]:
    """Return the command `method` of a client as one that does not count as what the request asks for."""
    operation = _operation(method)

    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return cast(R, _current().call_outside_idempotency_key(operation, kwargs))

    return call


class _Call:
    """One call of a client."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation

    def __call__(self, **arguments: Any) -> Any:
        return _current().call(self.operation, arguments)


def _operation(method: Callable[..., Any]) -> Operation:
    if not isinstance(method, _Call):
        raise TypeError(f"{method!r} is no call of a client")
    return method.operation


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
