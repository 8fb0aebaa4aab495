"""`Idempotency-Key`: read here, kept by the service that takes effect, in the transaction of the effect."""

import functools
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from flask import g, request

from contracts.errors import IdempotencyKeyMissing, Malformed
from gateway.openapi.decorators import describe_operation
from gateway.security import auth, encryption

P = ParamSpec("P")
R = TypeVar("R")

HEADER = "Idempotency-Key"
DESCRIBED = {
    "in": "header",
    "name": HEADER,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "A repeat with the same key has one effect and gets the same answer.",
}


def of_this_command() -> dict[str, str] | None:
    """Key, caller and digest of the request for its next command, or None without a key.

    A request that makes several commands gives each a key of its own, or the second would be taken for a repeat of
    the first.
    """
    if request.method != "POST" or (key := given()) is None or not g.get("idempotent", True):
        return None
    g.commands = number = g.get("commands", 0) + 1
    return {"key": key if number == 1 else f"{key}:{number}", "caller": auth.caller_id(), "digest": _digest()}


def given() -> str | None:
    """The key of this request; 1 to 255 printable characters."""
    key = request.headers.get(HEADER)
    if key is not None and not (0 < len(key) <= 255 and key.isascii() and key.isprintable()):
        raise Malformed("Idempotency-Key 须为 1 至 255 个可打印字符")
    return key


def required(view: Callable[P, R]) -> Callable[P, R]:
    """Refuse a request without a key, as merchants' POSTs must have one (R28)."""

    @functools.wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if given() is None:
            raise IdempotencyKeyMissing
        return view(*args, **kwargs)

    return describe_operation(checked, headers=[DESCRIBED | {"required": True}])


def ignored(view: Callable[P, R]) -> Callable[P, R]:
    """Ignore the key, and leave it undescribed: for answers that hold secrets, which must not be stored."""

    @functools.wraps(view)
    def unkept(*args: P.args, **kwargs: P.kwargs) -> R:
        g.idempotent = False
        return view(*args, **kwargs)

    return describe_operation(unkept, takes_key=False)


def _digest() -> str:
    """What makes two requests the same: method, path with its query, and body (uploads by content).

    Keyed: a body may hold a PIN or a password, which whoever reads the store could else try out against its digest.
    """
    whole = hmac.new(
        encryption.derive_key("digests"), f"{request.method} {request.full_path}\n".encode(), hashlib.sha256
    )
    if request.mimetype == "multipart/form-data":
        for name, text in sorted(request.form.items(multi=True)):
            whole.update(_canonical([name, text]))
        for name, upload in sorted(request.files.items(multi=True), key=lambda each: each[0]):
            content = hashlib.sha256(upload.stream.read()).hexdigest()
            upload.stream.seek(0)
            whole.update(_canonical([name, upload.filename, content]))
    else:
        data = request.get_data()
        try:
            whole.update(_canonical(json.loads(data)) if request.is_json else data)
        except (ValueError, RecursionError):
            whole.update(data)
    return whole.hexdigest()


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
