"""Public answers kept for a few seconds, so that many readers cost the services one call.

    @blp.route("/v1/boards/<word:kind>")
    class Boards(MethodView):
        @public(seconds=5)
        @blp.arguments(BoardQuery, location="query")
        @blp.response(200, Board)
        def get(self, query, kind): ...

Only for answers that are the same for everybody: the key is the address and nothing else.
"""

import functools
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, TypeVar

from flask import Response, current_app, make_response, request

P = ParamSpec("P")
V = TypeVar("V")


class Recent(Generic[V]):
    """Values that stay true for a few seconds; one thread at a time fetches one key, the others wait for it."""

    def __init__(self, seconds: float, size: int = 512) -> None:
        self._seconds, self._size = seconds, size
        self._kept: OrderedDict[Hashable, tuple[float, V]] = OrderedDict()
        self._fetching: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> V | None:
        """What is kept under `key`, if it is still fresh."""
        found = self._kept.get(key)
        return found[1] if found and found[0] > time.monotonic() else None

    def put(self, key: Hashable, value: V) -> None:
        """Keep `value` from now on; the oldest makes room."""
        with self._lock:
            self._kept[key] = (time.monotonic() + self._seconds, value)
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)

    def get_or(self, key: Hashable, fetch: Callable[[], V]) -> V:
        """What is kept, or else what `fetch` gives; an exception of `fetch` is not kept."""
        if (found := self.get(key)) is not None:
            return found
        with self._lock:
            turn = self._fetching.setdefault(key, threading.Lock())
        with turn:
            if (found := self.get(key)) is not None:
                return found
            try:
                value = fetch()
                self.put(key, value)
                return value
            finally:
                with self._lock:
                    self._fetching.pop(key, None)


@dataclass(frozen=True)
class _Kept:
    body: bytes
    content_type: str
    etag: str
    status: int
    disposition: str | None


class _NotKept(Exception):
    """Carries an answer that is not to be kept past the one who asked."""

    def __init__(self, response: Response) -> None:
        self.response = response


def public(seconds: float) -> Callable[[Callable[P, Any]], Callable[P, Response]]:
    """Answer from memory for `seconds`, with `ETag`, 304 and `Cache-Control`. Refusals are not kept."""

    def decorate(view: Callable[P, Any]) -> Callable[P, Response]:
        @functools.wraps(view)
        def cached(*args: P.args, **kwargs: P.kwargs) -> Response:
            answers: Recent[_Kept] = current_app.extensions["public"].setdefault(cached, Recent(seconds))

            def fetch() -> _Kept:
                response = make_response(view(*args, **kwargs))
                if response.status_code != 200 or response.is_streamed:
                    raise _NotKept(response)
                body = response.get_data()
                return _Kept(
                    body,
                    response.headers["Content-Type"],
                    hashlib.sha256(body).hexdigest()[:32],
                    response.status_code,
                    response.headers.get("Content-Disposition"),
                )

            try:
                kept = answers.get_or((request.path, request.query_string), fetch)
            except _NotKept as exc:
                return exc.response
            return _answer(kept, seconds)

        return cached

    return decorate


def _answer(kept: _Kept, seconds: float) -> Response:
    if request.if_none_match.contains(kept.etag):
        response = Response(status=304)
    else:
        response = Response(kept.body, kept.status, content_type=kept.content_type)
        if kept.disposition:
            response.headers["Content-Disposition"] = kept.disposition
    response.headers["ETag"] = f'"{kept.etag}"'
    response.headers["Cache-Control"] = f"public, max-age={int(seconds)}"
    return response
