"""Authentication of merchants by API key (R27), and of requests that change something by signature.

@blp.route("/v1/merchant/refunds")
class Refunds(MethodView):
    @for_merchants("payments", signed=True)
    @blp.arguments(RefundForm)
    @blp.response(201, Refund)
    def post(self, form: RefundForm) -> Any:
        return exchange.refund(actor=actor(), **form)
"""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import current_app, g

from contracts.calls.exchange.merchants import Credential, Scope, SigningKey
from contracts.errors import KeyInvalid
from gateway.openapi.decorators import describe_operation
from gateway.rpc import outside_idempotency_key
from gateway.security import auth, rate_limits, signatures
from gateway.services import exchange
from gateway.ttl_cache import TTLCache

P = ParamSpec("P")
R = TypeVar("R")

_SIGNING_KEY_CACHE_SECONDS = 3600.0  # signing keys never change; whether the API key is valid is not cached
_LIVE_KEY_PREFIX = "sz_live_"


def for_merchants(*scopes: Scope, signed: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Require a merchant's API key with one of `scopes` (R27), as the exchange knows them.

    With `signed`, requests with a live key must be signed: every operation that changes something. A signature is
    verified whenever there is one.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            g.merchant = _authenticate(scopes, signed)
            rate_limits.remember_working_key(auth.hash_key(auth.bearer_token()))
            return view(*args, **kwargs)

        described = describe_operation(checked, security=[{"merchant": list(scopes)}])
        return describe_operation(described, headers=signatures.HEADER_PARAMETERS) if signed else described

    return decorate


def _authenticate(scopes: tuple[Scope, ...], signed: bool) -> Credential:
    """Return the merchant whose key the request presents. Raise KeyInvalid, ScopeMissing or a refusal of its signature.

    Admitting a signature is not what the request asks for: it leaves the request's idempotency key to the view.
    """
    key = auth.bearer_token()
    if not auth.presents_merchant_key():
        raise KeyInvalid
    key_hash = auth.hash_key(key)
    if not signatures.is_signed() and not (signed and key.startswith(_LIVE_KEY_PREFIX)):
        return exchange.authenticate_key(key_hash=key_hash, scopes=list(scopes))
    cache: TTLCache[SigningKey] = current_app.extensions["signing_keys"]
    signing_key = cache.get_or(
        key_hash, lambda: exchange.get_signing_key(key_hash=key_hash), _SIGNING_KEY_CACHE_SECONDS
    )
    nonce = signatures.verify(key, signing_key)
    return outside_idempotency_key(exchange.admit_signed)(key_hash=key_hash, nonce=nonce, scopes=list(scopes))
