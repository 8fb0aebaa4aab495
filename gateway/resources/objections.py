"""Objections to published entries, rulings on them, and corrections of what is final (R16)."""

from typing import Any

from flask.views import MethodView

from gateway.blueprint import Blueprint
from gateway.paging import page, page_of
from gateway.person_names import with_person_names
from gateway.rpc import rpc
from gateway.schemas.publications import (
    Correction,
    CorrectionForm,
    Objection,
    ObjectionForm,
    ObjectionQuery,
    RulingForm,
)
from gateway.security.auth import actor, signed_in

blp = Blueprint("objections", __name__, description="Objections and corrections")


@blp.route("/v1/objections")
class Objections(MethodView):
    @signed_in
    @blp.arguments(ObjectionQuery, location="query")
    @blp.response(200, page_of(Objection))
    def get(self, query: dict[str, Any]) -> Any:
        """All of them for the branch, one's own for everybody else; newest first."""
        overdue = query.pop("overdue") is not None
        found = rpc.query("review", "list_objections", actor=actor(), overdue=overdue, **query)
        return page(found | {"data": _told(found["data"])})

    @signed_in
    @blp.arguments(ObjectionForm)
    @blp.response(201, Objection)
    def post(self, form: dict[str, Any]) -> Any:
        """Object to one published entry within its window (residents); it alone freezes until the ruling."""
        return _told([rpc.command("review", "object_to_entry", actor=actor(), **form)])[0]


@blp.route("/v1/objections/<objection_id>/ruling")
class Ruling(MethodView):
    @signed_in
    @blp.arguments(RulingForm)
    @blp.response(200, Objection)
    def post(self, form: dict[str, Any], objection_id: str) -> Any:
        """Uphold it, with the right points, or dismiss it (branch, no party to it)."""
        ruled = rpc.command("review", "rule_on_objection", actor=actor(), objection_id=objection_id, ruling=form)
        return _told([ruled])[0]


@blp.route("/v1/corrections")
class Corrections(MethodView):
    @signed_in
    @blp.arguments(CorrectionForm)
    @blp.response(201, Correction)
    def post(self, form: dict[str, Any]) -> Any:
        """Put a correcting entry beside one that is final (branch, no party to it)."""
        return rpc.command("review", "correct_entry", actor=actor(), **form)


def _told(objections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return with_person_names(objections, "objector_id", "ruled_by_id")
