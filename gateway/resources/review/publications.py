"""Published lists, for everybody (R14, R15)."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any, cast

from flask import request
from flask.views import MethodView

from contracts.calendar import day_of
from contracts.calls import review as calls
from contracts.calls.registry.public_labels import PublicLabel, PublicView
from contracts.calls.review import Publication, PublicationQuery
from contracts.claims import CATEGORIES
from contracts.errors import Invalid
from contracts.paging import number_cursor
from contracts.schema import schema_of
from gateway import pdf, publication_files
from gateway.blueprint import Blueprint
from gateway.http.content_negotiation import preferred_format
from gateway.http.public_cache import publicly_cached
from gateway.item_titles import with_item_titles
from gateway.paging import open_cursor, page, page_schema
from gateway.public_labels import NO_LABEL, find_labels
from gateway.schemas.review.publications import ListQuery, PublishedEntry, PublishedList
from gateway.services import registry, review
from gateway.spreadsheets import xlsx

blp = Blueprint("publications", __name__, description="Published lists")

_LINES_PER_CALL = 2000
_RESPONSES = {
    "200": {
        "description": "The list; as a file it is whole",
        "content": {
            "application/json": {"schema": schema_of(PublishedList)},
            pdf.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}},
            xlsx.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@blp.route("/v1/publications")
class Publications(MethodView):
    @publicly_cached(seconds=5)
    @blp.arguments(PublicationQuery, location="query")
    @blp.response(200, page_schema(Publication))
    def get(self, query: PublicationQuery) -> Any:
        """The lists a community has published, newest first."""
        return page(review.list_publications(**query))


@blp.route("/v1/publications/<publication_id>")
class OnePublication(MethodView):
    @publicly_cached(seconds=5, files={"pdf": ("courtyard_id", "part", "print"), "xlsx": ("courtyard_id", "part")})
    @blp.arguments(ListQuery, location="query")
    @blp.response(200, PublishedList)
    @blp.doc(responses=_RESPONSES)
    def get(self, query: ListQuery, publication_id: str) -> Any:
        """A published list, with the objections to its entries and their corrections.

        As PDF for the notice board (`?print=compact` for filing) or as xlsx, by `?format=` or by the Accept header.
        A list of more than 4,000 lines is printed courtyard by courtyard (`?courtyard_id=`) or a thousand lines at a
        time (`?part=1`, `?part=2` …).
        """
        file_format = query["format"] or preferred_format(request.headers.get("Accept", ""))
        number, courtyard = query["part"], query["courtyard_id"]
        publication_files.check_part_format(number, file_format, courtyard)
        if file_format == "json":
            return _page_of_list(publication_id, courtyard, query["limit"], query["cursor"])
        if number:
            before = publication_files.last_cursor_of_part(number - 1)
            part = _page_of_list(publication_id, None, publication_files.LINES_PER_PART, before)
            publication_files.check_part_exists(part, number)
            return publication_files.pdf_response(part, part["data"], _community_name(part), query["print"], number)
        first = _page_of_list(publication_id, courtyard, _LINES_PER_CALL, None)
        lines = _lines_from(first, courtyard)
        if file_format == "xlsx":
            return publication_files.xlsx_response(first, lines)
        publication_files.check_pdf_size(first, 0 if courtyard else first["entries"])
        printed = list(islice(lines, publication_files.MAX_PDF_LINES + 1))
        publication_files.check_pdf_size(first, len(printed))
        return publication_files.pdf_response(first, printed, _community_name(first), query["print"])


def _page_of_list(publication_id: str, courtyard_id: str | None, limit: int, cursor: str | None) -> PublishedList:
    """Return a page of the list as the public sees it (R14).

    Of one courtyard it has the lines that show the courtyard. Raises `Invalid` where the list shows none.
    """
    if courtyard_id:
        return _page_of_courtyard(publication_id, courtyard_id, limit, number_cursor(cursor) or 0)
    found = review.get_publication(publication_id=publication_id, courtyard_id=None, limit=limit, cursor=cursor)
    return cast(PublishedList, page({**found, "data": _public_lines(found)}))


def _page_of_courtyard(publication_id: str, courtyard_id: str, limit: int, after: int) -> PublishedList:
    """Return the lines after a position that show the courtyard.

    Pages and cursors depend on these lines alone: those of the service would tell which other lines are of this
    courtyard.
    """
    cursor, shown = None, []
    while True:
        found = review.get_publication(
            publication_id=publication_id, courtyard_id=courtyard_id, limit=_LINES_PER_CALL, cursor=cursor
        )
        if found["public_place"] != "courtyard":
            detail = "本名单不按院落公开，不能按院落查看"
            raise Invalid(detail, errors=[{"pointer": "/courtyard_id", "detail": detail, "in": "query"}])
        shown += [line for line in _public_lines(found) if line["courtyard_id"] == courtyard_id]
        cursor = found["next_cursor"]
        if cursor is None:
            break
    following = [line for line in shown if line["position"] > after]
    next_cursor = str(following[limit - 1]["position"]) if len(following) > limit else None
    return cast(PublishedList, page({**found, "data": following[:limit], "next_cursor": next_cursor}))


def _public_lines(found: calls.PublishedList) -> list[dict[str, Any]]:
    """Return the lines of a list with what the public sees of their people and deeds."""
    view: PublicView = {
        "place": found["public_place"],
        "deed": found["public_deed"],
        "min_residents": found["public_min_residents"],
        "masked": found["masked"],
    }
    assert found["published_at"]  # a public list has it
    published_on = day_of(datetime.fromisoformat(found["published_at"])).isoformat()
    labels = find_labels(found["data"], found["community_id"], view, published_on)
    titled = with_item_titles(found["data"], found["community_id"])
    return [
        _public_line(line, label if line["public"] else NO_LABEL, view)
        for line, label in zip(titled, labels, strict=True)
    ]


def _public_line(line: dict[str, Any], label: PublicLabel, view: PublicView) -> dict[str, Any]:
    """Return a line with what the public sees of its person and deed."""
    shown = line | {
        "person_name": label["name"],
        "row": label["row"],
        "courtyard_id": label["courtyard_id"],
        "courtyard_number": label["courtyard_number"],
    }
    if not line["public"]:
        shown["day"] = None
    if view["deed"] == "category":
        shown |= {"item": None, "item_title": CATEGORIES[line["category"]]}
    return shown


def _lines_from(part: PublishedList, courtyard_id: str | None) -> Iterator[PublishedEntry]:
    """Yield the lines from that page on to the end of the list, and load the following pages as needed."""
    yield from part["data"]
    while part["next_cursor"]:
        part = _page_of_list(part["id"], courtyard_id, _LINES_PER_CALL, open_cursor(part["next_cursor"]))
        yield from part["data"]


def _community_name(publication: PublishedList) -> str:
    return registry.get_community(community_id=publication["community_id"])["name"]
