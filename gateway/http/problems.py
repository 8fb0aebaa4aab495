"""Error responses: every error leaves the gateway as RFC 9457 `application/problem+json`.

The class of a refusal decides its status. `code` is stable, for programs; the texts are for people, in Chinese, and for
merchants in English if they ask for it.
"""

import json
from collections.abc import Iterable
from typing import Any

import structlog
from flask import Flask, Response, g, request
from gunicorn.http.errors import NoMoreData, ParseException
from werkzeug.exceptions import HTTPException, SecurityError

from contracts import errors as refusals
from contracts.errors import Malformed, Refusal
from contracts.instants import with_z
from gateway.http import english
from gateway.http.request_context import logged_path
from gateway.rpc.errors import refusal_types

log = structlog.get_logger("gateway.problems")

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 1
UNREADABLE_BODY_ERRORS: tuple[type[Exception], ...] = (ParseException, NoMoreData)
"""Raised by gunicorn while a request body is read."""

REFUSAL_STATUSES: dict[type[Refusal], int] = {
    refusals.Malformed: 400,
    refusals.Unauthorized: 401,
    refusals.Forbidden: 403,
    refusals.NotFound: 404,
    refusals.Conflict: 409,
    refusals.Gone: 410,
    refusals.UnsupportedMediaType: 415,
    refusals.Invalid: 422,
    refusals.Limited: 429,
    refusals.Unavailable: 503,
}
"""Status of each refusal class and its subclasses."""

_HTTP_ERRORS: dict[int, tuple[str, str]] = {
    400: ("malformed_request", "请求格式不正确"),
    401: ("unauthorized", "请先登录"),
    403: ("forbidden", "您没有权限进行此操作"),
    404: ("not_found", "没有找到"),
    405: ("method_not_allowed", "此地址不支持该请求方法"),
    406: ("not_acceptable", "无法提供所要求的格式"),
    408: ("request_timeout", "请求超时"),
    413: ("payload_too_large", "请求内容过大"),
    414: ("uri_too_long", "请求地址过长"),
    415: ("unsupported_media_type", "不支持该内容类型"),
    416: ("range_not_satisfiable", "请求的范围无效"),
    422: ("invalid_request", "请求内容不符合规则"),
    429: ("rate_limited", "请求过于频繁，请稍后再试"),
    431: ("headers_too_large", "请求头过大"),
    500: ("internal_error", "服务器内部错误，请稍后重试"),
    503: ("temporarily_unavailable", "服务暂时不可用，请稍后重试"),
}
"""Code and title of errors raised by Flask, Werkzeug or gunicorn."""
_OTHER_HTTP_ERROR = "http_error"
_FORWARDED_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate", "Content-Range")


def problem(
    status: int,
    code: str,
    title: str,
    *,
    detail: str = "",
    retryable: bool = False,
    errors: Iterable[dict[str, str]] = (),
    facts: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Return the error response to the current request."""
    body = _body(status, code, title, detail, request.path, g.request_context.request_id, retryable)
    if errors := list(errors):
        body["errors"] = errors
    if facts:
        body["facts"] = with_z(facts)
    language = "zh"
    if english.is_wanted():
        language = english.translate(body)
    response = Response(json.dumps(body, ensure_ascii=False), status, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = language
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="shanzhi"'
    if retryable:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def unparsed_request_problem(status: int, request_id: str) -> dict[str, Any]:
    """Return the problem of a request that could not be parsed, so that its path is unknown."""
    code, title = _HTTP_ERRORS[status]
    return _body(status, code, title, "", "", request_id, False)


def refusal_response(exc: Refusal) -> Response:
    """Return the response for a refusal raised by the gateway or a service."""
    return problem(
        http_status(type(exc)),
        exc.code,
        exc.message,
        detail=exc.detail,
        retryable=exc.retryable,
        errors=exc.errors,
        facts=exc.facts,
    )


def http_error_response(exc: HTTPException) -> Response | HTTPException:
    """Return the response for an error of Flask, Werkzeug or the rate limiter; redirects are returned as they are."""
    status = exc.code or 500
    if status < 400:
        return exc
    if isinstance(exc, SecurityError):
        return refusal_response(Malformed("请求头 Host 不是本平台的地址（设置 PUBLIC_URL、ALLOWED_HOSTS）"))
    code, title = _HTTP_ERRORS.get(status, (_OTHER_HTTP_ERROR, exc.name))
    sent = dict(exc.get_headers()) | dict(exc.response.headers if exc.response else {})
    return problem(
        status,
        code,
        title,
        retryable=status in (429, 503),
        headers={name: sent[name] for name in _FORWARDED_HEADERS if name in sent},
    )


def unreadable_body_response(exc: Exception) -> Response:
    """Return the response to a body that is truncated or badly chunked, which only shows while it is read."""
    return refusal_response(Malformed())


def unexpected_error_response(exc: Exception) -> Response:
    """Log an unhandled exception and return a 500 without its text."""
    log.error("unexpected", path=logged_path(), request_id=g.request_context.request_id, exc_info=exc)
    code, title = _HTTP_ERRORS[500]
    return problem(500, code, title)


def _body(
    status: int, code: str, title: str, detail: str, instance: str, request_id: str, retryable: bool
) -> dict[str, Any]:
    """Return the members common to all problems; mini-programs read `errcode` and `errmsg`."""
    return {
        "type": f"urn:shanzhi:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail or title,
        "instance": instance,
        "code": code,
        "request_id": request_id,
        "retryable": retryable,
        "errcode": status,
        "errmsg": detail or title,
    }


def http_status(refusal: type[Refusal]) -> int:
    """Return the status of a refusal class."""
    return next(REFUSAL_STATUSES[base] for base in refusal.__mro__ if base in REFUSAL_STATUSES)


def error_codes() -> list[tuple[str, int, str]]:
    """Return code, status and meaning of every error, sorted by code, for the API's documentation."""
    found = {code: (status, text) for status, (code, text) in _HTTP_ERRORS.items()}
    found |= {refusal.code: (http_status(refusal), refusal.message) for refusal in refusal_types()}
    return sorted((code, status, text) for code, (status, text) in found.items())


def all_codes() -> list[str]:
    """Return every code that a problem can have, sorted."""
    return sorted({code for code, _, _ in error_codes()} | {_OTHER_HTTP_ERROR})


def install(app: Flask) -> None:
    """Register the error handlers of `app`."""
    app.register_error_handler(Refusal, refusal_response)
    app.register_error_handler(HTTPException, http_error_response)
    for error in UNREADABLE_BODY_ERRORS:
        app.register_error_handler(error, unreadable_body_response)
    app.register_error_handler(Exception, unexpected_error_response)
