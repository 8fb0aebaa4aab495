"""An in-process response cache for public pages, so that many readers cost the services one call.

    @blp.route("/v1/boards/<word:kind>")
    class Boards(MethodView):
        @publicly_cached(seconds=5)
        @blp.arguments(BoardQuery, location="query")
        @blp.response(200, Board)
        def get(self, query, kind): ...

Use it only for responses that are the same for every caller: the cache key is the path, the valid parameters that are
not at their default, and the format. Fresh responses are served by `PublicCacheMiddleware` before Flask is entered; on
a miss one thread per key runs the view. A view may add fields for the caller that are not cached.
"""

import functools
import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ParamSpec
from urllib.parse import parse_qsl

import marshmallow as ma
from flask import Response, current_app, jsonify, make_response, request
from werkzeug.http import parse_etags
from werkzeug.sansio.utils import host_is_trusted

from contracts.errors import Unauthorized
from gateway.documents.pool import document_pool
from gateway.http.content_negotiation import preferred_format
from gateway.http.request_context import RequestContext
from gateway.http.request_parser import RequestParser
from gateway.openapi.client_generators import PUBLICLY_CACHED
from gateway.openapi.decorators import describe_operation
from gateway.ttl_cache import TTLCache

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

P = ParamSpec("P")
Key = tuple[str, tuple[tuple[str, str], ...], str]
"""Path, parameters by name, format."""
_FORMAT = "format"
_PARSER = RequestParser()


@dataclass(frozen=True)
class CachedResponse:
    """A public response: its body, its own headers, and the route that produced it."""

    body: bytes
    headers: list[tuple[str, str]]
    etag: str
    route: str
    personal: bool
    """Whether signed-in callers get additional fields."""

    def size(self) -> int:
        """Return the bytes of the body."""
        return len(self.body)

    @classmethod
    def of(cls, response: Response, seconds: float, personal: bool) -> "CachedResponse":
        """Copy body, content headers and route of `response`, and add `ETag`, `Cache-Control` and `Vary`."""
        body = response.get_data()
        etag = hashlib.sha256(body).hexdigest()[:32]
        headers = [(name, value) for name, value in response.headers if name in ("Content-Type", "Content-Disposition")]
        headers += [("ETag", f'"{etag}"'), ("Cache-Control", f"public, max-age={int(seconds)}")]
        headers += [("Vary", "Accept, Authorization" if personal else "Accept")]
        return cls(body, headers, etag, str(request.url_rule), personal)

    def status_for(self, if_none_match: str | None) -> int:
        """Return 304 if the `If-None-Match` header contains the ETag, else 200."""
        return 304 if if_none_match and parse_etags(if_none_match).contains(self.etag) else 200


class _Uncacheable(Exception):
    """Carries a response that goes to its requester only."""

    def __init__(self, response: Response) -> None:
        self.response = response


def publicly_cached(
    seconds: float,
    personal: Callable[..., dict[str, Any]] | None = None,
    files: Mapping[str, Collection[str]] | None = None,
) -> Callable[[Callable[P, Any]], Callable[P, Response]]:
    """Cache the view's 200 responses for `seconds` and send `ETag` and `Cache-Control`. Errors are not cached.

    `personal(response, **view_args)` returns fields to add for callers with a valid access token. An invalid token
    is ignored, since the page is public. `files` names the parameters on which a file in that format depends; the
    others are no part of its key. A request for a file that is not cached takes a slot of the document pool, and so do
    those that wait for the same file. Invalid parameters are refused before the cache.
    """

    def decorate(view: Callable[P, Any]) -> Callable[P, Response]:
        schema: ma.Schema | None = getattr(view, "query_schema", None)

        @functools.wraps(view)
        def cached(*args: P.args, **kwargs: P.kwargs) -> Response:
            def fetch() -> CachedResponse:
                response = make_response(view(*args, **kwargs))
                if response.status_code != 200 or response.is_streamed:
                    raise _Uncacheable(response)
                return CachedResponse.of(response, seconds, personal is not None)

            cache: TTLCache[CachedResponse] = current_app.extensions["public"]
            key, is_file = _key_of_request(schema, files or {})
            try:
                with document_pool().slot() if is_file and cache.get(key) is None else nullcontext():
                    found = cache.get_or(key, fetch, seconds)
            except _Uncacheable as exc:
                return exc.response
            if personal and "Authorization" in request.headers:
                with suppress(Unauthorized):
                    public = json.loads(found.body)
                    return _private(public | personal(public, **kwargs))
            status = found.status_for(request.headers.get("If-None-Match"))
            return Response(found.body if status == 200 else b"", status, found.headers)

        description: dict[str, Any] = {PUBLICLY_CACHED: True}
        return describe_operation(cached, **description)

    return decorate


