"""Request id, trace context, access log and metrics of each request."""

import re
import secrets
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from flask import Flask, Response, current_app, g, request
from prometheus_client import Histogram
from werkzeug.exceptions import NotFound

from contracts.errors import Malformed
from gateway.security.headers import DOCS_CONTENT_POLICY, security_headers
from gateway.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

REQUEST_SECONDS = Histogram(
    "gateway_request_seconds",
    "Requests by route, method and status",
    ["method", "route", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}\Z")
_TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})\Z")
MERCHANT_API_VERSION = "2026-11-30"
"""The day of the last change that docs/merchants.md lists; on every answer to merchants as `API-Version`."""
_MERCHANT_PATHS = "/v1/merchant/"
_UNLOGGED_ROUTES = {"/healthz", "/readyz"}

_access_log = structlog.get_logger("gateway.access")


@dataclass(frozen=True)
class RequestContext:
    """Identifies one request in logs, metrics and the calls it makes."""

    method: str
    path: str
    request_id: str
    traceparent: str
    started: float = field(default_factory=time.perf_counter)

    @classmethod
    def of(cls, environ: "WSGIEnvironment") -> "RequestContext":
        """Take `Request-Id` and `traceparent` from the request if they are well formed, else generate them."""
        request_id = environ.get("HTTP_REQUEST_ID")
        return cls(
            environ["REQUEST_METHOD"],
            environ["PATH_INFO"],
            request_id if request_id and _REQUEST_ID.match(request_id) else uuid.uuid4().hex,
            _child_traceparent(environ.get("HTTP_TRACEPARENT")),
        )

    def log_response(self, route: str, status: int, *, path: str | None = None) -> None:
        """Record duration and status in the metrics and, except for health checks, in the access log.

        `path` is logged instead of the request's.
        """
        seconds = time.perf_counter() - self.started
        REQUEST_SECONDS.labels(self.method, route, status).observe(seconds)
        if route not in _UNLOGGED_ROUTES:
            _access_log.info(
                "request",
                method=self.method,
                path=self.path if path is None else path,
                route=route,
                status=status,
                ms=round(seconds * 1000, 1),
                request_id=self.request_id,
                trace=self.traceparent[3:35],
            )


def logged_path() -> str:
    """Return the request's path, or its route if the path gives access by itself, as a link to evidence does."""
    rule = request.url_rule
    return rule.rule if rule is not None and "token" in rule.arguments else request.path


def public_origin() -> str:
    """Return the scheme and host under which clients reach the gateway: `PUBLIC_URL`, or the request's own.

    The request's host is one of the allowed ones; see `Settings.host_names`.
    """
    settings: Settings = current_app.config["SETTINGS"]
    return settings.public_url.rstrip("/") or f"{request.scheme}://{request.host}"


def _child_traceparent(parent: str | None) -> str:
    known = _TRACEPARENT.match(parent) if parent else None
    trace, flags = known.groups() if known else (secrets.token_hex(16), "01")
    return f"00-{trace}-{secrets.token_hex(8)}-{flags}"


def install(app: Flask) -> None:
    """Give every request of `app` a context, and every response its common headers."""
    headers = security_headers(app.config["SETTINGS"])

    @app.before_request
    def open_context() -> None:
        environ = request.environ
        g.request_context = RequestContext.of(environ)
        if "\0" in environ["PATH_INFO"]:
            raise NotFound
        if "%00" in environ["QUERY_STRING"]:
            raise Malformed("请求地址含有无效字符")

    @app.after_request
    def finish_response(response: Response) -> Response:
        context: RequestContext = g.request_context
        response.headers.extend(headers)
        response.headers["Request-Id"] = context.request_id
        response.headers.setdefault("Cache-Control", "no-store")
        if context.path.startswith("/docs/"):
            response.headers["Content-Security-Policy"] = DOCS_CONTENT_POLICY
        if context.path.startswith(_MERCHANT_PATHS):
            response.headers["API-Version"] = MERCHANT_API_VERSION
        if "replayed" in g:
            response.headers["Idempotent-Replayed"] = "true"
        rule = request.url_rule
        context.log_response(rule.rule if rule else "unknown", response.status_code, path=logged_path())
        return response
