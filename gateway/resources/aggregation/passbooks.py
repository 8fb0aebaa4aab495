"""Passbooks of households and heads, and their lines (R20–R23)."""

from typing import Any

from flask.views import MethodView

from contracts.calls.aggregation import PassbookQuery
from contracts.paging import PageQuery
from gateway.blueprint import Blueprint
from gateway.item_titles import with_item_titles
from gateway.merchant_names import with_merchant_names
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.schemas.aggregation.passbooks import Passbook, PassbookLine
from gateway.security.auth import actor, signed_in
from gateway.services import aggregation

blp = Blueprint("passbooks", __name__, description="Passbooks of the behaviour bank")


@blp.route("/v1/passbooks/<account_id>")
class OnePassbook(MethodView):
    @signed_in
    @blp.arguments(PassbookQuery, location="query")
    @blp.response(200, Passbook)
    def get(self, query: PassbookQuery, account_id: str) -> Any:
        """A household's book (`hou_…`) or a head's own (`per_…`), for its owners and their staff."""
        shown = aggregation.get_passbook(actor=actor(), account_id=account_id, **query)
        return {**shown, "owners": with_person_names({"person_id": person} for person in shown["owner_ids"])}


@blp.route("/v1/passbooks/<account_id>/entries")
class Lines(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(PassbookLine))
    def get(self, query: PageQuery, account_id: str) -> Any:
        """Its lines, newest first."""
        shown = aggregation.list_passbook_entries(actor=actor(), account_id=account_id, **query)
        named = with_merchant_names(with_person_names(shown["data"]), actor())
        return page({**shown, "data": with_item_titles(named, actor()["community"])})
