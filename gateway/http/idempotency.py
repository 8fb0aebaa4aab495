"""The `Idempotency-Key` header. Keys are stored by the service that executes the command, in the same transaction."""

import functools
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from flask import g, request

from contracts.errors import IdempotencyKeyMissing, Malformed
from gateway.openapi.decorators import describe_operation
from gateway.security import auth, response_secrets

P = ParamSpec("P")
R = TypeVar("R")

HEADER = "Idempotency-Key"
HEADER_PARAMETER = {
    "in": "header",
    "name": HEADER,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "A repeat with the same key has one effect and gets the same answer.",
}


def next_command_identity() -> dict[str, str] | None:
    """Return key, caller and request digest for the next command of this request, None if it has no key.

    The second and later commands of a request get keys derived from the header, since a service would take the same
    key for a repeat of the first command.
    """
    if request.method != "POST" or (key := key_of_request()) is None or not g.get("idempotent", True):
        return None
    g.commands = number = g.get("commands", 0) + 1
    return {"key": key if number == 1 else f"{key}:{number}", "caller": auth.caller_id(), "digest": _digest()}


def key_of_request() -> str | None:
    """Return the key of this request. Raise Malformed unless it is 1 to 255 printable ASCII characters."""
    key = request.headers.get(HEADER)
    if key is not None and not (0 < len(key) <= 255 and key.isascii() and key.isprintable()):
        raise Malformed("Idempotency-Key 须为 1 至 255 个可打印字符")
    return key


def required(view: Callable[P, R]) -> Callable[P, R]:
    """Refuse requests without a key with IdempotencyKeyMissing; for every POST of merchants (R28)."""

    @functools.wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if key_of_request() is None:
            raise IdempotencyKeyMissing("请为每个表单生成一个编号，放在 Idempotency-Key 请求头中；重试时用同一个编号")
        return view(*args, **kwargs)

    return describe_operation(checked, headers=[HEADER_PARAMETER | {"required": True}])


def ignored(view: Callable[P, R]) -> Callable[P, R]:
    """Ignore the key and omit it from the description; for responses with secrets, which must not be stored."""

    @functools.wraps(view)
    def unkeyed(*args: P.args, **kwargs: P.kwargs) -> R:
        g.idempotent = False
        return view(*args, **kwargs)

    return describe_operation(unkeyed, takes_key=False)


def _digest() -> str:
    """Return a digest of method, path, query and body; equal digests mean equal requests.

    It is keyed, since a body may contain a PIN or password that a reader of the store could otherwise guess.
    """
    key = response_secrets.gateway_key("digests")
    digest = hmac.new(key, f"{request.method} {request.full_path}\n".encode(), hashlib.sha256)
    if request.mimetype == "multipart/form-data":
        for name, text in sorted(request.form.items(multi=True)):
            digest.update(_canonical_json([name, text]))
        for name, upload in sorted(request.files.items(multi=True), key=lambda item: item[0]):
            content = hashlib.sha256(upload.stream.read()).hexdigest()
            upload.stream.seek(0)
            digest.update(_canonical_json([name, upload.filename, content]))
    else:
        data = request.get_data()
        try:
            digest.update(_canonical_json(json.loads(data)) if request.is_json else data)
        except (ValueError, RecursionError):
            digest.update(data)
    return digest.hexdigest()


def _canonical_json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
