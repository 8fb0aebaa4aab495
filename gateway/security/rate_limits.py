"""Rate limits: a general one per person, merchant key or address, and a strict one for operations on credentials."""

import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import structlog
from flask import Flask, Response, current_app, request
from flask_limiter import ApplicationLimit, Limiter, RateLimitExceeded

from contracts.errors import InvitationInvalid, Limited, PasswordWrong, SecondFactorInvalid, UploadQuotaReached
from gateway.http import problems
from gateway.security import auth, counters, limit_watch, merchant_tokens
from gateway.settings import Settings
from gateway.ttl_cache import TTLCache

log = structlog.get_logger("gateway.rate_limits")

P = ParamSpec("P")
R = TypeVar("R")

_UNLIMITED_ENDPOINTS = {"healthz", "readyz"}


def _setting(name: str) -> str:
    return str(getattr(current_app.config["SETTINGS"], name))


def _address() -> str:
    return f"ip:{request.remote_addr}"


def _is_beyond_junk() -> bool:
    """Return whether the request cannot be one of many with invented keys: no key, one we made, or one that worked.

    Refused keys are counted by address, and must not silence the tills behind that address.
    """
    return not auth.presents_merchant_key() or merchant_tokens.is_ours(auth.bearer_token()) or key_has_worked()


def key_has_worked() -> bool:
    """Return whether the request's key was accepted within the last months. An unreadable storage counts as no."""
    try:
        return bool(limiter.limiter.storage.get(_worked(auth.hash_key(auth.bearer_token()))))
    except Exception:
        return False


def remember_working_key(key_hash: str) -> None:
    """Remember that a key was accepted, once an hour in each process."""

    def remember() -> bool:
        try:
            limiter.limiter.storage.incr(_worked(key_hash), _WORKED_SECONDS)
        except Exception as exc:
            log.warning("key_not_remembered", error=type(exc).__name__)
        return True

    remembered: TTLCache[bool] = current_app.extensions["working_keys"]
    remembered.get_or(key_hash, remember, 3600.0)


def _worked(key_hash: str) -> str:
    return f"worked/{key_hash}"


_WORKED_SECONDS = 90 * 86_400

limiter = Limiter(
    key_func=auth.caller_id,
    application_limits=[
        ApplicationLimit(lambda: _setting("rate_limit"), exempt_when=auth.presents_merchant_key),
        ApplicationLimit(lambda: _setting("key_rate_limit"), exempt_when=lambda: not auth.presents_merchant_key()),
        ApplicationLimit(
            lambda: _setting("session_rate_limit"),
            key_function=lambda: f"keys:{_address()}",
            exempt_when=_is_beyond_junk,
            deduct_when=lambda response: response.status_code == 401,
        ),
    ],
    strategy="fixed-window",
    swallow_errors=True,
)
"""Fails open only when both Redis and this machine's counters fail; see `gateway.security.counters`."""
limiter.request_filter(lambda: request.endpoint in _UNLIMITED_ENDPOINTS)


def limit_by_address(view: Callable[P, R]) -> Callable[P, R]:
    """Limit an operation on credentials per address, whichever account it names."""
    return limiter.limit(lambda: _setting("session_rate_limit"), key_func=_address, override_defaults=False)(view)


def limit_refusals_by_address(view: Callable[P, R]) -> Callable[P, R]:
    """Limit the refusals of an operation per address; what succeeds is not counted, since many may share an address."""
    return limiter.limit(
        lambda: _setting("session_rate_limit"),
        key_func=_address,
        override_defaults=False,
        deduct_when=lambda response: response.status_code == 401,
    )(view)


def limit_by_caller(view: Callable[P, R]) -> Callable[P, R]:
    """Limit the refusals of an operation that verifies a secret of its caller."""
    return limiter.limit(
        lambda: _setting("account_rate_limit"),
        override_defaults=False,
        deduct_when=_refuses_secret,
    )(view)


def _refuses_secret(response: Response) -> bool:
    codes = (PasswordWrong.code, InvitationInvalid.code, SecondFactorInvalid.code)
    return response.status_code in (401, 422) and any(code.encode() in response.data for code in codes)


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


def limit_exports(view: Callable[P, R]) -> Callable[P, R]:
    """Limit how often one person exports their data, which reads every service."""
    return limiter.limit(lambda: _setting("export_limit"), override_defaults=False)(view)


def install(app: Flask) -> None:
    """Limit every operation of `app`, counting in the Redis of RATELIMIT_STORAGE_URI or for this machine."""
    settings: Settings = app.config["SETTINGS"]
    uri, options = counters.storage_config(settings.ratelimit_storage_uri, settings.counters_file)
    app.config |= {"RATELIMIT_STORAGE_URI": uri, "RATELIMIT_STORAGE_OPTIONS": options}
    app.extensions["working_keys"] = TTLCache[bool](size=10_000)
    limiter.init_app(app)
    app.before_request(limit_watch.check_forwarding)
    app.register_error_handler(RateLimitExceeded, _limited_response)
    app.after_request(_add_rate_limit_headers)


def _add_rate_limit_headers(response: Response) -> Response:
    """Add headers with the limit, the remaining requests and the reset time to responses to merchants."""
    if auth.presents_merchant_key() and (limit := limiter.current_limit):
        response.headers["RateLimit-Limit"] = str(limit.limit.amount)
        response.headers["RateLimit-Remaining"] = str(limit.remaining)
        response.headers["RateLimit-Reset"] = str(max(0, round(limit.reset_at - time.time())))
    return response


def _limited_response(exceeded: RateLimitExceeded) -> Response:
    """Return 429 with the end of the window in `Retry-After`."""
    limit_watch.requests_limited(str(exceeded.limit.limit))
    response = problems.refusal_response(Limited())
    if limiter.current_limit:
        response.headers["Retry-After"] = str(max(1, round(limiter.current_limit.reset_at - time.time())))
    return response
