"""Who knows of an announcement, by which proof; visits, postings and what is printed for them (R36)."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response, current_app, request
from flask.views import MethodView

from contracts.calls.publicity import HouseholdsQuery, PostingQuery, ReachReport, VisitForm
from contracts.errors import EvidenceUnusable
from contracts.paging import PageQuery
from contracts.schema import schema_of
from gateway import pdf
from gateway.blueprint import Blueprint
from gateway.decoding.pool import decoding_pool
from gateway.documents.pool import document_pool
from gateway.evidence import FileStore, examine
from gateway.http.public_cache import make_conditional
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.schemas.publicity.reach import HouseholdReach, Posting, PostingPhoto, PrintQuery
from gateway.security.auth import actor, checked_first, signed_in
from gateway.security.rate_limits import limit_refused_uploads
from gateway.services import publicity, registry

blp = Blueprint("reach", __name__, description="Who knows of an announcement, by which proof")

_PDF = {"200": {"description": "PDF", "content": {pdf.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}}
_JPEG = {"200": {"description": "Photo", "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}}
_PART = 1000


@blp.route("/v1/announcements/<announcement_id>/reach")
class ReachOfOne(MethodView):
    @signed_in
    @blp.response(200, ReachReport)
    def get(self, announcement_id: str) -> Any:
        """How many households know of an announcement, by which proof; heads and grid officers of their own places."""
        return publicity.get_reach(actor=actor(), announcement_id=announcement_id)


@blp.route("/v1/announcements/<announcement_id>/reach/households")
class Households(MethodView):
    @signed_in
    @blp.arguments(HouseholdsQuery, location="query")
    @blp.response(200, page_schema(HouseholdReach))
    def get(self, query: HouseholdsQuery, announcement_id: str) -> Any:
        """The households it was sent to with their proofs, by courtyard; `reached=false` are those still missing."""
        found = page(publicity.list_reach(actor=actor(), announcement_id=announcement_id, **query))
        rows = with_person_names(found["data"])
        proofs = iter(with_person_names((each for row in rows for each in row["proofs"]), "by_id"))
        return found | {"data": [{**row, "proofs": [next(proofs) for _ in row["proofs"]]} for row in rows]}


@blp.route("/v1/announcements/<announcement_id>/reach/missing.pdf")
class Missing(MethodView):
    @signed_in
    @blp.arguments(PrintQuery, location="query")
    @blp.doc(responses=_PDF)
    def get(self, query: PrintQuery, announcement_id: str) -> Response:
        """The households still missing, for a round of visits: with room for how they were told and a signature."""
        with document_pool().slot():
            who = actor()
            found = publicity.get_announcement(actor=who, announcement_id=announcement_id)
            report = publicity.get_reach(actor=who, announcement_id=announcement_id)
            rows = with_person_names(_missing(announcement_id, query))
            title = f"{found['title']} 待告知名单"
            return pdf.response(title, "missing", {**found, "title": title, "report": report, "rows": rows})


@blp.route("/v1/announcements/<announcement_id>/announcement.pdf")
class Printed(MethodView):
    @signed_in
    @blp.doc(responses=_PDF)
    def get(self, announcement_id: str) -> Response:
        """An announcement in large print, for the notice board."""
        who = actor()
        found = publicity.get_announcement(actor=who, announcement_id=announcement_id)
        community = registry.get_community(community_id=str(who["community"]))["name"]
        return pdf.response(found["title"], "announcement", {**found, "community_name": community})


@blp.route("/v1/announcements/<announcement_id>/visits")
class Visits(MethodView):
    @signed_in
    @blp.arguments(VisitForm)
    @blp.response(200, ReachReport)
    def post(self, form: VisitForm, announcement_id: str) -> Any:
        """Record households that were told in person, returned a slip, or whose card was scanned: all, or none.

        A repeat changes nothing.
        """
        return publicity.record_visits(actor=actor(), announcement_id=announcement_id, **form)


@blp.route("/v1/announcements/<announcement_id>/postings")
class Postings(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(Posting))
    def get(self, query: PageQuery, announcement_id: str) -> Any:
        """Where an announcement was put up, newest first."""
        found = page(publicity.list_postings(actor=actor(), announcement_id=announcement_id, **query))
        return found | {"data": with_person_names(found["data"], "posted_by_id")}

    @signed_in
    @limit_refused_uploads
    @checked_first(lambda: publicity.require_posting(actor=actor(), **_announcement_of_request()))
    @blp.arguments(PostingQuery, location="query")
    @blp.arguments(schema_of(PostingPhoto), location="files")
    @blp.response(201, Posting)
    def post(self, query: PostingQuery, files: PostingPhoto, announcement_id: str) -> Any:
        """Record where an announcement was put up, with a photo of it. It proves nobody's reach."""
        who, proof = actor(), examine(files["file"].read(), decoding_pool())
        if proof.media_type != "image/jpeg":
            raise EvidenceUnusable("只接受 JPEG、PNG、WebP 或 HEIC 图片")
        _photos().save(_folder(who), proof.sha256, proof.content)
        posting = publicity.record_posting(actor=who, announcement_id=announcement_id, sha256=proof.sha256, **query)
        return with_person_names([posting], "posted_by_id")[0]


@blp.route("/v1/announcements/<announcement_id>/postings/<posting_id>/photo")
class Photo(MethodView):
    @signed_in
    @blp.doc(responses=_JPEG)
    def get(self, announcement_id: str, posting_id: str) -> Response:
        """The photo of a posting."""
        who = actor()
        found = publicity.get_posting(actor=who, announcement_id=announcement_id, posting_id=posting_id)
        answer = Response(_photos().read(_folder(who), found["sha256"]), content_type="image/jpeg")
        answer.set_etag(found["sha256"])
        answer.headers |= {
            "Cache-Control": "private, max-age=3600",
            "Vary": "Authorization",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return make_conditional(answer)


def _announcement_of_request() -> dict[str, str]:
    return {"announcement_id": str((request.view_args or {})["announcement_id"])}


def _missing(announcement_id: str, query: PrintQuery) -> Iterator[Mapping[str, Any]]:
    """Yield all households of the caller's places that have no proof."""
    cursor = None
    while True:
        found = publicity.list_reach(
            actor=actor(), announcement_id=announcement_id, reached=False, limit=_PART, cursor=cursor, **query
        )
        yield from found["data"]
        cursor = found["next_cursor"]
        if cursor is None:
            return


def _folder(who: Mapping[str, Any]) -> str:
    """Return the folder of photos of postings, which no retention of evidence deletes."""
    return f"{who['community']}/postings"


def _photos() -> FileStore:
    if "postings" not in current_app.extensions:
        current_app.extensions["postings"] = FileStore(current_app.config["SETTINGS"].evidence_url)
    return current_app.extensions["postings"]  # type: ignore[no-any-return]
