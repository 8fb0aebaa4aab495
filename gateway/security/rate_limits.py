"""Rate limits: a general one per person, merchant key or address, and a strict one for operations on credentials."""

import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask, Response, current_app, request
from flask_limiter import ApplicationLimit, Limiter, RateLimitExceeded

from contracts.errors import Limited, PasswordWrong, UploadQuotaReached
from gateway.http import problems
from gateway.security import auth

P = ParamSpec("P")
R = TypeVar("R")

_UNLIMITED_ENDPOINTS = {"healthz", "readyz"}


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
            deduct_when=lambda response: response.status_code == 401,
        ),
    ],
    strategy="fixed-window",
    swallow_errors=True,
)
"""Fails open when rate-limit storage is unavailable."""
limiter.request_filter(lambda: request.endpoint in _UNLIMITED_ENDPOINTS)


def limit_by_address(view: Callable[P, R]) -> Callable[P, R]:
    """Limit an operation on credentials per address, whichever account it names."""
    return limiter.limit(lambda: _setting("session_rate_limit"), key_func=_address, override_defaults=False)(view)


def limit_by_caller(view: Callable[P, R]) -> Callable[P, R]:
    """Limit the refusals of an operation that verifies a secret of its caller."""
    return limiter.limit(
        lambda: _setting("account_rate_limit"),
        override_defaults=False,
        deduct_when=_refuses_secret,
    )(view)


def _refuses_secret(response: Response) -> bool:
    return response.status_code == 401 or (response.status_code == 422 and PasswordWrong.code.encode() in response.data)


def _refuses_upload(response: Response) -> bool:
    return response.status_code == 422 or (
        response.status_code == 429 and UploadQuotaReached.code.encode() in response.data
    )


def limit_refused_uploads(view: Callable[P, R]) -> Callable[P, R]:
    """Limit how many files of one person may be refused after they were decoded, since that takes processor time."""
    return limiter.limit(
        lambda: _setting("refused_upload_limit"),
        override_defaults=False,
        deduct_when=_refuses_upload,
    )(view)


def install(app: Flask) -> None:
    """Limit every operation of `app`, counting in memory unless RATELIMIT_STORAGE_URI names a Redis."""
    app.config["RATELIMIT_STORAGE_URI"] = app.config["SETTINGS"].ratelimit_storage_uri
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, _limited_response)
    app.after_request(_add_rate_limit_headers)


def _add_rate_limit_headers(response: Response) -> Response:
    """Add headers with the limit, the remaining requests and the reset time to responses to merchants."""
    if auth.presents_merchant_key() and (limit := limiter.current_limit):
        response.headers["RateLimit-Limit"] = str(limit.limit.amount)
        response.headers["RateLimit-Remaining"] = str(limit.remaining)
        response.headers["RateLimit-Reset"] = str(max(0, round(limit.reset_at - time.time())))
    return response


def _limited_response(_exceeded: RateLimitExceeded) -> Response:
    """Return 429 with the end of the window in `Retry-After`."""
    response = problems.refusal_response(Limited())
    if limiter.current_limit:
        response.headers["Retry-After"] = str(max(1, round(limiter.current_limit.reset_at - time.time())))
    return response
