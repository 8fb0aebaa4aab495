"""The monthly sanitation inspection: checklist, rounds, scores, ranking, rectification (R18, R19)."""

from collections.abc import Sequence
from typing import Any

from flask import Response
from flask.views import MethodView

from contracts.calls import inspection as calls
from contracts.calls.claims import EvidenceFile
from contracts.calls.inspection import (
    AssignmentsForm,
    Checklist,
    ChecklistForm,
    CloseForm,
    Inspection,
    InspectionForm,
    RankingsQuery,
    Rectification,
    RectificationForm,
    ReinspectionForm,
    Score,
    ScoreForm,
    Visit,
)
from contracts.paging import PageQuery
from gateway.blueprint import Blueprint
from gateway.http.public_cache import publicly_cached
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.resources.claims.evidence import file_of, link_to, links_of_uploads
from gateway.rpc import outside_idempotency_key
from gateway.schemas.claims.evidence import EvidenceLink
from gateway.schemas.inspection.inspections import (
    CourtyardRecord,
    Progress,
    PublicInspection,
    PublicRanking,
    RankedInspection,
    RankingQuery,
)
from gateway.security.auth import actor, signed_in
from gateway.services import claims, inspection

blp = Blueprint("inspections", __name__, description="The monthly sanitation inspection")

_ROUNDS = page_schema(Inspection)


@blp.route("/v1/checklist")
class CurrentChecklist(MethodView):
    @signed_in
    @blp.response(200, Checklist)
    def get(self) -> Any:
        """The newest version of the checklist."""
        return inspection.get_checklist(actor=actor())

    @signed_in
    @blp.arguments(ChecklistForm)
    @blp.response(200, Checklist)
    def put(self, form: ChecklistForm) -> Any:
        """Adopt a new version; open rounds keep theirs."""
        return inspection.put_checklist(actor=actor(), **form)


@blp.route("/v1/checklists")
class Checklists(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(Checklist))
    def get(self, query: PageQuery) -> Any:
        """Every version of the checklist, newest first; a round names the one it uses."""
        return page(inspection.list_checklists(actor=actor(), **query))


@blp.route("/v1/inspections")
class Inspections(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, _ROUNDS)
    def get(self, query: PageQuery) -> Any:
        """Rounds, newest first."""
        return page(inspection.list_inspections(actor=actor(), **query))

    @signed_in
    @blp.arguments(InspectionForm)
    @blp.response(201, Inspection)
    def post(self, form: InspectionForm) -> Any:
        """Open the round of a month; one a month."""
        return inspection.open_inspection(actor=actor(), **form)


@blp.route("/v1/inspections/<inspection_id>")
class OneInspection(MethodView):
    @signed_in
    @blp.response(200, Progress)
    def get(self, inspection_id: str) -> Any:
        """A round with its progress and the courtyards still missing."""
        return _progress(inspection.get_inspection(actor=actor(), inspection_id=inspection_id))


@blp.route("/v1/inspections/<inspection_id>/assignments")
class Assignments(MethodView):
    @signed_in
    @blp.arguments(AssignmentsForm)
    @blp.response(200, Progress)
    def put(self, form: AssignmentsForm, inspection_id: str) -> Any:
        """Assign the whole round to inspectors; an inspector with a share may record in it."""
        return _progress(inspection.assign_inspectors(actor=actor(), inspection_id=inspection_id, **form))


@blp.route("/v1/inspections/<inspection_id>/courtyards/<courtyard_id>")
class CourtyardScore(MethodView):
    @signed_in
    @blp.response(200, CourtyardRecord)
    def get(self, inspection_id: str, courtyard_id: str) -> Any:
        """A courtyard's marks, photos and rectification, for inspectors, its head and its residents."""
        where = {"inspection_id": inspection_id, "courtyard_id": courtyard_id}
        found = inspection.get_record(actor=actor(), **where)
        order = found["rectification"]
        if order is None or order["reinspection"] is None:
            return found | {"score": _shown([found["score"]])[0]}
        score, reinspection = _shown([found["score"], order["reinspection"]])
        return found | {"score": score, "rectification": order | {"reinspection": reinspection}}

    @signed_in
    @blp.arguments(ScoreForm)
    @blp.response(200, Score)
    def put(self, form: ScoreForm, inspection_id: str, courtyard_id: str) -> Any:
        """Record a courtyard's marks; safe to repeat from a poor network."""
        where = {"inspection_id": inspection_id, "courtyard_id": courtyard_id}
        _keep_photos(form["evidence_ids"])
        return inspection.record_score(actor=actor(), **where, **form)


@blp.route("/v1/inspections/<inspection_id>/courtyards/<courtyard_id>/photos/<evidence_id>")
class CourtyardPhoto(MethodView):
    @signed_in
    @blp.response(200, {"type": "string", "format": "binary"}, content_type="image/jpeg")
    def get(self, inspection_id: str, courtyard_id: str, evidence_id: str) -> Response:
        """A photo of a courtyard, for inspectors, its head and its residents."""
        return file_of(_photo(inspection_id, courtyard_id, evidence_id))


