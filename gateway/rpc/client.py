"""Typed clients of the services, and the context that travels with each call.

    review.list_reviews(actor=actor(), stage="first")  # a query
    claims.submit_claim(actor=actor(), **form)  # a command; takes effect once per Idempotency-Key

Both raise what the service raised if it is a refusal of `contracts.errors`, `Unavailable` within the deadline when
broker or service do not answer, and TypeError for arguments that the service does not declare. Several queries take as
long as the slowest if they are asked together:

    ask_together(own := question(claims.own_claims)(actor=who), rank := question(aggregation.get_own_place)(actor=who))
    own.answer()
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, Generic, ParamSpec, TypeVar, cast

from flask import current_app, g

from contracts.rpc import Operation, operations
from gateway.http import idempotency
from gateway.http.request_context import RequestContext
from gateway.rpc.connection import Call
from gateway.rpc.pool import Outcome, Transport
from gateway.security import response_secrets

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Rpc:
    """Makes calls with the current request's id, trace context and idempotency key."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def call(self, operation: Operation, arguments: dict[str, Any]) -> Any:
        """Return the result of a declared call. A repeated command is marked on the response as replayed."""
        operation.check(arguments)
        context = _context()
        if operation.kind == "query":
            return self._send(operation, arguments, context)
        if identity := idempotency.next_command_identity():
            context["idempotency"] = identity
        return self._command_result(self._send(operation, arguments, context))

    def call_returning_secrets(
        self, operation: Operation, arguments: dict[str, Any], secrets: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """Return a command's result with `secrets` added, which the service only stores encrypted, as `sealed`.

        A repeat returns the secrets of the first time.
        """
        context = _context()
        if identity := idempotency.next_command_identity():
            context["idempotency"] = identity
        arguments = arguments | {"sealed": identity and response_secrets.encrypt(secrets, identity)}
        operation.check(arguments)
        reply = self._send(operation, arguments, context)
        result: dict[str, Any] | None = self._command_result(reply)
        if result is None:  # the stored response was deleted when its person was erased
            return None
        encrypted = result.pop("sealed", None)
        if identity and encrypted and reply["replayed"]:
            secrets = response_secrets.decrypt(encrypted, identity)
        return {**result, **secrets}

    def ask_together(self, questions: Sequence["Question[Any]"]) -> None:
        """Send queries at the same time and give each its answer."""
        calls = [Call(each.operation.service, each.operation.method, each.arguments) for each in questions]
        for question, outcome in zip(questions, self.transport.call_together(calls, _context()), strict=True):
            question.outcome = outcome

    def call_outside_idempotency_key(self, operation: Operation, arguments: dict[str, Any]) -> Any:
        """Return the result of a command that is not what the request asks for and does not count for its key."""
        operation.check(arguments)
        return self._send(operation, arguments, _context())["data"]

    def _send(self, operation: Operation, arguments: dict[str, Any], context: dict[str, Any]) -> Any:
        return self.transport.call(operation.service, operation.method, arguments, context)

    def _command_result(self, reply: dict[str, Any]) -> Any:
        if reply["replayed"]:
            g.replayed = True
        return reply["data"]


class Question(Generic[T]):
    """A query that is sent together with others."""

    outcome: Outcome | None = None

    def __init__(self, operation: Operation, arguments: dict[str, Any]) -> None:
        operation.check(arguments)
        self.operation, self.arguments = operation, arguments

    def answer(self) -> T:
        """Return the result, or raise what the service raised, Unavailable when it did not answer."""
        if self.outcome is None:
            raise RuntimeError(f"{self.operation.method} was not asked")
        if self.outcome.error:
            raise self.outcome.error
        return cast(T, self.outcome.result)


def ask_together(*questions: Question[Any]) -> None:
    """Send queries at the same time, which takes as long as the slowest; then each has its `answer`."""
    current_rpc().ask_together(questions)


def question(method: Callable[P, R]) -> Callable[P, Question[R]]:
    """Return the query `method` of a client as one for `ask_together`."""
    operation = _operation(method)
    if operation.kind != "query":
        raise TypeError(f"{operation.method} is a command")

    def asked(*args: P.args, **kwargs: P.kwargs) -> Question[R]:
        return Question(operation, kwargs)

    return asked


def client(service: str, api: type[Any]) -> Any:
    """Return an object with the calls that the protocol `api` declares, made on behalf of the current request."""
    methods = {name: _Call(operation) for name, operation in operations(service, api).items()}
    return SimpleNamespace(**methods)


def background_client(service: str, api: type[Any], transport: Transport) -> Any:
    """Return an object with the calls that `api` declares, for a process that serves no requests."""
    context = {"request_id": uuid.uuid4().hex}

    def bind(operation: Operation) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            operation.check(arguments)
            reply = transport.call(operation.service, operation.method, arguments, context)
            return reply if operation.kind == "query" else reply["data"]

        return call

    return SimpleNamespace(**{name: bind(operation) for name, operation in operations(service, api).items()})


def returning_secrets(method: Callable[P, R], secrets: Mapping[str, Any]) -> Callable[P, R]:
    """Return the command `method` of a client with `secrets` added to its result.

    The service gets them encrypted as the argument `sealed` and returns that, so that a repeat of the request returns
    the secrets of the first time.
    """
    operation = _operation(method)

    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return cast(R, current_rpc().call_returning_secrets(operation, kwargs, secrets))

    return call


def outside_idempotency_key(method: Callable[P, R]) -> Callable[P, R]:
    """Return the command `method` of a client as one that does not count for the request's idempotency key."""
    operation = _operation(method)

    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return cast(R, current_rpc().call_outside_idempotency_key(operation, kwargs))

    return call


class _Call:
    """One call of a client."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation

    def __call__(self, **arguments: Any) -> Any:
        return current_rpc().call(self.operation, arguments)


def _operation(method: Callable[..., Any]) -> Operation:
    if not isinstance(method, _Call):
        raise TypeError(f"{method!r} is not a call of a client")
    return method.operation


def _context() -> dict[str, Any]:
    request: RequestContext = g.request_context
    return {
        "request_id": request.request_id,
        "traceparent": request.traceparent,
        "language": "zh",
        "call_id_stack": [f"gateway.{request.request_id}"],
    }


def current_rpc() -> Rpc:
    """Return the `Rpc` of the current application."""
    rpc: Rpc = current_app.extensions["rpc"]
    return rpc
