"""The client of the platform's HTTP API."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import httpx
from flask import current_app, request

_TIMEOUT_SECONDS = 10
_MOST_PAGES = 200
Transport = Callable[[], httpx.BaseTransport]
"""Makes the transport of one page's calls; None in its place means the network."""


class ApiError(Exception):
    """The API refused a call or could not be reached."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


def get(path: str, **query: str | int | None) -> dict[str, Any]:
    """Return what a GET answers. Raise ApiError with its status and detail, 503 when there is no answer."""
    settings = current_app.extensions["web_settings"]
    transport: Transport | None = current_app.extensions["api_transport"]
    given = {name: value for name, value in query.items() if value is not None}
    headers = {"Accept": "application/json", "X-Forwarded-For": request.remote_addr or ""}
    if (request_id := request.headers.get("Request-Id", "")).isascii() and request_id.isprintable() and request_id:
        headers["Request-Id"] = request_id
    try:
        with httpx.Client(
            base_url=settings.api_url, timeout=_TIMEOUT_SECONDS, transport=transport() if transport else None
        ) as client:
            answer = client.get(path, params=given, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "平台暂时没有答复，请稍后再试") from error
    if answer.is_error:
        raise ApiError(answer.status_code, _detail_of(answer))
    body: dict[str, Any] = answer.json()
    return body


def rows(path: str, **query: str | int | None) -> list[dict[str, Any]]:
    """Return the rows of all pages of a list."""
    found: list[dict[str, Any]] = []
    cursor = None
    for _ in range(_MOST_PAGES):
        part = get(path, limit=100, cursor=cursor, **query)
        found += part["data"]
        if (cursor := part["next_cursor"]) is None:
            break
    return found


def _detail_of(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return HTTPStatus(answer.status_code).phrase
