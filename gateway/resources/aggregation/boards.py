"""Boards: public ranks of residents, households and courtyards (R22, R23)."""

from typing import Any

from flask import request
from flask.views import MethodView

from contracts.calls import aggregation as calls
from contracts.calls.aggregation import BoardKind, BoardQuery
from contracts.schema import schema_of
from gateway.blueprint import Blueprint
from gateway.http.public_cache import publicly_cached
from gateway.paging import page
from gateway.person_names import with_person_names
from gateway.public_labels import find_labels
from gateway.schemas.aggregation.boards import Board, OwnPlace
from gateway.security.auth import actor
from gateway.services import aggregation

blp = Blueprint("boards", __name__, description="Ranks by points")


def _own(shown: dict[str, Any], kind: BoardKind) -> dict[str, Any]:
    """Return the caller's own place on a public board."""
    by = actor()
    if by["person"] is None or by["community"] != request.args["community_id"]:
        return {"own": None}
    found = aggregation.get_own_place(actor=by, kind=kind, period=shown["period"], category=shown["category"])
    if found is None:
        return {"own": None}
    return {"own": schema_of(OwnPlace)().dump(with_person_names([found], "person_id", "head_id")[0])}


@blp.route("/v1/boards/<any(residents, households, courtyards):kind>")
class Boards(MethodView):
    @publicly_cached(seconds=5, personal=_own)
    @blp.arguments(BoardQuery, location="query")
    @blp.response(200, Board)
    def get(self, query: BoardQuery, kind: BoardKind) -> Any:
        """Ranks by final points of household books; spending does not change them. People show as *policy* allows.

        A caller with a valid access token also gets their own place, under `own`.
        """
        shown = aggregation.get_board(kind=kind, **query)
        return page({**shown, "data": _public_places(shown, kind, query["community_id"])})


def _public_places(board: calls.Board, kind: BoardKind, community_id: str) -> list[dict[str, Any]]:
    """Return the places with the names and courtyards that the public sees."""
    if kind == "courtyards":
        return with_person_names(board["data"], "head_id", masked=board["view"]["masked"])
    labels = find_labels(board["data"], community_id, board["view"], board["day"], kind)
    return [
        {
            "rank": place["rank"],
            "points": place["points"],
            "person_name": label["name"],
            "row": label["row"],
            "courtyard_id": label["courtyard_id"],
            "number": label["courtyard_number"],
        }
        for place, label in zip(board["data"], labels, strict=True)
    ]
