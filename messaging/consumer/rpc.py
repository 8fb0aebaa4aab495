"""Entrypoints for RPC calls: nameko's protocol on our own connection."""

import sys
from functools import cached_property, partial
from inspect import Signature, signature
from typing import Any

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
from nameko.rpc import Rpc, RpcConsumer, get_rpc_exchange

from messaging import broker
from messaging.consumer.connection import ConsumerConnection

log = structlog.get_logger(__name__)

_JSON = "application/json"
_PRIMITIVES_ONLY = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_NON_STR_KEYS
_REPLY_ERRORS: tuple[type[Exception], ...] = (KeyError, *broker.ERRORS)


class CallConsumer(RpcConsumer):  # type: ignore[misc]
    """Dispatches the messages of a service's call queue to its methods and publishes the replies."""

    queue_consumer = ConsumerConnection()

    def setup(self) -> None:
        """Consume from the service's queue. In production it is declared by `messaging topology`, like all others."""
        super().setup()
        config = self.container.config
        self.queue.no_declare = config.get("DECLARE_EVENT_EXCHANGES") is False
        self._may_call = {broker.login(config), broker.login_of("gateway", config)}

    @property
    def prefetch(self) -> int:
        """As many calls as there are workers to serve them."""
        return int(self.container.max_workers)

    def deliver(self, message: Message) -> None:
        """Start to handle a call. Drop a message that cannot be decoded; its caller times out.

        Refuse a call of any login but the gateway's: the actor in it is whom the gateway has authenticated.
        """
        caller = message.properties.get("user_id")
        if caller not in self._may_call:
            log.warning("call_refused", caller=caller, routing_key=message.delivery_info.get("routing_key"))
            self._refuse(message, f"calls are made by the gateway, not by {caller!r}")
            return
        try:
            if message.content_type != _JSON:
                raise ValueError(f"the content type of a call must be {_JSON}")
            body = orjson.loads(message.body)
        except Exception as error:
            log.warning("undecodable_call", error=repr(error))
            self.queue_consumer.ack_message(message)
            return
        self.container.spawn_managed_thread(partial(self.handle_message, body, message), identifier="call")

    def _refuse(self, message: Message, reason: str) -> None:
        if message.properties.get("reply_to"):
            self.handle_result(message, None, (PermissionError, PermissionError(reason), None))
        else:
            self.queue_consumer.ack_message(message)

    def handle_result(self, message: Message, result: Any, exc_info: Any) -> Any:
        """Publish the reply and acknowledge the call. Drop a reply that cannot be published; its caller times out."""
        error = serialize(exc_info[1]) if exc_info else None
        try:
            reply = _encode({"result": result, "error": error})
        except TypeError:
            log.exception("reply_is_not_json")
            exc_info = sys.exc_info()
            reply = _encode({"result": None, "error": serialize(UnserializableValueError(result))})
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
        """Raise IncorrectSignature if the arguments do not fit the method, before a transaction is begun."""
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
        context_data.setdefault("idempotency", _message_idempotency(message))
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


class Command(_Call):
    """The entrypoint of `@command`."""


class Query(_Call):
    """The entrypoint of `@query`."""


def _encode(reply: dict[str, Any]) -> bytes:
    """Return the reply as JSON. Raise TypeError for values that are not JSON primitives."""
    return orjson.dumps(reply, option=_PRIMITIVES_ONLY)


def _message_idempotency(message: Message) -> dict[str, str] | None:
    """Return a key made of the correlation id, so that a redelivered call without a key of its caller runs once."""
    correlation_id = message.properties.get("correlation_id")
    return {"caller": "rpc", "key": correlation_id, "digest": ""} if correlation_id else None
