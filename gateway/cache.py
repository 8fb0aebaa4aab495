"""Public answers kept for a few seconds, so that many readers cost the services one call.

    @blp.route("/v1/boards/<word:kind>")
    class Boards(MethodView):
        @public(seconds=5)
        @blp.arguments(BoardQuery, location="query")
        @blp.response(200, Board)
        def get(self, query, kind): ...

Only for answers that are the same for everybody: the key is the address and the kind of document. What is fresh is
answered by `Front` before Flask begins; what is not goes the ordinary way, one thread for each address. To what is kept
a view may add something of the caller's own, which is not kept.
"""

import functools
import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

from flask import Response, current_app, jsonify, make_response, request
from werkzeug.http import parse_etags

from contracts.errors import Unauthorized
from gateway import kinds, observe

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

P = ParamSpec("P")
V = TypeVar("V")


class Recent(Generic[V]):
    """Values that stay true for a few seconds; one thread at a time fetches one key, the others wait for it."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, tuple[float, V]] = OrderedDict()
        self._turns: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> V | None:
        """What is kept under `key`, if it is still fresh."""
        found = self._kept.get(key)
        return found[1] if found and found[0] > time.monotonic() else None

    def put(self, key: Hashable, value: V, seconds: float) -> None:
        """Keep `value` for `seconds`; the oldest makes room."""
        with self._lock:
            self._kept[key] = (time.monotonic() + seconds, value)
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)

    def get_or(self, key: Hashable, fetch: Callable[[], V], seconds: float) -> V:
        """What is kept, or else what `fetch` gives; an exception of `fetch` is not kept."""
        if (found := self.get(key)) is not None:
            return found
        with self._lock:
            turn = self._turns.setdefault(key, threading.Lock())
        with turn:
            if (found := self.get(key)) is not None:
                return found
            try:
                value = fetch()
                self.put(key, value, seconds)
                return value
            finally:
                with self._lock:
                    self._turns.pop(key, None)


@dataclass(frozen=True)
class Kept:
    """A public answer: its body, the headers that belong to it, and the route it came from."""

    body: bytes
    headers: list[tuple[str, str]]
    etag: str
    route: str
    personal: bool
    """Who is signed in gets something of his own besides."""

    @classmethod
    def of(cls, response: Response, seconds: float, personal: bool) -> "Kept":
        """`response` as it will be repeated."""
        body = response.get_data()
        etag = hashlib.sha256(body).hexdigest()[:32]
        headers = [(name, value) for name, value in response.headers if name in ("Content-Type", "Content-Disposition")]
        headers += [("ETag", f'"{etag}"'), ("Cache-Control", f"public, max-age={int(seconds)}")]
        headers += [("Vary", "Accept, Authorization" if personal else "Accept")]
        return cls(body, headers, etag, str(request.url_rule), personal)

    def status_for(self, if_none_match: str | None) -> int:
        """304 for who has it already."""
        return 304 if if_none_match and parse_etags(if_none_match).contains(self.etag) else 200


class _NotKept(Exception):
    """Carries an answer that is not to be kept past the one who asked."""

    def __init__(self, response: Response) -> None:
        self.response = response


def public(
    seconds: float, personal: Callable[..., dict[str, Any]] | None = None
) -> Callable[[Callable[P, Any]], Callable[P, Response]]:
    """Answer from memory for `seconds`, with `ETag`, 304 and `Cache-Control`. Refusals are not kept.

    `personal(answer, **kwargs)`, with what the path names, is what callers with a valid access token get besides; any
    other token counts for none, since what is public is refused to nobody.
    """

    def decorate(view: Callable[P, Any]) -> Callable[P, Response]:
        @functools.wraps(view)
        def cached(*args: P.args, **kwargs: P.kwargs) -> Response:
            def fetch() -> Kept:
                response = make_response(view(*args, **kwargs))
                if response.status_code != 200 or response.is_streamed:
                    raise _NotKept(response)
                return Kept.of(response, seconds, personal is not None)

            memory: Recent[Kept] = current_app.extensions["public"]
            try:
                kept = memory.get_or(_key(request.environ), fetch, seconds)
            except _NotKept as exc:
                return exc.response
            if personal and "Authorization" in request.headers:
                with suppress(Unauthorized):
                    answer = json.loads(kept.body)
                    return _private(answer | personal(answer, **kwargs))
            status = kept.status_for(request.headers.get("If-None-Match"))
            return Response(kept.body if status == 200 else b"", status, kept.headers)

        return cached

    return decorate


def _private(answer: dict[str, Any]) -> Response:
    response = jsonify(answer)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def unless_known(answer: Response) -> Response:
    """The answer, without its body for who has it already by `If-None-Match`."""
    etag, _ = answer.get_etag()
    if etag and request.if_none_match.contains(etag):
        answer.status_code = 304
        answer.set_data(b"")
    return answer


class Front:
    """Answers what is kept and fresh, and hands everything else to `app`. Such answers count towards no rate limit."""

    def __init__(self, app: "WSGIApplication", memory: Recent[Kept], headers: list[tuple[str, str]]) -> None:
        self._app, self._memory, self._headers = app, memory, headers

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET" or (kept := self._memory.get(_key(environ))) is None:
            return self._app(environ, start_response)
        if kept.personal and "HTTP_AUTHORIZATION" in environ:
            return self._app(environ, start_response)
        visit = observe.Visit.of(environ)
        status = kept.status_for(environ.get("HTTP_IF_NONE_MATCH"))
        body = kept.body if status == 200 else b""
        start_response(
            "200 OK" if status == 200 else "304 Not Modified",
            [
                *kept.headers,
                *self._headers,
                ("Content-Length", str(len(body))),
                ("Request-Id", visit.request_id),
            ],
        )
        visit.note(kept.route, status)
        return [body]


def _key(environ: "WSGIEnvironment") -> tuple[str, str, str]:
    return environ["PATH_INFO"], environ["QUERY_STRING"], kinds.accepted(environ.get("HTTP_ACCEPT", ""))
