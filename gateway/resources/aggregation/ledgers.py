"""Ledgers: a courtyard's daily records, the community's ledger, and its audit (R9, R22)."""

from collections.abc import Callable
from typing import Any

from flask import Response
from flask.views import MethodView

from contracts.calls import aggregation as calls
from contracts.claims import CATEGORIES
from contracts.paging import PageQuery
from gateway.blueprint import Blueprint
from gateway.documents.pool import document_pool
from gateway.item_titles import with_item_titles
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.polling import poll_while
from gateway.schemas.aggregation.ledgers import CommunityLedger, CourtyardLedger, LedgerQuery, Rebuild
from gateway.security.auth import actor, signed_in
from gateway.services import aggregation
from gateway.spreadsheets import xlsx

blp = Blueprint("ledgers", __name__, description="Daily records and accounts, for their staff")

_WHOLE = 2000
_COLUMNS = {
    "day": "日期",
    "number": "院落",
    "person_name": "姓名",
    "category_title": "类别",
    "item_title": "事项",
    "points": "积分",
    "kind_title": "记录",
    "origin_id": "依据",
    "id": "编号",
}
_KINDS = {"credit": "计入", "reversal": "更正"}


@blp.route("/v1/ledgers/courtyards/<courtyard_id>")
class OneCourtyard(MethodView):
    @signed_in
    @blp.arguments(LedgerQuery, location="query")
    @blp.response(200, CourtyardLedger)
    @blp.alt_response(200, schema={"type": "string", "format": "binary"}, content_type=xlsx.MEDIA_TYPE)
    def get(self, query: LedgerQuery, courtyard_id: str) -> Any:
        """院落台账: a courtyard's month day by day, and its head's points. JSON, or Excel."""

        def ask(**part: Any) -> dict[str, Any]:
            shown = aggregation.get_courtyard_ledger(actor=actor(), courtyard_id=courtyard_id, **part)
            return with_person_names([_with_names(shown)], "head_id")[0]

        return _answer(ask, query, "院落台账")


@blp.route("/v1/ledgers/community")
class WholeCommunity(MethodView):
    @signed_in
    @blp.arguments(LedgerQuery, location="query")
    @blp.response(200, CommunityLedger)
    @blp.alt_response(200, schema={"type": "string", "format": "binary"}, content_type=xlsx.MEDIA_TYPE)
    def get(self, query: LedgerQuery) -> Any:
        """社区台账: the month of every courtyard, and where the community's points are. JSON, or Excel."""

        def ask(**part: Any) -> dict[str, Any]:
            shown = aggregation.get_community_ledger(actor=actor(), **part)
            return _with_names(shown) | {"courtyards": with_person_names(shown["courtyards"], "head_id")}

        return _answer(ask, query, "社区台账")


@blp.route("/v1/ledgers/rebuilds")
class Rebuilds(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(Rebuild))
    def get(self, query: PageQuery) -> Any:
        """Rebuilds, newest first."""
        shown = aggregation.list_rebuilds(actor=actor(), **query)
        return page({**shown, "data": with_person_names(shown["data"], "requested_by_id")})

    @signed_in
    @blp.response(200, Rebuild)
    def post(self) -> Any:
        """Recompute every balance and board from the ledger while it is in use, correct what differs, and report it.

        `requested` if that takes longer than three seconds; ask again by id.
        """
        asked: dict[str, Any] = {**aggregation.request_rebuild(actor=actor())}
        return poll_while(asked, lambda: _rebuild(asked["id"]), "state", ("requested",))


@blp.route("/v1/ledgers/rebuilds/<rebuild_id>")
class OneRebuild(MethodView):
    @signed_in
    @blp.response(200, Rebuild)
    def get(self, rebuild_id: str) -> Any:
        """A rebuild with its report."""
        return _rebuild(rebuild_id)


def _rebuild(rebuild_id: str) -> dict[str, Any]:
    found = aggregation.get_rebuild(actor=actor(), rebuild_id=rebuild_id)
    return with_person_names([found], "requested_by_id")[0]


def _with_names(shown: calls.CourtyardLedger | calls.CommunityLedger) -> dict[str, Any]:
    return {**shown, "data": with_item_titles(with_person_names(shown["data"]), actor()["community"])}


def _answer(ask: Callable[..., dict[str, Any]], query: LedgerQuery, title: str) -> Any:
    if query["format"] == "json":
        return page(ask(period=query["period"], limit=query["limit"], cursor=query["cursor"]))
    with document_pool().slot():
        return _sheet(ask, query["period"], title)


def _sheet(ask: Callable[..., dict[str, Any]], period: str | None, title: str) -> Response:
    """Return all records of the month as a workbook."""
    shown = ask(period=period, limit=_WHOLE)
    records, cursor = list(shown["data"]), shown["next_cursor"]
    while cursor:
        further = ask(period=shown["period"], limit=_WHOLE, cursor=cursor)
        records, cursor = records + further["data"], further["next_cursor"]
    numbers = {row["courtyard_id"]: row["number"] for row in shown.get("courtyards", [shown])}
    rows = (
        row
        | {
            "number": numbers.get(row["courtyard_id"]),
            "category_title": CATEGORIES.get(row["category"]),
            "kind_title": _KINDS[row["kind"]],
        }
        for row in records
    )
    return xlsx.response(f"{title} {shown['period']}", _COLUMNS, rows, days=("day",))
