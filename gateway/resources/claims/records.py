"""Daily records 一日一记录: the claims of each day, of a courtyard or of the community, in any status (R9)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NotRequired, TypedDict

from flask import Response
from flask.views import MethodView

from contracts.calendar import ZONE
from contracts.claims import CATEGORIES
from gateway.blueprint import Blueprint
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.resources.claims.evidence import with_evidence_links
from gateway.schemas.claims.claims import STATUS_TITLES
from gateway.schemas.claims.records import DailyRecord, RecordQuery
from gateway.security.auth import actor, signed_in
from gateway.services import claims
from gateway.spreadsheets import xlsx

blp = Blueprint("records", __name__, description="What was declared day by day, for those who answer for it")

_SHEET_PAGE_SIZE = 500
"""Rows of one call when a sheet is written, so that no call takes long."""
_COLUMNS = {
    "day": "日期",
    "time": "时间",
    "courtyard_number": "院落",
    "person_name": "姓名",
    "declared_by_name": "申报人",
    "category_title": "类别",
    "title": "事项",
    "quantity": "数量",
    "unit": "单位",
    "place": "地点",
    "cause": "事由",
    "points": "申报积分",
    "status_title": "状态",
    "awarded_points": "核定积分",
    "id": "编号",
}


_PAGE = page_schema(DailyRecord)


@blp.route("/v1/records/courtyards/<courtyard_id>")
class CourtyardRecords(MethodView):
    @signed_in
    @blp.arguments(RecordQuery, location="query")
    @blp.response(200, _PAGE)
    @blp.alt_response(200, schema={"type": "string", "format": "binary"}, content_type=xlsx.MEDIA_TYPE)
    def get(self, query: RecordQuery, courtyard_id: str) -> Any:
        """院落台账 of declarations: a courtyard's, by day. For its head, its grid officer and the offices."""
        return _answer(query, "院落台账", courtyard_id=courtyard_id)


@blp.route("/v1/records/community")
class CommunityRecords(MethodView):
    @signed_in
    @blp.arguments(RecordQuery, location="query")
    @blp.response(200, _PAGE)
    @blp.alt_response(200, schema={"type": "string", "format": "binary"}, content_type=xlsx.MEDIA_TYPE)
    def get(self, query: RecordQuery) -> Any:
        """管理台账 of declarations: everybody's, by day. For working group, branch and committee."""
        return _answer(query, "管理台账")


class _Selection(TypedDict):
    """Which claims: a courtyard's or all, of a day, of a month, or of this month."""

    courtyard_id: NotRequired[str]
    day: str | None
    period: str | None


def _answer(query: RecordQuery, title: str, courtyard_id: str | None = None) -> Any:
    selection: _Selection = {"day": query["day"], "period": query["period"]}
    if courtyard_id:
        selection["courtyard_id"] = courtyard_id
    if query["format"] == "xlsx":
        return _sheet(title, selection, query["cursor"])
    found = _records(selection, query["limit"], query["cursor"])
    return page({**found, "data": with_evidence_links(found["data"])})


def _records(selection: _Selection, limit: int, cursor: str | None) -> dict[str, Any]:
    found = claims.list_records(actor=actor(), limit=limit, cursor=cursor, **selection)
    return {**found, "data": with_person_names(found["data"], "person_id", "declared_by_id")}


def _sheet(title: str, selection: _Selection, cursor: str | None) -> Response:
    """Return all claims of the selection, whatever the `limit`."""
    span = selection["day"] or selection["period"] or ""
    return xlsx.response(f"{title} {span}".strip(), _COLUMNS, _rows(selection, cursor), days=("day",))


def _rows(selection: _Selection, cursor: str | None) -> Iterator[dict[str, Any]]:
    while True:
        part = _records(selection, _SHEET_PAGE_SIZE, cursor)
        for row in part["data"]:
            at = datetime.fromisoformat(row["happened_at"]).astimezone(ZONE)
            titles = {"category_title": CATEGORIES[row["category"]], "status_title": STATUS_TITLES[row["status"]]}
            yield row | titles | {"time": f"{at:%H:%M}"}
        if (cursor := part["next_cursor"]) is None:
            return
