"""The client of the platform's HTTP API."""

import contextvars
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import httpx
from flask import current_app, request

from web import languages

_TIMEOUT_SECONDS = 10
_MOST_PAGES = 200
_CALLS_AT_ONCE = ThreadPoolExecutor(max_workers=16, thread_name_prefix="api-call")
Transport = Callable[[], httpx.BaseTransport]
"""Makes the transport of one page's calls; None in its place means the network."""


class ApiError(Exception):
    """The API refused a call or could not be reached.

    `code` is the problem's code, `errors` what is wrong by the JSON pointer of each field.
    """

    def __init__(
        self, status: int, detail: str, code: str = "temporarily_unavailable", errors: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.code, self.errors = status, detail, code, dict(errors or {})


def send(method: str, path: str, *, headers: Mapping[str, str] | None = None, **content: Any) -> httpx.Response:
    """Send one request, `content` as httpx takes it. Raise ApiError for a refusal, 503 when there is no answer."""
    settings = current_app.extensions["web_settings"]
    transport: Transport | None = current_app.extensions["api_transport"]
    try:
        with httpx.Client(
            base_url=settings.api_url, timeout=_TIMEOUT_SECONDS, transport=transport() if transport else None
        ) as client:
            answer = client.request(method, path, headers={**_headers(), **(headers or {})}, **content)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "平台暂时没有答复，请稍后再试") from error
    if answer.is_error:
        raise _refusal(answer)
    return answer


def get(path: str, **query: str | int | None) -> dict[str, Any]:
    """Return what a GET answers. Raise ApiError with its status and detail, 503 when there is no answer."""
    body: dict[str, Any] = send("GET", path, params=given(query)).json()
    return body


def given(query: Mapping[str, str | int | None]) -> dict[str, str | int]:
    """Return the parameters that have a value."""
    return {name: value for name, value in query.items() if value is not None}


def rows(path: str, **query: str | int | None) -> list[dict[str, Any]]:
    """Return the rows of all pages of a list."""
    return all_rows(lambda cursor: get(path, limit=100, cursor=cursor, **query))


def all_rows(page_of: Callable[[str | None], dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of every page; `page_of` returns the page at a cursor."""
    found: list[dict[str, Any]] = []
    cursor = None
    for _ in range(_MOST_PAGES):
        part = page_of(cursor)
        found += part["data"]
        if (cursor := part["next_cursor"]) is None:
            break
    return found


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Return what independent calls of one page answer, made at the same time. Raise the first error by their order."""
    running = [_CALLS_AT_ONCE.submit(contextvars.copy_context().run, call) for call in calls[1:]]
    try:
        first = [call() for call in calls[:1]]
    finally:
        for each in running:
            each.exception()
    return first + [each.result() for each in running]


def _headers() -> dict[str, str]:
    headers = {"Accept": "application/json", "X-Forwarded-For": request.remote_addr or ""}
    if languages.language() == "en":
        headers["Accept-Language"] = "en"
    if (request_id := request.headers.get("Request-Id", "")).isascii() and request_id.isprintable() and request_id:
        headers["Request-Id"] = request_id
    return headers


def _refusal(answer: httpx.Response) -> ApiError:
    try:
        problem = answer.json()
        errors = dict(_field_error(error) for error in problem.get("errors", ()))
        return ApiError(answer.status_code, str(problem["detail"]), str(problem.get("code", "http_error")), errors)
    except (ValueError, KeyError, TypeError, AttributeError):
        return ApiError(answer.status_code, HTTPStatus(answer.status_code).phrase, "http_error")


def _field_error(error: Mapping[str, Any]) -> tuple[str, str]:
    """Return the pointer of a field and what is wrong; a cell of a workbook is named, and stands for a field."""
    if cell := error.get("cell"):
        return str(error["pointer"]) or f"/{cell}", f"{cell}：{error['detail']}"
    return error["pointer"], str(error["detail"])
