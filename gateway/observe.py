"""What each request leaves behind: its id and trace, one line of log, its count and duration; and safe headers."""

import os
import re
import secrets
import time
import uuid
from typing import Any

import structlog
from flask import Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Histogram,
    generate_latest,
    multiprocess,
)
from werkzeug.exceptions import NotFound

REQUESTS = Histogram(
    "gateway_request_seconds",
    "Requests by route, method and status",
    ["method", "route", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}\Z")
_TRACE = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})\Z")
_QUIET = {"/healthz", "/readyz", "/metrics"}
_HEADERS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Frame-Options", "DENY"),
]
_NOTHING = "default-src 'none'; frame-ancestors 'none'"
_DOCS = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; frame-ancestors 'none'"
)

access = structlog.get_logger("gateway.access")


def install(app: Flask) -> None:
    """Observe every request of `app`."""
    headers = list(_HEADERS)
    if app.config["SETTINGS"].https:
        headers.append(("Strict-Transport-Security", "max-age=31536000"))

    @app.before_request
    def arrive() -> None:
        g.started = time.perf_counter()
        given = request.headers.get("Request-Id", "")
        g.request_id = given if _ID.match(given) else uuid.uuid4().hex
        trace = _TRACE.match(request.headers.get("traceparent", ""))
        trace_id, flags = trace.groups() if trace else (secrets.token_hex(16), "01")
        g.traceparent = f"00-{trace_id}-{secrets.token_hex(8)}-{flags}"
        if "\0" in request.path or b"%00" in request.query_string:
            raise NotFound

    @app.after_request
    def leave(response: Response) -> Response:
        seconds = time.perf_counter() - g.started
        route = request.url_rule.rule if request.url_rule else "unknown"
        REQUESTS.labels(request.method, route, response.status_code).observe(seconds)
        response.headers.extend(headers)
        response.headers["Request-Id"] = g.request_id
        response.headers["Content-Security-Policy"] = _DOCS if request.path.startswith("/docs/") else _NOTHING
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        if g.get("replayed"):
            response.headers["Idempotent-Replayed"] = "true"
        if route not in _QUIET:
            access.info(
                "request",
                method=request.method,
                path=request.path,
                route=route,
                status=response.status_code,
                ms=round(seconds * 1000, 1),
                request_id=g.request_id,
                trace=g.traceparent[3:35],
            )
        return response


def metrics() -> Response:
    """All figures in Prometheus' text format, of all workers together."""
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def configure_logs() -> None:
    """JSON lines on standard output."""
    processors: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    structlog.configure(
        processors=processors,
        logger_factory=structlog.WriteLoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        cache_logger_on_first_use=True,
    )
