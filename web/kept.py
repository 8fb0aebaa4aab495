"""Public pages kept in memory, so that many readers cost one rendering and most of them none of Flask."""

import functools
import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Any, ParamSpec
from urllib.parse import urlencode

from cachetools import TLRUCache
from flask import Flask, Response, current_app, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.http import parse_etags
from werkzeug.sansio.utils import host_is_trusted

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

P = ParamSpec("P")
_MOST_BYTES = 16 * 1024 * 1024
_PAGE = "web.kept_page"
"""Where a request notes the page that it is answered with, if its address alone determines it."""


@dataclass(frozen=True)
class _Page:
    body: bytes
    etag: str
    expires: float
    """On the monotonic clock."""
    headers: list[tuple[str, str]] = field(default_factory=list)
    """All that the first reader was sent."""


class KeptPages:
    """The rendered pages of one process, at most 16 MiB, each for some seconds.

    It is WSGI middleware: what an address was answered before is answered before Flask is entered.
    """

    def __init__(self, app: Flask, seconds: int) -> None:
        self.seconds = seconds
        self._app, self._inner = app, app.wsgi_app
        self._pages: TLRUCache[tuple[str | None, ...], _Page] = TLRUCache(
            _MOST_BYTES, lambda key, page, now: page.expires, time.monotonic, getsizeof=lambda page: len(page.body)
        )
        self._lock = Lock()
        app.wsgi_app = self  # type: ignore[method-assign]
        app.extensions["kept_pages"] = self

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Send the page of this address if it is kept; let Flask answer otherwise, and note what it sends."""
        if environ["REQUEST_METHOD"] != "GET" or not self._is_trusted(environ.get("HTTP_HOST", "")):
            return self._inner(environ, start_response)
        address = ("address", environ["wsgi.url_scheme"], environ["PATH_INFO"], environ["QUERY_STRING"])
        if (page := self._get(address)) is None:
            return self._inner(environ, self._noting(address, environ, start_response))
        if parse_etags(environ.get("HTTP_IF_NONE_MATCH")).contains(page.etag):
            start_response("304 Not Modified", [sent for sent in page.headers if not sent[0].startswith("Content-")])
            return []
        start_response("200 OK", page.headers)
        return [page.body]

    def get_or(self, key: tuple[str | None, ...], render: Callable[[], str]) -> _Page:
        """Return the kept page, or render and keep it. What `render` raises is not kept."""
        page = self._get(key)
        if page is None:
            body = render().encode()
            page = _Page(body, hashlib.sha256(body).hexdigest()[:32], time.monotonic() + self.seconds)
            self._put(key, page)
        return page

    def forget(self) -> None:
        """Drop every kept page."""
        with self._lock:
            self._pages.clear()

    def _noting(
        self, address: tuple[str, ...], environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "StartResponse":
        def noted(status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
            page: _Page | None = environ.get(_PAGE)
            if page and status.startswith("200"):
                self._put(address, replace(page, headers=list(headers)))
            return start_response(status, headers, exc_info)

        return noted

    def _is_trusted(self, host: str) -> bool:
        return host_is_trusted(host, self._app.config["TRUSTED_HOSTS"])

    def _get(self, key: tuple[str | None, ...]) -> _Page | None:
        with self._lock:
            found: _Page | None = self._pages.get(key)
        return found

    def _put(self, key: tuple[str | None, ...], page: _Page) -> None:
        if len(page.body) <= _MOST_BYTES:
            with self._lock:
                self._pages[key] = page


def kept(*parameters: str, media_type: str = "text/html") -> Callable[[Callable[P, str]], Callable[P, Response]]:
    """Keep a page that is the same for everybody, in memory, in browsers and in proxies.

    `parameters` name what the page reads of its query. Others are hidden from it, and make no page of their own. Only
    the usual way to write them is kept as an address: there are endless others, which would displace other pages.
    """

    def decorate(view: Callable[P, str]) -> Callable[P, Response]:
        @functools.wraps(view)
        def page(*args: P.args, **kwargs: P.kwargs) -> Response:
            pages: KeptPages = current_app.extensions["kept_pages"]
            given = request.args
            read = {name: given[name] for name in parameters if name in given}
            request.args = ImmutableMultiDict(read)
            found = pages.get_or((request.path, *map(read.get, parameters)), lambda: view(*args, **kwargs))
            if request.query_string.decode("latin-1") == urlencode(read):
                request.environ[_PAGE] = found
            response = Response(found.body, mimetype=media_type)
            response.headers["Cache-Control"] = f"public, max-age={pages.seconds}"
            response.set_etag(found.etag)
            return response.make_conditional(request)  # type: ignore[return-value]

        return page

    return decorate
