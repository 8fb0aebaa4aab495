"""Rulebooks: read by all, written by the working group; as JSON and as xlsx (R7)."""

from typing import Any, cast
from urllib.parse import quote

from flask import Response, request
from flask.views import MethodView

from contracts.calls.claims import AdoptionForm, Rulebook, RulebookForm, RulebookHead, RuleItem
from contracts.errors import Refusal
from contracts.paging import PageQuery
from contracts.schema import schema_of
from gateway.blueprint import Blueprint
from gateway.decoding.pool import decoding_pool
from gateway.paging import page, page_schema
from gateway.schemas.claims.rulebooks import CurrentQuery, RulebookQuery, RulebookSheet
from gateway.security.auth import actor, checked_first, signed_in
from gateway.security.rate_limits import limit_refused_uploads
from gateway.services import claims
from gateway.spreadsheets import rulebook_workbook, xlsx

blp = Blueprint("rulebooks", __name__, description="What earns how many points")

_JSON_OR_XLSX = {
    "200": {
        "description": "The rulebook",
        "content": {
            "application/json": {"schema": schema_of(Rulebook)},
            xlsx.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@blp.route("/v1/rulebooks")
class Rulebooks(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(RulebookHead))
    def get(self, query: PageQuery) -> Any:
        """Every version, newest first, without the lines."""
        return page(claims.list_rulebooks(actor=actor(), **query))

    @signed_in
    @limit_refused_uploads
    @checked_first(lambda: claims.require_writing_rulebooks(actor=actor()))
    @blp.doc(
        requestBody={
            "required": True,
            "content": {
                "application/json": {"schema": schema_of(RulebookForm)},
                "multipart/form-data": {"schema": schema_of(RulebookSheet)},
            },
        }
    )
    @blp.response(201, Rulebook)
    def post(self) -> Any:
        """Write a new version, as JSON or as xlsx; it is a draft until it is adopted."""
        who = actor()
        if request.mimetype != "multipart/form-data":
            form: RulebookForm = blp.ARGUMENTS_PARSER.parse(schema_of(RulebookForm)(), request, location="json")
            return claims.draft_rulebook(actor=who, **form)
        upload = blp.ARGUMENTS_PARSER.parse(schema_of(RulebookSheet)(), request, location="files")["file"]
        sheet = rulebook_workbook.RulebookWorkbook(upload.read(), decoding_pool())
        title = (upload.filename or "").removesuffix(".xlsx")[:100].strip() or "积分细则"
        items = cast(list[RuleItem], sheet.items)  # the service checks them and fills in the defaults
        try:
            return claims.draft_rulebook(actor=who, title=title, items=items)
        except Refusal as refusal:
            raise sheet.with_cells(refusal) from refusal


@blp.route("/v1/rulebooks/current")
class CurrentRulebook(MethodView):
    @signed_in
    @blp.arguments(CurrentQuery, location="query")
    @blp.response(200, Rulebook)
    @blp.doc(responses=_JSON_OR_XLSX)
    def get(self, query: CurrentQuery) -> Any:
        """The version in force today, or on the day of an act."""
        return _shown(claims.current_rulebook(actor=actor(), day=query["day"]), query)


@blp.route("/v1/rulebooks/<rulebook_id>")
class OneRulebook(MethodView):
    @signed_in
    @blp.arguments(RulebookQuery, location="query")
    @blp.response(200, Rulebook)
    @blp.doc(responses=_JSON_OR_XLSX)
    def get(self, query: RulebookQuery, rulebook_id: str) -> Any:
        """One version with all its lines; xlsx by `?format=xlsx` or by the Accept header."""
        return _shown(claims.get_rulebook(actor=actor(), rulebook_id=rulebook_id), query)


@blp.route("/v1/rulebooks/<rulebook_id>/adopt")
class Adoption(MethodView):
    @signed_in
    @blp.arguments(AdoptionForm)
    @blp.response(200, Rulebook)
    def post(self, form: AdoptionForm, rulebook_id: str) -> Any:
        """Put a draft in force from a day on; acts of that day and later are scored by it.

        A version by which somebody gets or loses more points than before is adopted by somebody else than who wrote it,
        and takes effect some days later (403 `recused`, 422 `rulebook_invalid`).
        """
        return claims.adopt_rulebook(actor=actor(), rulebook_id=rulebook_id, **form)


@blp.route("/v1/rulebooks/<rulebook_id>/discard")
class Discarding(MethodView):
    @signed_in
    @blp.response(200, Rulebook)
    def post(self, rulebook_id: str) -> Any:
        """Discard a draft, so that nobody adopts it by mistake; it stays readable."""
        return claims.discard_rulebook(actor=actor(), rulebook_id=rulebook_id)


def _shown(found: Rulebook, query: RulebookQuery) -> Any:
    wanted = query.get("format") or (
        "xlsx"
        if request.accept_mimetypes.best_match(["application/json", xlsx.MEDIA_TYPE]) == xlsx.MEDIA_TYPE
        else "json"
    )
    if wanted == "json":
        return found
    answer = Response(rulebook_workbook.write_rulebook(found), content_type=xlsx.MEDIA_TYPE)
    name = quote(f"{found['title']}第{found['version']}版.xlsx")
    answer.headers["Content-Disposition"] = f"attachment; filename=rulebook.xlsx; filename*=UTF-8''{name}"
    return answer
