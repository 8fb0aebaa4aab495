"""One's own data: who read or changed it (R42)."""

from typing import Any

from flask.views import MethodView

from contracts.calls.accesses import Access
from contracts.paging import PageQuery
from gateway.blueprint import Blueprint
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.schemas.registry.own_data import NamedAccess
from gateway.security.auth import actor, signed_in
from gateway.services import claims, registry

blp = Blueprint("own data", __name__, description="One's own data")


@blp.route("/v1/me/accesses")
class OwnAccesses(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(NamedAccess))
    def get(self, query: PageQuery) -> Any:
        """Who else read my record, claims or evidence, or changed my data, newest first; once a day each."""
        who, limit = actor(), query["limit"]
        found: list[Access] = []
        more = False
        for service in (registry, claims):
            part = service.list_accesses(actor=who, **query)
            found += part["data"]
            more = more or part["next_cursor"] is not None
        newest = sorted(found, key=lambda access: access["id"], reverse=True)
        shown = newest[:limit]
        more = more or len(newest) > limit
        return page({"data": with_person_names(shown, "by_id"), "next_cursor": shown[-1]["id"] if more else None})
