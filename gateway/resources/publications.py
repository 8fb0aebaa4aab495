"""Published lists, for everybody (R14, R15)."""

from collections.abc import Iterator
from typing import Any

from flask import request
from flask.views import MethodView

from gateway import kinds, paper, public_list, sheets
from gateway.blueprint import Blueprint
from gateway.cache import public
from gateway.items import titled
from gateway.paging import page, page_of
from gateway.people import named
from gateway.rpc import rpc
from gateway.schemas.publications import ListQuery, Publication, PublicationQuery, PublishedList

blp = Blueprint("publications", __name__, description="Published lists")

_WHOLE = 2000
_FILES = {
    "200": {
        "description": "The list; as a file it is whole",
        "content": {
            "application/json": {"schema": PublishedList},
            paper.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}},
            sheets.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


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
    @blp.doc(responses=_FILES)
    def get(self, query: dict[str, Any], publication_id: str) -> Any:
        """One list, with the objections its entries met and the corrections that stand beside them.

        The whole list as PDF for the notice board, or as xlsx, by `?format=` or by the Accept header.
        """
        wanted = query.pop("format") or kinds.accepted(request.headers.get("Accept", ""))
        if wanted == "json":
            return page(_part(publication_id, **query))
        first = _part(publication_id, _WHOLE, None)
        if wanted == "xlsx":
            return public_list.xlsx(first, _rows(first))
        public_list.must_fit_on_paper(first)
        community = rpc.query("registry", "get_community", community_id=first["community_id"])
        return public_list.pdf(first, _rows(first), community["name"])


def _part(publication_id: str, limit: int, cursor: str | None) -> dict[str, Any]:
    """A page of the list with names, as the community shows them, and the items' titles."""
    found = rpc.query("review", "get_publication", publication_id=publication_id, limit=limit, cursor=cursor)
    rows = named(found["data"], "person_id", masked=found["masked"])
    return found | {"data": titled(rows, found["community_id"])}


def _rows(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The lines from that part on, to the list's end."""
    yield from part["data"]
    while part["next_cursor"]:
        part = _part(part["id"], _WHOLE, part["next_cursor"])
        yield from part["data"]
