"""Objections to published entries, rulings on them, and corrections of final entries (R16)."""

from typing import Any

from flask.views import MethodView

from contracts.calls import review as calls
from contracts.calls.review import Correction, CorrectionForm, ObjectionForm, RulingForm
from gateway.blueprint import Blueprint
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.schemas.review.publications import Objection, ObjectionQuery
from gateway.security.auth import actor, signed_in
from gateway.services import review

blp = Blueprint("objections", __name__, description="Objections and corrections")


@blp.route("/v1/objections")
class Objections(MethodView):
    @signed_in
    @blp.arguments(ObjectionQuery, location="query")
    @blp.response(200, page_schema(Objection))
    def get(self, query: ObjectionQuery) -> Any:
        """Objections, newest first: all of them for the branch, their own for everybody else."""
        found = review.list_objections(
            actor=actor(),
            state=query["state"],
            overdue=query["overdue"] is not None,
            limit=query["limit"],
            cursor=query["cursor"],
        )
        return page({**found, "data": _with_names(*found["data"])})

    @signed_in
    @blp.arguments(ObjectionForm)
    @blp.response(201, Objection)
    def post(self, form: ObjectionForm) -> Any:
        """Object to a published entry within its window (residents); the entry is frozen until the ruling."""
        return _with_names(review.object_to_entry(actor=actor(), **form))[0]


@blp.route("/v1/objections/<objection_id>/ruling")
class Ruling(MethodView):
    @signed_in
    @blp.arguments(RulingForm)
    @blp.response(200, Objection)
    def post(self, form: RulingForm, objection_id: str) -> Any:
        """Uphold an objection, with the corrected points, or dismiss it (branch, without an interest)."""
        return _with_names(review.rule_on_objection(actor=actor(), objection_id=objection_id, ruling=form))[0]


@blp.route("/v1/corrections")
class Corrections(MethodView):
    @signed_in
    @blp.arguments(CorrectionForm)
    @blp.response(201, Correction)
    def post(self, form: CorrectionForm) -> Any:
        """Correct a final entry by adding a correction (branch, without an interest)."""
        return review.correct_entry(actor=actor(), **form)


def _with_names(*objections: calls.Objection) -> list[dict[str, Any]]:
    return with_person_names(objections, "objector_id", "ruled_by_id")
