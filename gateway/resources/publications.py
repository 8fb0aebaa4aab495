"""Published lists, for everybody (R14, R15)."""

from typing import Any

from flask.views import MethodView

from contracts.claims import CATEGORIES
from gateway import sheets
from gateway.blueprint import Blueprint
from gateway.cache import public
from gateway.items import titled
from gateway.paging import page, page_of
from gateway.people import named
from gateway.rpc import rpc
from gateway.schemas.publications import ListQuery, Publication, PublicationQuery, PublishedList

blp = Blueprint("publications", __name__, description="Published lists")

_WHOLE = 2000
_COLUMNS = {
    "position": "序号",
    "person_name": "姓名",
    "day": "日期",
    "category_title": "类别",
    "item_title": "事项",
    "points": "公示积分",
    "current_points": "现积分",
    "state_title": "状态",
}
_STATES = {"published": "公示中", "frozen": "异议处理中", "final": "已生效"}


@blp.route("/v1/publications")
class Publications(MethodView):
    @public(seconds=5)
    @blp.arguments(PublicationQuery, location="query")
    @blp.response(200, page_of(Publication))
    def get(self, query: dict[str, Any]) -> Any:
        """The lists a community has published, newest first."""
        return page(rpc.query("review", "list_publications", **query))


@blp.route("/v1/publications/<publication_id>")
class OnePublication(MethodView):
    @public(seconds=5)
    @blp.arguments(ListQuery, location="query")
    @blp.response(200, PublishedList)
    def get(self, query: dict[str, Any], publication_id: str) -> Any:
        """One list, with the objections its entries met and the corrections that stand beside them."""
        if query.pop("format") == "xlsx":
            return _sheet(publication_id)
        return page(_part(publication_id, **query))


def _part(publication_id: str, limit: int, cursor: str | None) -> dict[str, Any]:
    """A page of the list with names, as the community shows them, and the items' titles."""
    found = rpc.query("review", "get_publication", publication_id=publication_id, limit=limit, cursor=cursor)
    rows = named(found["data"], "person_id", masked=found["masked"])
    return found | {"data": titled(rows, found["community_id"])}


def _sheet(publication_id: str) -> Any:
    """The whole list for the notice board."""
    rows: list[dict[str, Any]] = []
    part: dict[str, Any] = {"next_cursor": None}
    while part["next_cursor"] or not rows:
        part = _part(publication_id, _WHOLE, part["next_cursor"])
        rows += part["data"]
    shown = [
        row | {"category_title": CATEGORIES[row["category"]], "state_title": _STATES[row["state"]]} for row in rows
    ]
    return sheets.sheet(f"{part['period']} 积分公示", _COLUMNS, shown)
