"""Honours: candidates drawn by points, decided by people (R26)."""

from datetime import datetime
from typing import Any

from flask import Response
from flask.views import MethodView

from contracts.calendar import day_of
from gateway import pdf
from gateway.blueprint import Blueprint
from gateway.paging import Page, page, page_of
from gateway.person_names import with_person_names
from gateway.rpc import rpc
from gateway.schemas import honours
from gateway.security.auth import actor, signed_in
from gateway.services import registry

blp = Blueprint("honours", __name__, description="What points cannot buy")

_DECISIONS = page_of(honours.HonourDecision)


@blp.route("/v1/honours")
class Honours(MethodView):
    @signed_in
    @blp.arguments(Page, location="query")
    @blp.response(200, page_of(honours.Honour))
    def get(self, query: dict[str, Any]) -> Any:
        """The programmes and what each takes, newest first."""
        return page(rpc.query("exchange", "list_honours", actor=actor(), **query))

    @signed_in
    @blp.arguments(honours.HonourForm)
    @blp.response(201, honours.Honour)
    def post(self, form: dict[str, Any]) -> Any:
        """Establish a programme (working group, committee)."""
        return rpc.command("exchange", "establish_honour", actor=actor(), **form)


@blp.route("/v1/honours/<honour_id>")
class OneHonour(MethodView):
    @signed_in
    @blp.response(200, honours.Honour)
    def get(self, honour_id: str) -> Any:
        """One programme."""
        return rpc.query("exchange", "get_honour", actor=actor(), honour_id=honour_id)


@blp.route("/v1/honours/<honour_id>/candidates")
class CandidateLists(MethodView):
    @signed_in
    @blp.arguments(Page, location="query")
    @blp.response(200, page_of(honours.CandidateList))
    def get(self, query: dict[str, Any], honour_id: str) -> Any:
        """The lists drawn so far, newest first (working group, committee, branch)."""
        return page(rpc.query("exchange", "list_candidate_lists", actor=actor(), honour_id=honour_id, **query))

    @signed_in
    @blp.response(201, honours.Candidates)
    def post(self, honour_id: str) -> Any:
        """Draw today's list: who meets the criteria, with figures and reasons (working group). It decides nothing."""
        return _with_names(rpc.command("exchange", "draw_candidates", actor=actor(), honour_id=honour_id))


@blp.route("/v1/honours/<honour_id>/candidates/<list_id>")
class OneCandidateList(MethodView):
    @signed_in
    @blp.response(200, honours.Candidates)
    def get(self, honour_id: str, list_id: str) -> Any:
        """One list, and what was decided about each candidate."""
        asked = {"actor": actor(), "honour_id": honour_id, "list_id": list_id}
        return _with_names(rpc.query("exchange", "get_candidate_list", **asked))


@blp.route("/v1/honours/<honour_id>/decisions")
class Decisions(MethodView):
    @signed_in
    @blp.arguments(Page, location="query")
    @blp.response(200, _DECISIONS)
    def get(self, query: dict[str, Any], honour_id: str) -> Any:
        """What was granted, newest first; staff see what was declined or revoked, too."""
        answer = page(rpc.query("exchange", "list_honour_decisions", actor=actor(), honour_id=honour_id, **query))
        return answer | {"data": with_person_names(answer["data"])}

    @signed_in
    @blp.arguments(honours.HonourDecisionForm)
    @blp.response(201, honours.HonourDecision)
    def post(self, form: dict[str, Any], honour_id: str) -> Any:
        """Grant or decline, with a reason (working group); nobody decides on himself or his household.

        With an `approval_quorum` above 1 it is `proposed` until so many members have granted it for the same last day.
        """
        return with_person_names(
            [rpc.command("exchange", "decide_honour", actor=actor(), honour_id=honour_id, **form)]
        )[0]


@blp.route("/v1/honours/<honour_id>/decisions/<decision_id>/revoke")
class Revocation(MethodView):
    @signed_in
    @blp.arguments(honours.RevocationForm)
    @blp.response(200, honours.HonourDecision)
    def post(self, form: dict[str, Any], honour_id: str, decision_id: str) -> Any:
        """It no longer holds (working group)."""
        asked = {"actor": actor(), "honour_id": honour_id, "decision_id": decision_id}
        return with_person_names([rpc.command("exchange", "revoke_honour", **asked, **form)])[0]


@blp.route("/v1/honours/<honour_id>/decisions/<decision_id>/certificate.pdf")
class Certificate(MethodView):
    @signed_in
    @blp.response(200, content_type=pdf.MEDIA_TYPE, schema={"type": "string", "format": "binary"})
    def get(self, honour_id: str, decision_id: str) -> Response:
        """The certificate, for whoever was honoured, his household, and staff."""
        asked = {"actor": actor(), "honour_id": honour_id, "decision_id": decision_id}
        found = with_person_names([rpc.query("exchange", "get_certificate", **asked)])[0]
        community = registry.get_community(community_id=found["community_id"])
        decided_on = day_of(datetime.fromisoformat(found["decided_at"])).isoformat()
        printed = found | {"community_name": community["name"], "decided_on": decided_on}
        return pdf.response(f"{found['honour_name']}证书", "certificate", printed)


@blp.route("/v1/me/honours")
class OwnHonours(MethodView):
    @signed_in
    @blp.response(200, _DECISIONS)
    def get(self) -> Any:
        """What I or my household hold today."""
        answer = page(rpc.query("exchange", "list_own_honours", actor=actor()))
        return answer | {"data": with_person_names(answer["data"])}


def _with_names(drawn: dict[str, Any]) -> dict[str, Any]:
    return drawn | {"candidates": with_person_names(drawn["candidates"])}