@blp.route("/v1/inspections/<inspection_id>/courtyards/<courtyard_id>/photos/<evidence_id>/link")
class CourtyardPhotoLink(MethodView):
    @signed_in
    @blp.response(201, EvidenceLink)
    def post(self, inspection_id: str, courtyard_id: str, evidence_id: str) -> EvidenceLink:
        """A link that opens the photo for five minutes, for places that cannot sign in (an <image>)."""
        return link_to(_photo(inspection_id, courtyard_id, evidence_id))


@blp.route("/v1/inspections/<inspection_id>/close")
class Closing(MethodView):
    @signed_in
    @blp.arguments(CloseForm)
    @blp.response(200, RankedInspection)
    def post(self, form: CloseForm, inspection_id: str) -> Any:
        """Close the round: rank the courtyards and propose points for their heads."""
        closed = inspection.close_inspection(actor=actor(), inspection_id=inspection_id, **form)
        return _with_heads(closed)


@blp.route("/v1/inspections/<inspection_id>/ranking")
class CourtyardRanking(MethodView):
    @publicly_cached(seconds=5)
    @blp.arguments(RankingQuery, location="query")
    @blp.response(200, PublicRanking)
    def get(self, query: RankingQuery, inspection_id: str) -> Any:
        """The places of a closed round, its red and black lists, and rectification since; public."""
        found = _with_heads(inspection.get_ranking(inspection_id=inspection_id))
        if query["listed"] is None:
            return found
        return found | {"ranking": [place for place in found["ranking"] if place["listed"] == query["listed"]]}


@blp.route("/v1/rankings")
class Rankings(MethodView):
    @publicly_cached(seconds=5)
    @blp.arguments(RankingsQuery, location="query")
    @blp.response(200, page_schema(PublicInspection))
    def get(self, query: RankingsQuery) -> Any:
        """The closed rounds of a community, newest month first; public."""
        return page(inspection.list_rankings(**query))


@blp.route("/v1/inspections/<inspection_id>/courtyards/<courtyard_id>/rectification")
class CourtyardRectification(MethodView):
    @signed_in
    @blp.arguments(RectificationForm)
    @blp.response(200, Rectification)
    def put(self, form: RectificationForm, inspection_id: str, courtyard_id: str) -> Any:
        """Order a courtyard of a closed round to correct a fault by a day; safe to repeat and to change."""
        where = {"inspection_id": inspection_id, "courtyard_id": courtyard_id}
        return inspection.order_rectification(actor=actor(), **where, **form)


@blp.route("/v1/inspections/<inspection_id>/courtyards/<courtyard_id>/reinspection")
class CourtyardReinspection(MethodView):
    @signed_in
    @blp.arguments(ReinspectionForm)
    @blp.response(200, Rectification)
    def put(self, form: ReinspectionForm, inspection_id: str, courtyard_id: str) -> Any:
        """Record a re-inspection; the rank of the month stays."""
        where = {"inspection_id": inspection_id, "courtyard_id": courtyard_id}
        _keep_photos(form["evidence_ids"])
        return inspection.record_reinspection(actor=actor(), **where, **form)


@blp.route("/v1/courtyards/<courtyard_id>/inspections")
class CourtyardHistory(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(Visit))
    def get(self, query: PageQuery, courtyard_id: str) -> Any:
        """A courtyard's rounds, newest first, with its trend."""
        return page(inspection.get_courtyard_history(actor=actor(), courtyard_id=courtyard_id, **query))


def _progress(shown: calls.Progress) -> dict[str, Any]:
    return {
        **shown,
        "scores": _shown(shown["scores"]),
        "assignments": with_person_names(shown["assignments"], "inspector_id"),
    }


def _shown(scores: Sequence[Score]) -> list[dict[str, Any]]:
    """Return scores with the names of their inspectors and with links to their photos."""
    links = links_of_uploads({photo: score["inspector_id"] for score in scores for photo in score["evidence_ids"]})
    return [
        {**score, "evidence_links": [links[photo] for photo in score["evidence_ids"] if photo in links]}
        for score in with_person_names(scores, "inspector_id")
    ]


def _with_heads(shown: calls.Ranking) -> dict[str, Any]:
    return {**shown, "ranking": with_person_names(shown["ranking"], "head_id", masked=shown["masked"])}


def _photo(inspection_id: str, courtyard_id: str, evidence_id: str) -> EvidenceFile:
    """Return the photo if inspection lets the caller see it. Raises NotFound."""
    where = {"inspection_id": inspection_id, "courtyard_id": courtyard_id, "evidence_id": evidence_id}
    taken = inspection.open_photo(actor=actor(), **where)
    return claims.open_evidence_of(actor=actor(), evidence_id=evidence_id, uploaded_by_id=taken["inspector_id"])


def _keep_photos(evidence_ids: list[str]) -> None:
    """Keep the caller's photos, which no claim will name, from being deleted as unused uploads (R10)."""
    if evidence_ids:
        outside_idempotency_key(claims.keep_uploads)(actor=actor(), evidence_ids=evidence_ids)