def _private(content: dict[str, Any]) -> Response:
    response = jsonify(content)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def make_conditional(response: Response) -> Response:
    """Turn `response` into an empty 304 if its ETag is in the request's `If-None-Match`."""
    etag, _ = response.get_etag()
    if etag and request.if_none_match.contains(etag):
        response.status_code = 304
        response.set_data(b"")
    return response


class PublicCacheMiddleware:
    """Serves fresh cached responses and passes every other request to `app`. Cache hits are not rate limited.

    A request for a host that is not one of `trusted_hosts` is passed on as well, and Flask refuses it.
    """

    def __init__(
        self,
        app: "WSGIApplication",
        cache: TTLCache[CachedResponse],
        headers: list[tuple[str, str]],
        trusted_hosts: list[str],
    ) -> None:
        self._app, self._cache, self._headers = app, cache, headers
        self._is_trusted = functools.lru_cache(maxsize=100)(lambda host: host_is_trusted(host, trusted_hosts))

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET" or (found := self._cache.get(_key(environ))) is None:
            return self._app(environ, start_response)
        if found.personal and "HTTP_AUTHORIZATION" in environ:
            return self._app(environ, start_response)
        if not self._is_trusted(environ.get("HTTP_HOST", "")):
            return self._app(environ, start_response)
        context = RequestContext.of(environ)
        status = found.status_for(environ.get("HTTP_IF_NONE_MATCH"))
        body = found.body if status == 200 else b""
        start_response(
            "200 OK" if status == 200 else "304 Not Modified",
            [
                *found.headers,
                *self._headers,
                ("Content-Length", str(len(body))),
                ("Request-Id", context.request_id),
            ],
        )
        context.log_response(found.route, status)
        return [body]


def _key(environ: "WSGIEnvironment") -> Key:
    """Return the key of a request whose parameters are as `_key_of_request` writes them."""
    query = environ["QUERY_STRING"]
    given = sorted(parse_qsl(query, keep_blank_values=True)) if query else []
    named_format = next((value for name, value in given if name == _FORMAT), None)
    shown_format = named_format or preferred_format(environ.get("HTTP_ACCEPT", ""))
    return environ["PATH_INFO"], tuple(pair for pair in given if pair[0] != _FORMAT), shown_format


def _key_of_request(schema: ma.Schema | None, files: Mapping[str, Collection[str]]) -> tuple[Key, bool]:
    """Return the key of the current request, and whether it asks for a file. Raise Invalid for invalid parameters."""
    query = _PARSER.parse(schema, request, location="query") if schema else {}
    shown_format = query.get(_FORMAT) or preferred_format(request.headers.get("Accept", ""))
    if shown_format not in files:
        shown_format = "json"
    names = files.get(shown_format, query)
    given = ((name, _text(name, query[name])) for name in names if name in request.args and name != _FORMAT)
    pairs = sorted(pair for pair in given if schema is None or pair[1] != str(schema.fields[pair[0]].load_default))
    return (request.path, tuple(pairs), shown_format), shown_format != "json"


def _text(name: str, value: Any) -> str:
    """Return a valid parameter in the one form that its value has in a key."""
    return str(value) if type(value) is int else request.args[name]
