"""Daily records 一日一记录: what was declared each day in a courtyard or everywhere, whatever became of it (R9)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import Response
from flask.views import MethodView

from contracts.calendar import ZONE
from contracts.claims import CATEGORIES
from gateway.blueprint import Blueprint
from gateway.paging import page
from gateway.person_names import with_person_names
from gateway.rpc import rpc
from gateway.schemas.claims import STATUS_TITLES
from gateway.schemas.records import DailyRecordPage, RecordQuery
from gateway.security.auth import actor, signed_in
from gateway.spreadsheets import xlsx

blp = Blueprint("records", __name__, description="What was declared day by day, for those who answer for it")

_PART = 500
"""Rows a question for a sheet; a service is never held for longer."""
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


@blp.route("/v1/records/courtyards/<courtyard_id>")
class CourtyardRecords(MethodView):
    @signed_in
    @blp.arguments(RecordQuery, location="query")
    @blp.response(200, DailyRecordPage)
    @blp.alt_response(200, schema={"type": "string", "format": "binary"}, content_type=xlsx.MEDIA_TYPE)
    def get(self, query: dict[str, Any], courtyard_id: str) -> Any:
        """院落台账 of declarations: a courtyard's, by day. For its head, its grid officer and the offices."""
        return _answer(query, "院落台账", courtyard_id=courtyard_id)


@blp.route("/v1/records/community")
class CommunityRecords(MethodView):
    @signed_in
    @blp.arguments(RecordQuery, location="query")
    @blp.response(200, DailyRecordPage)
    @blp.alt_response(200, schema={"type": "string", "format": "binary"}, content_type=xlsx.MEDIA_TYPE)
    def get(self, query: dict[str, Any]) -> Any:
        """管理台账 of declarations: everybody's, by day. For working group, branch and committee."""
        return _answer(query, "管理台账")


def _answer(query: dict[str, Any], title: str, **where: Any) -> Any:
    if query.pop("format") == "json":
        return page(_ask(**where, **query))
    return _sheet(title, query | where)


def _ask(**query: Any) -> dict[str, Any]:
    found = rpc.query("claims", "list_records", actor=actor(), **query)
    return found | {"data": with_person_names(found["data"], "person_id", "declared_by_id")}


def _sheet(title: str, query: dict[str, Any]) -> Response:
    """All of the day or month, `limit` or not."""
    span = query["day"] or query["period"] or ""
    return xlsx.response(f"{title} {span}".strip(), _COLUMNS, _rows(query | {"limit": _PART}))


def _rows(query: dict[str, Any]) -> Iterator[dict[str, Any]]:
    while True:
        part = _ask(**query)
        for row in part["data"]:
            at = datetime.fromisoformat(row["happened_at"]).astimezone(ZONE)
            told = {"category_title": CATEGORIES[row["category"]], "status_title": STATUS_TITLES[row["status"]]}
            yield row | told | {"time": f"{at:%H:%M}"}
        if part["next_cursor"] is None:
            return
        query = query | {"cursor": part["next_cursor"]}
