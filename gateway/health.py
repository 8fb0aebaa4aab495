"""Liveness and readiness for everybody; readiness by service and metrics for operators, on a port of their own."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify

from contracts.errors import Unavailable
from gateway.observability import metrics_response
from gateway.rpc import Rpc, current_rpc
from gateway.settings import SERVICES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def install(app: Flask) -> None:
    """Add `/healthz` and `/readyz` to `app`; what is not ready is not told here."""

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="alive")

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        ready = _services(current_rpc()) == dict.fromkeys(SERVICES, True)
        return jsonify(status="ready" if ready else "unavailable"), 200 if ready else 503


class OperatorPort:
    """WSGI middleware that serves `/metrics` and `/readyz` by service on one port, and the API on all others.

    The port is that of the listener, which no header changes. Bind it to a network that only operators reach.
    """

    def __init__(self, app: Flask, port: int) -> None:
        self._app, self._public, self._port = app, app.wsgi_app, str(port)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        is_for_operators = environ["SERVER_PORT"] == self._port
        answer: WSGIApplication = self._answer(environ["PATH_INFO"]) if is_for_operators else self._public
        return answer(environ, start_response)

    def _answer(self, path: str) -> Response:
        with self._app.app_context():
            if path == "/metrics":
                return metrics_response()
            if path == "/healthz":
                return jsonify(status="alive")
            if path != "/readyz":
                return Response("not found\n", 404, content_type="text/plain")
            services = _services(current_rpc())
            ready = services is not None and all(services.values())
            status = "ready" if ready else "unavailable"
            answer = jsonify(status=status, broker=services is not None, services=services or {})
            answer.status_code = 200 if ready else 503
            return answer


def _services(rpc: Rpc) -> dict[str, bool] | None:
    """Return whether each service takes calls, or None if the broker does not answer."""
    try:
        return {service: count > 0 for service, count in rpc.transport.consumers(SERVICES).items()}
    except Unavailable:
        return None
