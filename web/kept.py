"""Public pages kept in memory, so that many readers cost one rendering."""

import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import ParamSpec

from cachetools import TTLCache
from flask import Flask, Response, current_app, request
from werkzeug.datastructures import ImmutableMultiDict

P = ParamSpec("P")
_MOST_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class _Page:
    body: bytes
    etag: str


class KeptPages:
    """The rendered pages of one process, at most 16 MiB, each for some seconds."""

    def __init__(self, app: Flask, seconds: int) -> None:
        self.seconds = seconds
        self._pages: TTLCache[tuple[str | None, ...], _Page] = TTLCache(
            _MOST_BYTES, seconds, getsizeof=lambda page: len(page.body)
        )
        self._lock = Lock()
        app.extensions["kept_pages"] = self

    def get_or(self, key: tuple[str | None, ...], render: Callable[[], str]) -> _Page:
        """Return the kept page, or render and keep it. What `render` raises is not kept."""
        with self._lock:
            page = self._pages.get(key)
        if page is None:
            body = render().encode()
            page = _Page(body, hashlib.sha256(body).hexdigest()[:32])
            if len(body) <= _MOST_BYTES:
                with self._lock:
                    self._pages[key] = page
        return page


def kept(*parameters: str) -> Callable[[Callable[P, str]], Callable[P, Response]]:
    """Keep a page that is the same for everybody, in memory, in browsers and in proxies.

    `parameters` name what the page reads of its query. Others are hidden from it, and make no page of their own.
    """

    def decorate(view: Callable[P, str]) -> Callable[P, Response]:
        @functools.wraps(view)
        def page(*args: P.args, **kwargs: P.kwargs) -> Response:
            pages: KeptPages = current_app.extensions["kept_pages"]
            read = {name: request.args[name] for name in parameters if name in request.args}
            request.args = ImmutableMultiDict(read)
            key = (request.path, *map(read.get, parameters))
            found = pages.get_or(key, lambda: view(*args, **kwargs))
            response = Response(found.body, mimetype="text/html")
            response.headers["Cache-Control"] = f"public, max-age={pages.seconds}"
            response.set_etag(found.etag)
            return response.make_conditional(request)  # type: ignore[return-value]

        return page

    return decorate
