"""The application of the pages."""

import hashlib
import secrets
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask, Response, render_template, request
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix

from contracts.claims import CATEGORIES
from web import words
from web.api import ApiError, Transport
from web.converters import IdConverter
from web.kept import KeptPages
from web.pages import PAGES
from web.settings import WebSettings

_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def create_app(settings: WebSettings | None = None, transport: Transport | None = None) -> Flask:
    """Return the pages. `transport` makes the transport of a page's calls, by default the network."""
    app = Flask(__name__, static_url_path="/static")
    settings = settings or WebSettings.from_env()
    app.config.update(TRUSTED_HOSTS=list(settings.trusted_hosts), MAX_CONTENT_LENGTH=64 * 1024)
    app.extensions.update(web_settings=settings, api_transport=transport)
    KeptPages(app, settings.cache_seconds)
    app.jinja_env.globals.update(words=words, categories=CATEGORIES, asset=_asset_of(app))
    app.jinja_env.undefined = StrictUndefined  # a field that the API does not give is an error, not an empty text
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.converters["id"] = IdConverter
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies)  # type: ignore[method-assign]
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    app.register_error_handler(ApiError, _api_error_page)
    app.register_error_handler(HTTPException, _http_error_page)
    app.register_error_handler(Exception, _failure_page)
    app.after_request(_with_headers)
    return app


def _asset_of(app: Flask) -> Any:
    """Return a function that names a static file with a part of its hash, so that browsers may keep it for a year."""
    versions: dict[str, str] = {}

    def asset(name: str) -> str:
        if name not in versions:
            content = (Path(app.root_path) / "static" / name).read_bytes()
            versions[name] = hashlib.sha256(content).hexdigest()[:12]
        return f"/static/{name}?v={versions[name]}"

    return asset


def _api_error_page(error: ApiError) -> tuple[str, int]:
    return _error_page(error.status, error.detail)


def _http_error_page(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    detail = "没有这一页，请检查网址" if isinstance(error, NotFound) else "请求不正确，请检查后重试"
    return _error_page(error.code, detail)


def _failure_page(error: Exception) -> tuple[str, int]:
    number = secrets.token_hex(6)
    request.environ["wsgi.errors"].write(f"page failed {number} {request.path!r}: {error!r}\n")
    return _error_page(HTTPStatus.INTERNAL_SERVER_ERROR, f"页面出错了，请稍后再试（{number}）")


def _error_page(status: int, detail: str) -> tuple[str, int]:
    return render_template("error.html", status=status, detail=detail), status


def _with_headers(response: Response) -> Response:
    """Add security headers, and forbid to keep what no page allows to keep."""
    headers = response.headers
    headers["Content-Security-Policy"] = _CONTENT_SECURITY_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    headers["Referrer-Policy"] = "same-origin"
    if request.path.startswith("/static/"):
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
    headers.setdefault("Cache-Control", "no-store")
    return response
