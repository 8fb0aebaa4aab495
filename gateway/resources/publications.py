"""Published lists, for everybody (R14, R15)."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from flask import request
from flask.views import MethodView

from gateway import pdf, publication_files
from gateway.blueprint import Blueprint
from gateway.http.content_negotiation import preferred_format
from gateway.http.public_cache import publicly_cached
from gateway.item_titles import with_item_titles
from gateway.paging import page, page_of
from gateway.person_names import with_person_names
from gateway.rpc import rpc
from gateway.schemas.publications import ListQuery, Publication, PublicationQuery, PublishedList
from gateway.spreadsheets import xlsx

blp = Blueprint("publications", __name__, description="Published lists")

_WHOLE = 2000
_FILES = {
    "200": {
        "description": "The list; as a file it is whole",
        "content": {
            "application/json": {"schema": PublishedList},
            pdf.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}},
            xlsx.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@blp.route("/v1/publications")
class Publications(MethodView):
    @publicly_cached(seconds=5)
    @blp.arguments(PublicationQuery, location="query")
    @blp.response(200, page_of(Publication))
    def get(self, query: dict[str, Any]) -> Any:
        """The lists a community has published, newest first."""
        return page(rpc.query("review", "list_publications", **query))


@blp.route("/v1/publications/<publication_id>")
class OnePublication(MethodView):
    @publicly_cached(seconds=5)
    @blp.arguments(ListQuery, location="query")
    @blp.response(200, PublishedList)
    @blp.doc(responses=_FILES)
    def get(self, query: dict[str, Any], publication_id: str) -> Any:
        """One list, with the objections its entries met and the corrections that stand beside them.

        As PDF for the notice board, or as xlsx, by `?format=` or by the Accept header. A list of more than 4,000 lines
        is printed courtyard by courtyard (`?courtyard_id=`) or a thousand lines at a time (`?part=1`, `?part=2` …).
        """
        wanted, number = query.pop("format") or preferred_format(request.headers.get("Accept", "")), query.pop("part")
        publication_files.check_part_format(number, wanted, query["courtyard_id"])
        if wanted == "json":
            return page(_part(publication_id, **query))
        if number:
            part = _part(
                publication_id,
                None,
                publication_files.LINES_PER_PART,
                publication_files.last_cursor_of_part(number - 1),
            )
            publication_files.check_part_exists(part, number)
            return publication_files.pdf_response(part, part["data"], _community(part), part=number)
        courtyard = query["courtyard_id"]
        first = _part(publication_id, courtyard, _WHOLE, None)
        rows = _rows(first, courtyard)
        if wanted == "xlsx":
            return publication_files.xlsx_response(first, rows)
        publication_files.check_pdf_size(first, 0 if courtyard else first["entries"])
        printed = list(islice(rows, publication_files.MAX_PDF_LINES + 1))
        publication_files.check_pdf_size(first, len(printed))
        return publication_files.pdf_response(first, printed, _community(first))


def _part(publication_id: str, courtyard_id: str | None, limit: int, cursor: str | None) -> dict[str, Any]:
    """A page of the list with names, as the community shows them, and the items' titles."""
    asked = {"publication_id": publication_id, "courtyard_id": courtyard_id, "limit": limit, "cursor": cursor}
    found = rpc.query("review", "get_publication", **asked)
    rows = with_person_names(found["data"], "person_id", masked=found["masked"])
    return found | {"data": with_item_titles(rows, found["community_id"])}


def _rows(part: dict[str, Any], courtyard_id: str | None) -> Iterator[dict[str, Any]]:
    """The lines from that part on, to the list's end."""
    yield from part["data"]
    while part["next_cursor"]:
        part = _part(part["id"], courtyard_id, _WHOLE, part["next_cursor"])
        yield from part["data"]


def _community(publication: dict[str, Any]) -> str:
    name: str = rpc.query("registry", "get_community", community_id=publication["community_id"])["name"]
    return name
