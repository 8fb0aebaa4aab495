"""A gateway whose services permit everything, to upload hostile files to."""

from collections.abc import Iterable
from typing import Any

from flask import Flask, jsonify

from gateway.app import create_app as create_gateway
from gateway.decoding.pool import DecodingPool
from gateway.rpc import Transport
from gateway.security import auth

_REPORT = dict.fromkeys(("lines", "grids", "courtyards", "households", "residents", "heads"), 0)


class PermissiveServices(Transport):
    """A `gateway.rpc.Transport` that registers every upload."""

    def __init__(self) -> None:
        self._uploads = 0

    def call(self, service: str, method: str, kwargs: dict[str, Any], context: dict[str, Any]) -> Any:
        match method:
            case "register_evidence":
                self._uploads += 1
                about = {"id": f"evd_{self._uploads}", "uploaded_by_id": kwargs["actor"]["person"]}
                return _reply(about | kwargs | {"uploaded_at": "2026-11-23T04:00:00Z"})
            case "roster_columns":
                return [{"heading": "姓名", "synonyms": [], "required": True, "example": "张三"}]
            case "import_roster":
                return _reply(_REPORT | {"errors": [], "notes": []})
            case "hand_in_roster":
                return _reply({"id": "ros_1", "state": "waiting"})
            case "draft_rulebook":
                return _reply({"id": "rbk_1", "title": kwargs["title"], "items": []})
        return None

    def consumers(self, services: Iterable[str]) -> dict[str, int]:
        return dict.fromkeys(services, 1)


def create_app() -> Flask:
    """Return the gateway, with two more operations: a token for a person, and the memory that files took."""
    app = create_gateway(transport=PermissiveServices())

    @app.get("/test/token/<person>")
    def token(person: str) -> str:
        return auth.issue_access_token(person, "com_1", f"ses_{person}")

    @app.get("/test/peak")
    def peak() -> Any:
        pool: DecodingPool = app.extensions["decoding"]
        return jsonify(peak_kb=pool.processes.peak_kb)

    return app


def _reply(data: dict[str, Any]) -> dict[str, Any]:
    return {"data": data, "replayed": False}
