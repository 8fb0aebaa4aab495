"""Boards: residents, households and courtyards by points, for everybody (R22, R23)."""

from typing import Any

from flask.views import MethodView

from gateway.blueprint import Blueprint
from gateway.cache import public
from gateway.paging import page
from gateway.people import named
from gateway.rpc import rpc
from gateway.schemas.boards import Board, BoardQuery

blp = Blueprint("boards", __name__, description="Who stands where")


@blp.route("/v1/boards/<any(residents, households, courtyards):kind>")
class Boards(MethodView):
    @public(seconds=5)
    @blp.arguments(BoardQuery, location="query")
    @blp.response(200, Board)
    def get(self, query: dict[str, Any], kind: str) -> Any:
        """Places by final points of household books; spending does not change them. Names are masked (*policy*)."""
        shown = rpc.query("aggregation", "get_board", kind=kind, **query)
        return page(shown | {"data": named(shown["data"], "person_id", "head_id", masked=shown["masked"])})
