"""How often one caller may ask: a generous limit for each person or address, a strict one for signing in."""

from flask import Flask, current_app, request
from flask_limiter import Limiter

from gateway import auth

limiter = Limiter(key_func=auth.caller, strategy="fixed-window", headers_enabled=False)

_UNLIMITED = {"healthz", "readyz", "metrics"}


def sessions(view):  # type: ignore[no-untyped-def]
    """For operations on credentials: by address, whoever is named."""
    return limiter.limit(
        lambda: current_app.config["SETTINGS"].session_rate_limit,
        key_func=lambda: f"ip:{request.remote_addr}",
        override_defaults=False,
    )(view)


def install(app: Flask) -> None:
    """Limit every operation of `app`; the counts are in memory unless RATELIMIT_STORAGE_URI names a Redis."""
    settings = app.config["SETTINGS"]
    app.config |= {
        "RATELIMIT_STORAGE_URI": settings.ratelimit_storage_uri,
        "RATELIMIT_APPLICATION": settings.rate_limit,
        "RATELIMIT_HEADERS_ENABLED": True,
        "RATELIMIT_HEADER_LIMIT": "RateLimit-Limit",
    }
    limiter.init_app(app)
    limiter.request_filter(lambda: request.endpoint in _UNLIMITED)
