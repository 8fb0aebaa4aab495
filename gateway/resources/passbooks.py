"""Passbooks: what a household or a head has, and every line that explains it (R20–R23)."""

from typing import Any

from flask.views import MethodView

from gateway.auth import actor, signed_in
from gateway.blueprint import Blueprint
from gateway.items import titled
from gateway.paging import Page, page, page_of
from gateway.people import named
from gateway.rpc import rpc
from gateway.schemas.passbooks import Passbook, PassbookLine, PassbookQuery

blp = Blueprint("passbooks", __name__, description="The behaviour bank: what each book holds, and why")


@blp.route("/v1/passbooks/<account_id>")
class OnePassbook(MethodView):
    @signed_in
    @blp.arguments(PassbookQuery, location="query")
    @blp.response(200, Passbook)
    def get(self, query: dict[str, Any], account_id: str) -> Any:
        """A household's book (`hou_…`) or a head's own (`per_…`), for its owners and their staff."""
        shown = rpc.query("aggregation", "get_passbook", actor=actor(), account_id=account_id, **query)
        return shown | {"owners": named({"person_id": person} for person in shown["owner_ids"])}


@blp.route("/v1/passbooks/<account_id>/entries")
class Lines(MethodView):
    @signed_in
    @blp.arguments(Page, location="query")
    @blp.response(200, page_of(PassbookLine))
    def get(self, query: dict[str, Any], account_id: str) -> Any:
        """Its lines, newest first."""
        shown = rpc.query("aggregation", "list_passbook_entries", actor=actor(), account_id=account_id, **query)
        return page(shown | {"data": titled(named(shown["data"]), actor()["community"])})
