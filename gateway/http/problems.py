"""Errors are answers: every one leaves the gateway as RFC 9457 `application/problem+json`.

A refusal's family decides its status (`gateway.refusals`); its `code` is for programs, its texts are for people.
"""

import json
from collections.abc import Iterable
from typing import Any

import structlog
from flask import Flask, Response, g, request
from gunicorn.http.errors import NoMoreData, ParseException
from werkzeug.exceptions import HTTPException

from contracts.errors import Malformed, Refusal
from gateway import rpc_errors

log = structlog.get_logger("gateway.problems")

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 1
UNREADABLE_BODY_ERRORS = (ParseException, NoMoreData)
"""What the server raises where a body is read."""

# What HTTP itself refuses: status → code and text.
_HTTP: dict[int, tuple[str, str]] = {
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
_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate", "Content-Range")


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
    """The answer to a request of the application that is refused."""
    body = _body(status, code, title, detail, request.path, g.visit.request_id, retryable)
    if errors := list(errors):
        body["errors"] = errors
    if facts:
        body["facts"] = facts
    answer = Response(json.dumps(body, ensure_ascii=False), status, content_type=MEDIA_TYPE)
    answer.headers["Cache-Control"] = "no-store"
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="shanzhi"'
    if retryable:
        answer.headers["Retry-After"] = str(RETRY_SECONDS)
    for name, value in (headers or {}).items():
        answer.headers[name] = value
    return answer


def problem_of_status(status: int, request_id: str) -> dict[str, Any]:
    """The problem of a request that could not even be read; nobody knows what it was about."""
    code, title = _HTTP[status]
    return _body(status, code, title, "", "", request_id, False)


def refusal_response(exc: Refusal) -> Response:
    """A refusal of ours, raised here or by a service."""
    return problem(
        rpc_errors.http_status(type(exc)),
        exc.code,
        exc.message,
        detail=exc.detail,
        retryable=exc.retryable,
        errors=exc.errors,
        facts=exc.facts,
    )


def http_error_response(exc: HTTPException) -> Response | HTTPException:
    """What Flask, werkzeug or the rate limiter refused."""
    status = exc.code or 500
    if status < 400:
        return exc
    code, title = _HTTP.get(status, ("http_error", exc.name))
    given = dict(exc.get_headers()) | dict(exc.response.headers if exc.response else {})
    return problem(
        status,
        code,
        title,
        retryable=status in (429, 503),
        headers={name: given[name] for name in _KEPT_HEADERS if name in given},
    )


def unreadable_body_response(exc: Exception) -> Response:
    """A body that breaks off, or is not in the chunks it is said to be in: found out while it is read."""
    return refusal_response(Malformed())


def unexpected_error_response(exc: Exception) -> Response:
    """A fault of ours: logged in full, answered without its text."""
    log.error("unexpected", path=request.path, request_id=g.visit.request_id, exc_info=exc)
    code, title = _HTTP[500]
    return problem(500, code, title)


def _body(
    status: int, code: str, title: str, detail: str, instance: str, request_id: str, retryable: bool
) -> dict[str, Any]:
    """The one shape of every error; `errcode`/`errmsg` are what mini-programs look for."""
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


def error_codes() -> list[tuple[str, int, str]]:
    """Every code the platform answers with, its status and its meaning; for the documentation."""
    found = {code: (status, text) for status, (code, text) in _HTTP.items()}
    found |= {kind.code: (rpc_errors.http_status(kind), kind.message) for kind in rpc_errors.refusal_types()}
    return sorted((code, status, text) for code, (status, text) in found.items())


def install(app: Flask) -> None:
    """Answer every error of `app` as a problem."""
    app.register_error_handler(Refusal, refusal_response)
    app.register_error_handler(HTTPException, http_error_response)
    for kind in UNREADABLE_BODY_ERRORS:
        app.register_error_handler(kind, unreadable_body_response)
    app.register_error_handler(Exception, unexpected_error_response)
