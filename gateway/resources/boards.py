"""Boards: residents, households and courtyards by points, for everybody (R22, R23)."""

from typing import Any

from flask import request
from flask.views import MethodView

from gateway.blueprint import Blueprint
from gateway.http.public_cache import publicly_cached
from gateway.paging import page
from gateway.person_names import with_person_names
from gateway.rpc import rpc
from gateway.schemas.boards import Board, BoardQuery, OwnPlace
from gateway.security.auth import actor

blp = Blueprint("boards", __name__, description="Who stands where")


def _own(shown: dict[str, Any], kind: str) -> dict[str, Any]:
    """The caller's own place on the board that is shown to everybody."""
    by = actor()
    if by["person"] is None or by["community"] != request.args["community_id"]:
        return {"own": None}
    which = {"kind": kind, "period": shown["period"], "category": shown["category"]}
    found = rpc.query("aggregation", "get_own_place", actor=by, **which)
    return {"own": OwnPlace().dump(with_person_names([found], "person_id", "head_id")[0]) if found else None}


@blp.route("/v1/boards/<any(residents, households, courtyards):kind>")
class Boards(MethodView):
    @publicly_cached(seconds=5, personal=_own)
    @blp.arguments(BoardQuery, location="query")
    @blp.response(200, Board)
    def get(self, query: dict[str, Any], kind: str) -> Any:
        """Places by final points of household books; spending does not change them. Names are masked (*policy*).

        Whoever sends a valid access token gets his own place besides, under `own`.
        """
        shown = rpc.query("aggregation", "get_board", kind=kind, **query)
        return page(shown | {"data": with_person_names(shown["data"], "person_id", "head_id", masked=shown["masked"])})
