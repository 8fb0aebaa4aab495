"""Calls of the platform's API on behalf of who is signed in at the desk.

The access token is renewed before it ends, and once more when the API says that it has ended.
"""

import threading
from http import HTTPStatus
from time import time
from typing import Any

import httpx
from flask import Response, current_app, g, request, session
from werkzeug.datastructures import FileStorage

from web import api
from web.api import ApiError, all_rows, given, together

__all__ = [
    "ApiError",
    "SessionOver",
    "delete",
    "download",
    "get",
    "page",
    "post",
    "put",
    "rows",
    "together",
    "upload",
    "upload_table",
]

_RENEW_SECONDS_BEFORE = 30
_RENEWABLE = {"token_invalid", "session_revoked", "unauthorized"}
_PAGE_ROWS = 20
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SessionOver(Exception):
    """Nobody is signed in, or their session ended."""


def begin(tokens: dict[str, Any]) -> None:
    """Keep the tokens of a sign-in or a renewal in the session."""
    current_app.extensions["callers"].forget(tokens["access_token"])
    kept: dict[str, Any] = session.get("tokens", {})
    session["tokens"] = {
        "access": tokens["access_token"],
        "refresh": tokens.get("refresh_token", kept.get("refresh")),
        "until": int(time()) + tokens["expires_in"],
        "limited": tokens["limited"],
    }


def end() -> None:
    """Forget the tokens; the rest of the session stays, so that a form that is open can still be sent."""
    current_app.extensions["callers"].forget(token())
    session.pop("tokens", None)


def token() -> str:
    """Return the access token of the session, empty if nobody is signed in."""
    return str(session.get("tokens", {}).get("access", ""))


def is_limited() -> bool:
    """Return whether the session may only enrol a second factor."""
    return bool(session.get("tokens", {}).get("limited"))


def get(path: str, **query: str | int | None) -> dict[str, Any]:
    """Return what a GET answers. Raise ApiError or SessionOver, as every function of this module."""
    body: dict[str, Any] = _send("GET", path, params=given(query)).json()
    return body


def page(path: str, **query: str | int | None) -> dict[str, Any]:
    """Return one page of a list, at the cursor in the address of the page of the desk."""
    return get(path, limit=_PAGE_ROWS, cursor=request.args.get("cursor") or None, **query)


def rows(path: str, **query: str | int | None) -> list[dict[str, Any]]:
    """Return the rows of all pages of a list."""
    return all_rows(lambda cursor: get(path, limit=100, cursor=cursor, **query))


def post(path: str, body: object = None, *, key: str, **query: str | int | None) -> dict[str, Any]:
    """Return what a POST answers; `key` is the form's, so that a repeat has no second effect."""
    return _change("POST", path, body, key, query)


def put(path: str, body: object, *, key: str | None = None) -> dict[str, Any]:
    """Return what a PUT answers."""
    return _change("PUT", path, body, key, {})


def delete(path: str, *, key: str | None = None) -> dict[str, Any]:
    """Return what a DELETE answers; empty if nothing."""
    return _change("DELETE", path, None, key, {})


def upload(path: str, file: FileStorage, *, key: str, **fields: str) -> dict[str, Any]:
    """Return what a POST of a file answers."""
    content = (file.filename or "file", file.stream, file.mimetype or "application/octet-stream")
    headers = {"Idempotency-Key": key}
    body: dict[str, Any] = _send("POST", path, headers=headers, files={"file": content}, data=fields).json()
    return body


def upload_table(path: str, file: FileStorage, *, key: str, **query: str | int | None) -> dict[str, Any]:
    """Return what a POST answers whose body is a workbook or a text file."""
    media_type = _XLSX if (file.filename or "").lower().endswith(".xlsx") else "text/csv"
    headers = {"Idempotency-Key": key, "Content-Type": media_type}
    content = file.stream.read()
    body: dict[str, Any] = _send("POST", path, headers=headers, params=given(query), content=content).json()
    return body


def download(path: str, accept: str = "*/*", **query: str | int | None) -> Response:
    """Return a file of the API as the answer of a page, under the API's name for it."""
    answer = _send("GET", path, headers={"Accept": accept}, params=given(query))
    response = Response(answer.content, mimetype=answer.headers.get("Content-Type", "application/octet-stream"))
    response.headers["Content-Disposition"] = answer.headers.get("Content-Disposition", "attachment")
    return response


def _change(
    method: str, path: str, body: object, key: str | None, query: dict[str, str | int | None]
) -> dict[str, Any]:
    headers = {"Idempotency-Key": key} if key else {}
    json = {} if body is None else {"json": body}
    answer = _send(method, path, headers=headers, params=given(query), **json)
    content: dict[str, Any] = answer.json() if answer.content else {}
    return content


def _send(method: str, path: str, *, headers: dict[str, str] | None = None, **content: Any) -> httpx.Response:
    token = _access_token()
    try:
        return api.send(method, path, headers={**(headers or {}), "Authorization": f"Bearer {token}"}, **content)
    except ApiError as error:
        if error.status != HTTPStatus.UNAUTHORIZED or error.code not in _RENEWABLE:
            raise
    for file in content.get("files", {}).values():
        file[1].seek(0)
    token = _renewed(token)
    try:
        return api.send(method, path, headers={**(headers or {}), "Authorization": f"Bearer {token}"}, **content)
    except ApiError as error:
        if error.status != HTTPStatus.UNAUTHORIZED or error.code not in _RENEWABLE:
            raise
        end()
        raise SessionOver from error


def _access_token() -> str:
    tokens = session.get("tokens")
    if tokens is None:
        raise SessionOver
    token: str = tokens["access"]
    return _renewed(token) if tokens["until"] - _RENEW_SECONDS_BEFORE < time() else token


def _renewed(used: str) -> str:
    """Return the token that follows `used`. Calls of one page at the same time renew it once."""
    lock: threading.Lock = g.setdefault("renewing", threading.Lock())
    with lock:
        tokens = session.get("tokens")
        if tokens is None or not tokens["refresh"]:
            raise SessionOver
        if tokens["access"] == used:
            try:
                begin(api.send("POST", "/v1/sessions/refresh", json={"refresh_token": tokens["refresh"]}).json())
            except ApiError as error:
                if error.status != HTTPStatus.UNAUTHORIZED:
                    raise
                end()
                raise SessionOver from error
        renewed: str = session["tokens"]["access"]
        return renewed
