"""Who calls: a person by an access token, a merchant by its key. What they may do is for the services to say.

@blp.route("/v1/claims")
class Claims(MethodView):
    @signed_in
    @blp.arguments(ClaimForm)
    @blp.response(201, Claim)
    def post(self, form):
        return rpc.command("claims", "submit_claim", actor=actor(), **form)
"""

import functools
import hashlib
import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import jwt
from flask import current_app, g, request
from werkzeug.datastructures import Authorization

from contracts.errors import KeyInvalid, NotBound, TokenInvalid, Unauthorized
from contracts.rpc import Caller
from gateway.openapi.decorators import describe_operation
from gateway.security import signatures

P = ParamSpec("P")
R = TypeVar("R")

_ISSUER = "shanzhi"
_ALGORITHM = "HS256"
_HOUR = 3600.0  # how long a signing key, which never changes, is remembered; whether its key still works, never
_LIVE = "sz_live_"
_KEY_PREFIXES = (_LIVE, "sz_test_")


def issue_access_token(subject: str, community: str | None, session: str) -> str:
    """An access token for `subject`: a person, or `wx:<account>` before it is bound to one."""
    now = int(time.time())
    claims = {
        "iss": _ISSUER,
        "sub": subject,
        "com": community,
        "sid": session,
        "iat": now,
        "exp": now + current_app.config["SETTINGS"].access_token_seconds,
    }
    return jwt.encode(claims, current_app.config["SETTINGS"].jwt_secret, _ALGORITHM)


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """For persons: without a valid access token 401."""

    @functools.wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if access_token_claims()["sub"].startswith("wx:"):
            raise NotBound
        return view(*args, **kwargs)

    return describe_operation(checked, security=[{"person": []}])


def has_account(view: Callable[P, R]) -> Callable[P, R]:
    """For persons, and for WeChat accounts not yet bound to one."""

    @functools.wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        access_token_claims()
        return view(*args, **kwargs)

    return describe_operation(checked, security=[{"person": []}])


def for_merchants(*scopes: str, moves_value: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """For merchants whose key has one of `scopes` (R27); the exchange knows keys and scopes.

    What moves value must be signed when the key is a live one; a signature that is there is checked always.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            g.merchant = _merchant(scopes, moves_value)
            return view(*args, **kwargs)

        described = describe_operation(checked, security=[{"merchant": list(scopes)}])
        return describe_operation(described, headers=signatures.HEADERS) if moves_value else described

    return decorate


def actor() -> Caller:
    """Who acts, as the services take it: `{"person", "community", "merchant"}`; of a merchant also `mode` and `key`."""
    if merchant := g.get("merchant"):
        return {
            "person": None,
            "community": merchant["community"],
            "merchant": merchant["merchant"],
            "mode": merchant["mode"],
            "key": merchant["key"],
        }
    claims = access_token_claims()
    return {"person": claims["sub"], "community": claims["com"], "merchant": None}


def access_token_claims() -> dict[str, Any]:
    """The claims of this request's access token, verified once; 401 if there is none."""
    if (claims := g.get("token")) is None:
        claims = g.token = _verified(_bearer())
    return claims  # type: ignore[no-any-return]


def caller_id() -> str:
    """Whose request this is, for idempotency keys and rate limits; an address if nobody signed in."""
    if found := g.get("merchant"):
        return f"{found['merchant']}:{found['mode']}"
    if presents_merchant_key():
        return f"key:{hashlib.sha256(_bearer().encode()).hexdigest()}"
    if _shown() is not None:
        try:
            return str(access_token_claims()["sub"])
        except Unauthorized:
            pass
    return f"ip:{request.remote_addr}"


def presents_merchant_key() -> bool:
    """Whether this request comes with what looks like a merchant's key."""
    given = _shown()
    return given is not None and given.type == "bearer" and (given.token or "").startswith(_KEY_PREFIXES)


def _merchant(scopes: tuple[str, ...], moves_value: bool) -> dict[str, Any]:
    key = _bearer()
    if not key.startswith(_KEY_PREFIXES):
        raise KeyInvalid
    digest = hashlib.sha256(key.encode()).hexdigest()
    rpc = current_app.extensions["rpc"]  # not imported: gateway.rpc asks this module who calls
    asked = {"key_hash": digest, "scopes": list(scopes)}
    if signatures.is_signed() or (moves_value and key.startswith(_LIVE)):
        kept = current_app.extensions["signing_keys"]
        signing = kept.get_or(digest, lambda: rpc.query("exchange", "get_signing_key", key_hash=digest), _HOUR)
        found: dict[str, Any] = rpc.record("exchange", "admit_signed", nonce=signatures.verify(key, signing), **asked)
    else:
        found = rpc.query("exchange", "authenticate_key", **asked)
    return found


def _shown() -> Authorization | None:
    """What the caller shows of himself; what cannot be read is nothing."""
    try:
        return request.authorization
    except ValueError:  # of a Basic that is no ASCII
        return None


def _bearer() -> str:
    given = _shown()
    if given is None or given.type != "bearer" or not given.token:
        raise Unauthorized
    return given.token


def _verified(text: str) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(
            text,
            current_app.config["SETTINGS"].jwt_secret,
            [_ALGORITHM],
            issuer=_ISSUER,
            options={"require": ["sub", "exp", "sid"]},
        )
    except jwt.InvalidTokenError as exc:
        raise TokenInvalid from exc
    return claims


issue = issue_access_token
