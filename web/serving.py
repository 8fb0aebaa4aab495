"""Gateway and pages in one process: `/v1` is the API, `/app/` the residents' app, every other path a page.

gunicorn --config gateway/gunicorn.conf.py "web.serving:create_app()"
"""

from typing import TYPE_CHECKING

import httpx
from flask import Flask, request

from gateway.app import create_app as create_gateway
from web.app import create_app as create_pages
from web.resident_app import create_app as create_resident_app

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_API_PATHS = ("/v1", "/healthz", "/readyz", "/metrics", "/openapi.json", "/docs")


class _ByPath:
    """Sends each request to the API, to the residents' app or to the pages, by its path."""

    def __init__(self, api: "WSGIApplication", resident_app: "WSGIApplication", pages: "WSGIApplication") -> None:
        self._api, self._resident_app, self._pages = api, resident_app, pages

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        return self._application_of(environ["PATH_INFO"])(environ, start_response)

    def _application_of(self, path: str) -> "WSGIApplication":
        if any(path == prefix or path.startswith(f"{prefix}/") for prefix in _API_PATHS):
            return self._api
        return self._resident_app if path == "/app" or path.startswith("/app/") else self._pages


def create_app() -> Flask:
    """Return the gateway, which serves the pages as well. A page calls the API in the same process, by no socket."""
    gateway = create_gateway()
    api = gateway.wsgi_app

    def transport() -> httpx.WSGITransport:
        return httpx.WSGITransport(app=api, remote_addr=request.remote_addr or "127.0.0.1")  # whom limits count

    gateway.wsgi_app = _ByPath(api, create_resident_app(), create_pages(transport=transport))  # type: ignore[method-assign]
    return gateway
