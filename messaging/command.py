"""What the gateway may ask of a service: `@command` changes something, `@query` only looks."""

import sys
from collections.abc import Callable
from functools import cached_property, partial, wraps
from inspect import Signature, signature
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import orjson
import structlog
from kombu import Message
from nameko.exceptions import (
    ContainerBeingKilled,
    IncorrectSignature,
    MalformedRequest,
    UnserializableValueError,
    serialize,
)
from nameko.extensions import register_entrypoint
from nameko.rpc import Rpc, RpcConsumer, get_rpc_exchange
from sqlalchemy.exc import SQLAlchemyError

from messaging import broker, db_errors, idempotency
from messaging.deliveries import Deliveries
from messaging.errors import Unavailable

log = structlog.get_logger(__name__)

S = TypeVar("S")
T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")

_JSON = "application/json"
_PRIMITIVES_ONLY = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_NON_STR_KEYS
_REPLY_ERRORS: tuple[type[Exception], ...] = (KeyError, *broker.ERRORS)


def command(method: Callable[Concatenate[S, T, P], R]) -> Callable[Concatenate[S, P], R]:
    """Make `method(self, tx, **arguments)` an RPC method that runs in one transaction and may write.

    State, events and idempotency key commit together. On the wire the reply is `{"data": …, "replayed": bool}`, which
    the gateway's client unwraps; the method returns `data`, JSON primitives. A refusal rolls back and is raised at the
    caller. A message that the broker delivers twice takes effect once.
    """

    @wraps(method)
    def run(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        def work(tx: Any) -> dict[str, Any]:
            return idempotency.once(tx, lambda: method(self, tx, *args, **kwargs))

        return cast(R, _answer(self, method, work))

    register_entrypoint(run, Command())
    return run


def query(method: Callable[Concatenate[S, T, P], R]) -> Callable[Concatenate[S, P], R]:
    """Make `method(self, tx, **arguments)` an RPC method that runs in one read-only transaction.

    All its statements see the same snapshot. The caller gets what it returns, JSON primitives.
    """

    @wraps(method)
    def run(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        def work(tx: T) -> R:
            return method(self, tx, *args, **kwargs)

        return cast(R, _answer(self, method, work, read_only=True))

    register_entrypoint(run, Query())
    return run


def _answer(service: Any, method: Callable[..., Any], work: Callable[[Any], Any], *, read_only: bool = False) -> Any:
    """Return the result of `work(tx)` in a transaction; log what goes wrong once and raise what callers know."""
    context = service.store.context
    with structlog.contextvars.bound_contextvars(
        service=getattr(service, "name", None),
        method=method.__name__,
        request_id=context.request_id,
        traceparent=context.traceparent,
    ):
        try:
            return service.store.run(work, read_only=read_only)
        except SQLAlchemyError as error:
            if db_errors.is_outage(error) or db_errors.is_timeout(error) or db_errors.is_conflict(error):
                log.warning("store_unavailable", error=str(error))
                raise Unavailable from error
            log.exception("failed")
            raise
        except Exception as error:
            code = getattr(error, "code", None)
            if isinstance(code, str):
                log.info("refused", code=code, detail=str(error))
            else:
                log.exception("failed")
            raise


class CallConsumer(RpcConsumer):  # type: ignore[misc]
    """nameko's dispatch of RPC messages to methods, on our connection."""

    queue_consumer = Deliveries()

    @property
    def prefetch(self) -> int:
        """As many calls as there are workers to serve them."""
        return int(self.container.max_workers)

    def deliver(self, message: Message) -> None:
        """Start work on a call, or throw away what is none: its sender can only be told by time."""
        try:
            if message.content_type != _JSON:
                raise ValueError(f"calls come as {_JSON}")
            body = orjson.loads(message.body)
        except Exception as error:
            log.warning("undecodable_call", error=repr(error))
            self.queue_consumer.ack_message(message)
            return
        self.container.spawn_managed_thread(partial(self.handle_message, body, message), identifier="call")

    def handle_result(self, message: Message, result: Any, exc_info: Any) -> Any:
        """Reply and acknowledge. A reply that cannot be sent is given up: the caller has, too."""
        error = serialize(exc_info[1]) if exc_info else None
        try:
            reply = _written({"result": result, "error": error})
        except TypeError:
            log.exception("reply_is_not_json")
            exc_info = sys.exc_info()
            reply = _written({"result": None, "error": serialize(UnserializableValueError(result))})
            result = None
        try:
            self.queue_consumer.replies.publish(
                reply,
                exchange=get_rpc_exchange(self.container.config).name,
                routing_key=message.properties["reply_to"],
                correlation_id=message.properties.get("correlation_id"),
                content_type=_JSON,
                content_encoding="utf-8",
            )
        except _REPLY_ERRORS as lost:
            log.warning("reply_lost", error=repr(lost))
        self.queue_consumer.ack_message(message)
        return result, exc_info


class _Call(Rpc):  # type: ignore[misc]
    rpc_consumer = CallConsumer()

    @cached_property
    def _signature(self) -> Signature:
        return signature(getattr(self.container.service_cls, self.method_name))

    def check_signature(self, args: Any, kwargs: Any) -> None:
        """Refuse a call that does not fit the method, before a transaction is opened for it."""
        try:
            self._signature.bind(None, None, *args, **kwargs)  # self, tx
        except TypeError as error:
            raise IncorrectSignature(str(error)) from error

    def handle_message(self, body: Any, message: Message) -> None:
        """Run the method in a worker."""
        if not isinstance(body, dict) or not body.keys() >= {"args", "kwargs"}:
            raise MalformedRequest("Message missing `args` or `kwargs`")
        self.check_signature(body["args"], body["kwargs"])
        context_data = self.unpack_message_headers(message)
        context_data.setdefault("idempotency", _of_the_message(message))
        try:
            self.container.spawn_worker(
                self,
                body["args"],
                body["kwargs"],
                context_data=context_data,
                handle_result=partial(self.handle_result, message),
            )
        except ContainerBeingKilled:
            self.rpc_consumer.requeue_message(message)


def _written(reply: dict[str, Any]) -> bytes:
    """The reply as it travels. Raises TypeError for what is no JSON primitive."""
    return orjson.dumps(reply, option=_PRIMITIVES_ONLY)


class Command(_Call):
    """The entrypoint behind `@command`."""


class Query(_Call):
    """The entrypoint behind `@query`."""


def _of_the_message(message: Message) -> dict[str, str] | None:
    """Without a key of the caller's, the message itself is the request: delivered twice, it takes effect once."""
    correlation_id = message.properties.get("correlation_id")
    return {"caller": "rpc", "key": correlation_id, "digest": ""} if correlation_id else None
