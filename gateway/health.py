"""Liveness, readiness and metrics endpoints for operators."""

from flask import Flask, Response, jsonify

from contracts.errors import Unavailable
from gateway.observability import metrics_response
from gateway.rpc import current_rpc
from gateway.settings import SERVICES


def install(app: Flask) -> None:
    """Add `/healthz`, `/readyz` and `/metrics` to `app`."""

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="alive")

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        try:
            consumers = current_rpc().transport.consumers(SERVICES)
        except Unavailable:
            return jsonify(status="unavailable", broker=False, services={}), 503
        services = {service: count > 0 for service, count in consumers.items()}
        ready = all(services.values())
        status = "ready" if ready else "unavailable"
        return jsonify(status=status, broker=True, services=services), 200 if ready else 503

    @app.get("/metrics")
    def metrics() -> Response:
        return metrics_response()
