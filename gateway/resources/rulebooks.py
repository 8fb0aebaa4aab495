"""Rulebooks: read by all, written by the working group; as JSON and as xlsx (R7)."""

from typing import Any
from urllib.parse import quote

from flask import Response, request
from flask.views import MethodView

from contracts.errors import Refusal
from gateway.blueprint import Blueprint
from gateway.paging import Page, page, page_of
from gateway.rpc import rpc
from gateway.schemas.rulebooks import (
    AdoptionForm,
    CurrentQuery,
    Rulebook,
    RulebookForm,
    RulebookHead,
    RulebookQuery,
    RulebookSheet,
)
from gateway.security.auth import actor, signed_in
from gateway.spreadsheets import rulebook_workbook, xlsx

blp = Blueprint("rulebooks", __name__, description="What earns how many points")

_EITHER = {
    "200": {
        "description": "The rulebook",
        "content": {
            "application/json": {"schema": Rulebook},
            xlsx.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@blp.route("/v1/rulebooks")
class Rulebooks(MethodView):
    @signed_in
    @blp.arguments(Page, location="query")
    @blp.response(200, page_of(RulebookHead))
    def get(self, query: dict[str, Any]) -> Any:
        """Every version, newest first, without the lines."""
        return page(rpc.query("claims", "list_rulebooks", actor=actor(), **query))

    @signed_in
    @blp.doc(
        requestBody={
            "required": True,
            "content": {
                "application/json": {"schema": RulebookForm},
                "multipart/form-data": {"schema": RulebookSheet},
            },
        }
    )
    @blp.response(201, Rulebook)
    def post(self) -> Any:
        """Write a new version, as JSON or as xlsx; it is a draft until it is adopted."""
        who = actor()
        if request.mimetype != "multipart/form-data":
            form = blp.ARGUMENTS_PARSER.parse(RulebookForm(), request, location="json")
            return rpc.command("claims", "draft_rulebook", actor=who, **form)
        upload = blp.ARGUMENTS_PARSER.parse(RulebookSheet(), request, location="files")["file"]
        sheet = rulebook_workbook.RulebookWorkbook(upload.read())
        title = (upload.filename or "").removesuffix(".xlsx")[:100].strip() or "积分细则"
        try:
            return rpc.command("claims", "draft_rulebook", actor=who, title=title, items=sheet.items)
        except Refusal as refusal:
            raise sheet.with_cells(refusal) from refusal


@blp.route("/v1/rulebooks/current")
class CurrentRulebook(MethodView):
    @signed_in
    @blp.arguments(CurrentQuery, location="query")
    @blp.response(200, Rulebook)
    @blp.doc(responses=_EITHER)
    def get(self, query: dict[str, Any]) -> Any:
        """The version in force today, or on the day of an act."""
        return _shown(rpc.query("claims", "current_rulebook", actor=actor(), day=query["day"]), query)


@blp.route("/v1/rulebooks/<rulebook_id>")
class OneRulebook(MethodView):
    @signed_in
    @blp.arguments(RulebookQuery, location="query")
    @blp.response(200, Rulebook)
    @blp.doc(responses=_EITHER)
    def get(self, query: dict[str, Any], rulebook_id: str) -> Any:
        """One version with all its lines; xlsx by `?format=xlsx` or by the Accept header."""
        return _shown(rpc.query("claims", "get_rulebook", actor=actor(), rulebook_id=rulebook_id), query)


@blp.route("/v1/rulebooks/<rulebook_id>/adopt")
class Adoption(MethodView):
    @signed_in
    @blp.arguments(AdoptionForm)
    @blp.response(200, Rulebook)
    def post(self, form: dict[str, Any], rulebook_id: str) -> Any:
        """Put a draft in force from a day on; acts of that day and later are scored by it."""
        return rpc.command("claims", "adopt_rulebook", actor=actor(), rulebook_id=rulebook_id, **form)


@blp.route("/v1/rulebooks/<rulebook_id>/discard")
class Discarding(MethodView):
    @signed_in
    @blp.response(200, Rulebook)
    def post(self, rulebook_id: str) -> Any:
        """Give a draft up, so that nobody adopts it by mistake; it stays readable."""
        return rpc.command("claims", "discard_rulebook", actor=actor(), rulebook_id=rulebook_id)


def _shown(found: dict[str, Any], query: dict[str, Any]) -> Any:
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
