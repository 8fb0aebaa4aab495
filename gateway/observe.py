"""What each request leaves behind: its id and trace, one line of log, its count and duration; and safe headers."""

import os
import re
import secrets
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

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

from contracts.errors import Malformed
from gateway.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

REQUESTS = Histogram(
    "gateway_request_seconds",
    "Requests by route, method and status",
    ["method", "route", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}\Z")
_TRACE = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})\Z")
_QUIET = {"/healthz", "/readyz", "/metrics"}
_DOCS_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; frame-ancestors 'none'"
)

_access = structlog.get_logger("gateway.access")


@dataclass(frozen=True)
class Visit:
    """One request, from its arrival on."""

    method: str
    path: str
    request_id: str
    traceparent: str
    started: float = field(default_factory=time.perf_counter)

    @classmethod
    def of(cls, environ: "WSGIEnvironment") -> "Visit":
        """The request's own id and trace if it has good ones."""
        given = environ.get("HTTP_REQUEST_ID")
        return cls(
            environ["REQUEST_METHOD"],
            environ["PATH_INFO"],
            given if given and _ID.match(given) else uuid.uuid4().hex,
            _next_span(environ.get("HTTP_TRACEPARENT")),
        )

    def note(self, route: str, status: int) -> None:
        """Count and log it, answered by `route` with `status`."""
        seconds = time.perf_counter() - self.started
        REQUESTS.labels(self.method, route, status).observe(seconds)
        if route not in _QUIET:
            _access.info(
                "request",
                method=self.method,
                path=self.path,
                route=route,
                status=status,
                ms=round(seconds * 1000, 1),
                request_id=self.request_id,
                trace=self.traceparent[3:35],
            )


def _next_span(traceparent: str | None) -> str:
    known = _TRACE.match(traceparent) if traceparent else None
    trace, flags = known.groups() if known else (secrets.token_hex(16), "01")
    return f"00-{trace}-{secrets.token_hex(8)}-{flags}"


def safe_headers(settings: Settings) -> list[tuple[str, str]]:
    """What every answer tells browsers, so that no page can make much of it."""
    headers = [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Frame-Options", "DENY"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ]
    return headers + ([("Strict-Transport-Security", "max-age=31536000")] if settings.https else [])


def install(app: Flask) -> None:
    """Observe every request of `app`."""
    headers = safe_headers(app.config["SETTINGS"])

    @app.before_request
    def arrive() -> None:
        environ = request.environ
        g.visit = Visit.of(environ)
        if "\0" in environ["PATH_INFO"]:
            raise NotFound
        if "%00" in environ["QUERY_STRING"]:
            raise Malformed("请求地址含有无效字符")

    @app.after_request
    def leave(response: Response) -> Response:
        visit: Visit = g.visit
        response.headers.extend(headers)
        response.headers["Request-Id"] = visit.request_id
        response.headers.setdefault("Cache-Control", "no-store")
        if visit.path.startswith("/docs/"):
            response.headers["Content-Security-Policy"] = _DOCS_POLICY
        if "replayed" in g:
            response.headers["Idempotent-Replayed"] = "true"
        rule = request.url_rule
        visit.note(rule.rule if rule else "unknown", response.status_code)
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
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    structlog.configure(
        processors=processors,
        logger_factory=structlog.WriteLoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        cache_logger_on_first_use=True,
    )
