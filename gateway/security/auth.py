"""Authentication of persons by access token. Services decide what the caller may do.

Merchants are authenticated by `gateway.security.merchant_keys`.

@blp.route("/v1/claims")
class Claims(MethodView):
    @signed_in
    @blp.arguments(ClaimForm)
    @blp.response(201, Claim)
    def post(self, form: ClaimForm) -> Any:
        return claims.submit_claim(actor=actor(), **form)
"""

import functools
import hashlib
import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import jwt
from flask import current_app, g, request
from werkzeug.datastructures import Authorization

from contracts.errors import NotBound, SecondFactorMissing, SessionRevoked, TokenInvalid, Unauthorized
from contracts.rpc import Caller
from gateway.openapi.decorators import describe_operation
from gateway.security.revocations import RevokedSessions

P = ParamSpec("P")
R = TypeVar("R")

_ISSUER = "shanzhi"
_ALGORITHM = "HS256"
_MERCHANT_KEY_PREFIXES = ("sz_live_", "sz_test_")


def issue_access_token(
    subject: str, community: str | None, session: str, issued_at: int | None = None, *, limited: bool = False
) -> str:
    """Return an access token for `subject`: a person's id, or `wx:<account>` for an account not bound to a person.

    It is valid from `issued_at`, Unix time, by default now. With `limited` it is good for second factors only.
    """
    now = issued_at or int(time.time())
    claims = {
        "iss": _ISSUER,
        "sub": subject,
        "com": community,
        "sid": session,
        "iat": now,
        "exp": now + current_app.config["SETTINGS"].access_token_seconds,
    }
    if limited:
        claims["lim"] = True
    return jwt.encode(claims, current_app.config["SETTINGS"].jwt_secret, _ALGORITHM)


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """Require a person's access token.

    Raise Unauthorized, NotBound for an account not bound to a person, SecondFactorMissing for a session that waits for
    a second factor.
    """

    @functools.wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        claims = access_token_claims()
        if claims["sub"].startswith("wx:"):
            raise NotBound
        if claims.get("lim"):
            raise SecondFactorMissing
        return view(*args, **kwargs)

    return describe_operation(checked, security=[{"person": []}])


def for_second_factors(view: Callable[P, R]) -> Callable[P, R]:
    """Require a person's access token, also of a session that waits for a second factor."""

    @functools.wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if access_token_claims()["sub"].startswith("wx:"):
            raise NotBound
        return view(*args, **kwargs)

    return describe_operation(checked, security=[{"person": []}])


def checked_first(check: Callable[[], object]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Call `check` before the request's body is read, so that only those who may send a file make the gateway parse it.

    `check` is a service's query that raises what the command would raise.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            check()
            return view(*args, **kwargs)

        return checked

    return decorate


def has_account(view: Callable[P, R]) -> Callable[P, R]:
    """Require an access token of a person or of a WeChat account not yet bound to one."""

    @functools.wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        access_token_claims()
        return view(*args, **kwargs)

    return describe_operation(checked, security=[{"person": []}])


def actor() -> Caller:
    """Return the caller as services take it: `person`, `community`, `merchant`; for merchants also `mode` and `key`."""
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
    """Return the claims of the request's access token, verified once per request. Raise Unauthorized without one."""
    claims: dict[str, Any] | None = g.get("access_token_claims")
    if claims is None:
        claims = g.access_token_claims = _verify(bearer_token())
    return claims


def caller_id() -> str:
    """Return who makes the request, for idempotency keys and rate limits; the address if it is not authenticated."""
    if merchant := g.get("merchant"):
        return f"{merchant['merchant']}:{merchant['mode']}"
    if presents_merchant_key():
        return f"key:{hash_key(bearer_token())}"
    if _authorization() is not None:
        try:
            return str(access_token_claims()["sub"])
        except Unauthorized:
            pass
    return f"ip:{request.remote_addr}"


def presents_merchant_key() -> bool:
    """Return whether the bearer token looks like a merchant's API key, valid or not."""
    authorization = _authorization()
    return (
        authorization is not None
        and authorization.type == "bearer"
        and (authorization.token or "").startswith(_MERCHANT_KEY_PREFIXES)
    )


def _authorization() -> Authorization | None:
    """Return the parsed Authorization header, None if it is missing or malformed."""
    try:
        return request.authorization
    except ValueError:  # Basic credentials that are not ASCII
        return None


def bearer_token() -> str:
    """Return the bearer token of the request. Raise Unauthorized without one."""
    authorization = _authorization()
    if authorization is None or authorization.type != "bearer" or not authorization.token:
        raise Unauthorized
    return authorization.token


def _verify(token: str) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            current_app.config["SETTINGS"].jwt_secret,
            [_ALGORITHM],
            issuer=_ISSUER,
            options={"require": ["sub", "exp", "sid"]},
        )
    except jwt.InvalidTokenError as exc:
        raise TokenInvalid from exc
    if claims["sid"] in revoked_sessions():
        raise SessionRevoked
    return claims


def revoked_sessions() -> RevokedSessions:
    """Return the sessions whose access tokens the gateway refuses."""
    revoked: RevokedSessions = current_app.extensions["revoked_sessions"]
    return revoked


def hash_key(key: str) -> str:
    """Return the SHA-256 by which the exchange knows a merchant's key."""
    return hashlib.sha256(key.encode()).hexdigest()
