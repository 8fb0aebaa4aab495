"""Objections to published entries, rulings on them, and corrections of final entries (R16)."""

from typing import Any

from flask.views import MethodView

from contracts.calls import review as calls
from contracts.calls.review import CorrectionForm, CorrectionQuery, CorrectionRefusalForm, ObjectionForm, RulingForm
from contracts.calls.review.objections import ObjectionQuery
from gateway.blueprint import Blueprint
from gateway.item_titles import with_item_titles
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.schemas.review.publications import Objection, ProposedCorrection
from gateway.security.auth import actor, signed_in
from gateway.services import review

blp = Blueprint("objections", __name__, description="Objections and corrections")


@blp.route("/v1/objections")
class Objections(MethodView):
    @signed_in
    @blp.arguments(ObjectionQuery, location="query")
    @blp.response(200, page_schema(Objection, counted=True))
    def get(self, query: ObjectionQuery) -> Any:
        """Objections, newest first: all of them for the branch, their own for everybody else."""
        found = review.list_objections(
            actor=actor(),
            state=query.get("state"),
            changed_since=query.get("changed_since"),
            totals=query["totals"],
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
    @blp.arguments(CorrectionQuery, location="query")
    @blp.response(200, page_schema(ProposedCorrection, counted=True))
    def get(self, query: CorrectionQuery) -> Any:
        """Proposed corrections, newest first (group, branch, committee)."""
        found = review.list_corrections(actor=actor(), **query)
        return page({**found, "data": _with_deciders(*found["data"])})

    @signed_in
    @blp.arguments(CorrectionForm)
    @blp.response(201, ProposedCorrection)
    def post(self, form: CorrectionForm) -> Any:
        """Propose to correct a final entry (branch, without an interest); another person confirms it."""
        return _with_deciders(review.propose_correction(actor=actor(), **form))[0]


@blp.route("/v1/corrections/<correction_id>/confirmation")
class Confirmation(MethodView):
    @signed_in
    @blp.response(200, ProposedCorrection)
    def post(self, correction_id: str) -> Any:
        """Confirm a correction that somebody else proposed (branch, committee, without an interest)."""
        return _with_deciders(review.confirm_correction(actor=actor(), correction_id=correction_id))[0]


@blp.route("/v1/corrections/<correction_id>/refusal")
class Refusal(MethodView):
    @signed_in
    @blp.arguments(CorrectionRefusalForm)
    @blp.response(200, ProposedCorrection)
    def post(self, form: CorrectionRefusalForm, correction_id: str) -> Any:
        """Refuse a correction that somebody else proposed (branch, committee, without an interest)."""
        return _with_deciders(review.refuse_correction(actor=actor(), correction_id=correction_id, **form))[0]


def _with_deciders(*proposals: calls.ProposedCorrection) -> list[dict[str, Any]]:
    return with_person_names(proposals, "proposed_by_id", "decided_by_id")


def _with_names(*objections: calls.Objection) -> list[dict[str, Any]]:
    named = with_person_names(objections, "objector_id", "ruled_by_id", "person_id")
    return with_item_titles(named, actor()["community"])
