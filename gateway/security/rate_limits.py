"""How often one caller may ask: a generous limit for each person or address, a strict one for signing in."""

import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask, Response, current_app, request
from flask_limiter import ApplicationLimit, Limiter, RateLimitExceeded

from contracts.errors import Limited
from gateway.http import problems
from gateway.security import auth

P = ParamSpec("P")
R = TypeVar("R")

_UNLIMITED = {"healthz", "readyz", "metrics"}


def _setting(name: str) -> str:
    return str(getattr(current_app.config["SETTINGS"], name))


def _address() -> str:
    return f"ip:{request.remote_addr}"


limiter = Limiter(
    key_func=auth.caller_id,
    application_limits=[
        ApplicationLimit(lambda: _setting("rate_limit"), exempt_when=auth.presents_merchant_key),
        ApplicationLimit(lambda: _setting("key_rate_limit"), exempt_when=lambda: not auth.presents_merchant_key()),
        ApplicationLimit(
            lambda: _setting("session_rate_limit"),
            key_function=lambda: f"keys:{_address()}",
            exempt_when=lambda: not auth.presents_merchant_key(),
            deduct_when=lambda answer: answer.status_code == 401,
        ),
    ],
    strategy="fixed-window",
    swallow_errors=True,
)
"""Who cannot be counted is let in: a store of counts that is away, or lost a race among threads, refuses nobody."""
limiter.request_filter(lambda: request.endpoint in _UNLIMITED)


def limit_by_address(view: Callable[P, R]) -> Callable[P, R]:
    """For operations on credentials: by address, whoever is named."""
    return limiter.limit(
        lambda: str(current_app.config["SETTINGS"].session_rate_limit), key_func=_address, override_defaults=False
    )(view)


def install(app: Flask) -> None:
    """Limit every operation of `app`; the counts are in memory unless RATELIMIT_STORAGE_URI names a Redis."""
    app.config["RATELIMIT_STORAGE_URI"] = app.config["SETTINGS"].ratelimit_storage_uri
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, _refuse)
    app.after_request(_tell)


def _tell(answer: Response) -> Response:
    """Merchants' programs are told how much they may still ask, and when it begins anew."""
    if auth.presents_merchant_key() and (limit := limiter.current_limit):
        answer.headers["RateLimit-Limit"] = str(limit.limit.amount)
        answer.headers["RateLimit-Remaining"] = str(limit.remaining)
        answer.headers["RateLimit-Reset"] = str(max(0, round(limit.reset_at - time.time())))
    return answer


def _refuse(_exceeded: RateLimitExceeded) -> Response:
    """429, saying when the window ends."""
    answer = problems.refusal_response(Limited())
    if limiter.current_limit:
        answer.headers["Retry-After"] = str(max(1, round(limiter.current_limit.reset_at - time.time())))
    return answer
