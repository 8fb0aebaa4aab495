"""The monthly sanitation inspection: checklist, rounds, scores, ranking (R18, R19)."""

from typing import Any

from flask.views import MethodView

from gateway.auth import actor, signed_in
from gateway.blueprint import Blueprint
from gateway.cache import public
from gateway.paging import Page, page, page_of
from gateway.rpc import rpc
from gateway.schemas.inspections import (
    Checklist,
    ChecklistForm,
    CloseForm,
    Inspection,
    InspectionForm,
    Progress,
    Ranking,
    Score,
    ScoreForm,
)

blp = Blueprint("inspections", __name__, description="The monthly sanitation inspection")


@blp.route("/v1/checklist")
class CurrentChecklist(MethodView):
    @signed_in
    @blp.response(200, Checklist)
    def get(self) -> Any:
        """What inspectors look at: the newest version."""
        return rpc.query("inspection", "get_checklist", actor=actor())

    @signed_in
    @blp.arguments(ChecklistForm)
    @blp.response(200, Checklist)
    def put(self, form: dict[str, Any]) -> Any:
        """Adopt a new version; rounds already open keep theirs."""
        return rpc.command("inspection", "put_checklist", actor=actor(), **form)


@blp.route("/v1/inspections")
class Inspections(MethodView):
    @signed_in
    @blp.arguments(Page, location="query")
    @blp.response(200, page_of(Inspection))
    def get(self, query: dict[str, Any]) -> Any:
        """Rounds, newest first."""
        return page(rpc.query("inspection", "list_inspections", actor=actor(), **query))

    @signed_in
    @blp.arguments(InspectionForm)
    @blp.response(201, Inspection)
    def post(self, form: dict[str, Any]) -> Any:
        """Open the round of a month; one a month."""
        return rpc.command("inspection", "open_inspection", actor=actor(), **form)


@blp.route("/v1/inspections/<inspection_id>")
class OneInspection(MethodView):
    @signed_in
    @blp.response(200, Progress)
    def get(self, inspection_id: str) -> Any:
        """How far the round is, and which courtyards are missing."""
        return rpc.query("inspection", "get_inspection", actor=actor(), inspection_id=inspection_id)


@blp.route("/v1/inspections/<inspection_id>/courtyards/<courtyard_id>")
class CourtyardScore(MethodView):
    @signed_in
    @blp.arguments(ScoreForm)
    @blp.response(200, Score)
    def put(self, form: dict[str, Any], inspection_id: str, courtyard_id: str) -> Any:
        """Record a courtyard's marks; safe to repeat from a poor network."""
        where = {"inspection_id": inspection_id, "courtyard_id": courtyard_id}
        return rpc.command("inspection", "record_score", actor=actor(), **where, **form)


@blp.route("/v1/inspections/<inspection_id>/close")
class Closing(MethodView):
    @signed_in
    @blp.arguments(CloseForm)
    @blp.response(200, Ranking)
    def post(self, form: dict[str, Any], inspection_id: str) -> Any:
        """End the round: courtyards are ranked, heads are proposed for points."""
        return rpc.command("inspection", "close_inspection", actor=actor(), inspection_id=inspection_id, **form)


@blp.route("/v1/inspections/<inspection_id>/ranking")
class CourtyardRanking(MethodView):
    @public(seconds=5)
    @blp.response(200, Ranking)
    def get(self, inspection_id: str) -> Any:
        """The places of a closed round, for everybody."""
        return rpc.query("inspection", "get_ranking", inspection_id=inspection_id)
