"""The application of the pages."""

import hashlib
import secrets
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, flash, g, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix

from contracts.claims import CATEGORIES
from encryption import derive_key
from web import languages, words
from web.api import ApiError, Transport
from web.converters import IdConverter, MonthConverter
from web.desk import access, display
from web.desk.callers import KnownCallers
from web.desk.menu import SECTIONS
from web.desk.platform import SessionOver
from web.kept import KeptPages
from web.languages import later as _
from web.pages import PAGES, desk
from web.security_headers import add_security_headers
from web.sessions import EncryptedSessions
from web.settings import WebSettings

_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


_PUBLIC_BODY_BYTES = 64 * 1024
_DESK_BODY_BYTES = 12 * 1024 * 1024  # what the proxy lets through: a photo of ten megabytes, or several smaller ones


def create_app(settings: WebSettings | None = None, transport: Transport | None = None) -> Flask:
    """Return the pages. `transport` makes the transport of a page's calls, by default the network."""
    app = Flask(__name__, static_url_path="/static")
    settings = settings or WebSettings.from_env()
    app.config.update(TRUSTED_HOSTS=list(settings.trusted_hosts), MAX_CONTENT_LENGTH=_PUBLIC_BODY_BYTES)
    app.extensions.update(web_settings=settings, api_transport=transport)
    KeptPages(app, settings.cache_seconds)
    app.jinja_env.filters["offices"] = words.offices
    app.jinja_env.globals.update(words=words, categories=CATEGORIES, asset=_asset_of(app))
    app.jinja_env.undefined = StrictUndefined  # a field that the API does not give is an error, not an empty text
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.converters |= {"id": IdConverter, "month": MonthConverter}
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies)  # type: ignore[method-assign]
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
        app.register_blueprint(blueprint, name=f"{blueprint.name}_english", url_prefix=languages.ENGLISH)
    _add_desk(app, settings.secret)
    app.register_error_handler(ApiError, _api_error_page)
    app.register_error_handler(HTTPException, _http_error_page)
    app.register_error_handler(Exception, _failure_page)
    app.after_request(_with_headers)
    return app


def _add_desk(app: Flask, secret: str) -> None:
    """Add the pages of the staff desk, with sessions, languages and protection against forged forms."""
    app.extensions["callers"] = KnownCallers()
    app.config.update(SESSION_COOKIE_NAME="desk", SESSION_COOKIE_PATH="/desk", WTF_CSRF_TIME_LIMIT=None)
    app.secret_key = derive_key(secret, "desk forms")
    app.session_interface = EncryptedSessions(secret)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(languages.gettext, languages.ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.before_request(_begin_desk)
    CSRFProtect(app)
    for blueprint in desk.blueprints():
        app.register_blueprint(blueprint, url_prefix="/desk")
    menu = desk.menu()
    app.jinja_env.globals.update(
        display=display,
        access=access,
        menu=menu,
        menu_sections=SECTIONS,
        languages=languages,
        root=languages.root,
        in_language=languages.other_address,
        desk_layout=_desk_layout,
        same_page=_same_page,
        new_key=lambda: secrets.token_hex(16),
    )
    app.register_error_handler(SessionOver, access.session_over_page)
    app.register_error_handler(access.WrongRole, access.wrong_role_page)
    app.register_error_handler(CSRFError, _csrf_page)


def _begin_desk() -> None:
    g.is_desk = request.path.startswith("/desk/") or request.path == "/desk"
    if g.is_desk:
        request.max_content_length = _DESK_BODY_BYTES


def _desk_layout() -> str:
    """Return the layout of a page: whole, or the content alone where htmx puts it into a page."""
    target = request.headers.get("HX-Target", "").rpartition("#")[2]  # htmx sends `div#drawer`
    return "desk/fragment.html" if target == "drawer" else "desk/page.html"


def _same_page(**changes: str | None) -> str:
    """Return this page's address with other parameters; one that is None is left out."""
    parameters = {**request.args.to_dict(flat=False), **changes}
    present = {name: value for name, value in parameters.items() if value is not None}
    return f"{request.path}?{urlencode(present, doseq=True)}" if present else request.path


def _asset_of(app: Flask) -> Any:
    """Return a function that names a static file with a part of its hash, so that browsers may keep it for a year."""
    versions: dict[str, str] = {}

    def asset(name: str) -> str:
        if name not in versions:
            content = (Path(app.root_path) / "static" / name).read_bytes()
            versions[name] = hashlib.sha256(content).hexdigest()[:12]
        return f"/static/{name}?v={versions[name]}"

    return asset


def _api_error_page(error: ApiError) -> ResponseReturnValue:
    refused = _refused_filters(error)
    if not refused:
        return _error_page(error.status, error.detail)
    for name, detail in refused.items():
        flash(f"{request.args[name]}：{detail}", "warn")
    return redirect(_same_page(**dict.fromkeys((*refused, "cursor"))))


def _refused_filters(error: ApiError) -> dict[str, str]:
    """Return what is wrong with parameters in the address of a list of the desk, by name."""
    if not g.get("is_desk", False) or request.method != "GET" or error.status != HTTPStatus.UNPROCESSABLE_ENTITY:
        return {}
    details = {pointer.removeprefix("/"): detail for pointer, detail in error.errors.items()}
    return {name: detail for name, detail in details.items() if name in request.args}


def _http_error_page(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    no_page, no_request = _("没有这一页，请检查网址"), _("请求不正确，请检查后重试")
    detail = languages.gettext(no_page if isinstance(error, NotFound) else no_request)
    return _error_page(error.code, detail)


def _failure_page(error: Exception) -> tuple[str, int]:
    number = secrets.token_hex(6)
    request.environ["wsgi.errors"].write(f"page failed {number} {request.path!r}: {error!r}\n")
    return _error_page(
        HTTPStatus.INTERNAL_SERVER_ERROR, languages.gettext("页面出错了，请稍后再试（%(number)s）", number=number)
    )


def _csrf_page(error: CSRFError) -> tuple[str, int]:
    detail = languages.gettext("这张表单已失效，什么也没有提交。请返回上一页，刷新后再提交")
    return render_template("desk/error.html", status=HTTPStatus.BAD_REQUEST, detail=detail), HTTPStatus.BAD_REQUEST


def _error_page(status: int, detail: str) -> tuple[str, int]:
    template = "desk/error.html" if g.get("is_desk", False) and "tokens" in session else "error.html"
    return render_template(template, status=status, detail=detail), status


def _with_headers(response: Response) -> Response:
    """Add security headers, and forbid to keep what no page allows to keep."""
    add_security_headers(response, _CONTENT_SECURITY_POLICY)
    if request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
