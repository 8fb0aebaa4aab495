"""Statements of a passbook, month by month, to read or to print (R23)."""

from typing import Any

from flask.views import MethodView

from contracts.calls.aggregation import PassbookStatement
from contracts.paging import PageQuery
from gateway import pdf
from gateway.blueprint import Blueprint
from gateway.chinese_dates import day_title, month_title
from gateway.documents.pool import document_pool
from gateway.item_titles import with_item_titles
from gateway.merchant_names import with_merchant_names
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.schemas.aggregation.statements import PassbookStatementWithLines, StatementQuery
from gateway.security.auth import actor, signed_in
from gateway.services import aggregation

blp = Blueprint("statements", __name__, description="A passbook's months")

_WHOLE = 2000
_KINDS = {
    "credit": "计入",
    "reversal": "更正",
    "capture": "兑换",
    "refund": "退回",
    "repayment": "归还欠分",
    "expiry": "到期",
    "closing": "并出",
    "merge": "并入",
}


@blp.route("/v1/passbooks/<account_id>/statements")
class Statements(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(PassbookStatement))
    def get(self, query: PageQuery, account_id: str) -> Any:
        """A book's months in figures, newest first."""
        return page(aggregation.list_statements(actor=actor(), account_id=account_id, **query))


@blp.route("/v1/passbooks/<account_id>/statements/<period>")
class OneStatement(MethodView):
    @signed_in
    @blp.arguments(StatementQuery, location="query")
    @blp.response(200, PassbookStatementWithLines)
    @blp.alt_response(200, schema={"type": "string", "format": "binary"}, content_type=pdf.MEDIA_TYPE)
    def get(self, query: StatementQuery, account_id: str, period: str) -> Any:
        """One month with its lines, oldest first. JSON, or PDF."""

        if query["format"] == "json":
            return page(_part(account_id, period, query["limit"], query["cursor"]))
        with document_pool().slot():
            shown = _part(account_id, period, _WHOLE)
            while shown["next_cursor"]:
                further = _part(account_id, period, _WHOLE, shown["next_cursor"])
                shown = further | {"data": shown["data"] + further["data"]}
            return pdf.response(f"{month_title(period)} 积分对账单", "statement", _printed(shown))


def _part(account_id: str, period: str, limit: int, cursor: str | None = None) -> dict[str, Any]:
    shown = aggregation.get_statement(actor=actor(), account_id=account_id, period=period, limit=limit, cursor=cursor)
    named = with_merchant_names(with_person_names(shown["data"]), actor())
    lines = with_item_titles(named, actor()["community"])
    owners = with_person_names({"person_id": person} for person in shown["owner_ids"])
    return {**shown, "data": lines, "owners": owners}


def _printed(shown: dict[str, Any]) -> dict[str, Any]:
    lines = [line | {"kind_title": _KINDS[line["kind"]], "day_title": day_title(line["day"])} for line in shown["data"]]
    period_title = month_title(shown["period"])
    return shown | {
        "title": f"{period_title} 积分对账单",
        "period_title": period_title,
        "book_title": "家庭" if shown["account_id"].startswith("hou_") else "院长",
        "data": lines,
        "owners": [owner["person_name"] or owner["person_id"] for owner in shown["owners"]],
    }
