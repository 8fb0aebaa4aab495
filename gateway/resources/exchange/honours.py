"""Honours: candidates drawn by points, decisions by the working group (R26)."""

from datetime import datetime
from typing import Any

from flask import Response
from flask.views import MethodView

from contracts.calendar import day_of
from contracts.calls.exchange import honours as calls
from contracts.calls.exchange.honours import (
    CandidateList,
    Honour,
    HonourDecisionForm,
    HonourForm,
    RevocationForm,
)
from gateway import pdf
from gateway.blueprint import Blueprint
from gateway.paging import PageQuery, page, page_schema
from gateway.person_names import with_person_names
from gateway.schemas.exchange.honours import DrawnCandidates, HonourDecision
from gateway.security.auth import actor, signed_in
from gateway.services import exchange, registry

blp = Blueprint("honours", __name__, description="Honours, decided by people")

_DECISIONS = page_schema(HonourDecision)


@blp.route("/v1/honours")
class Honours(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(Honour))
    def get(self, query: PageQuery) -> Any:
        """List the programmes with their criteria, newest first."""
        return page(exchange.list_honours(actor=actor(), **query))

    @signed_in
    @blp.arguments(HonourForm)
    @blp.response(201, Honour)
    def post(self, form: HonourForm) -> Any:
        """Add a programme (working group, committee)."""
        return exchange.establish_honour(actor=actor(), **form)


@blp.route("/v1/honours/<honour_id>")
class OneHonour(MethodView):
    @signed_in
    @blp.response(200, Honour)
    def get(self, honour_id: str) -> Any:
        """Get a programme."""
        return exchange.get_honour(actor=actor(), honour_id=honour_id)


@blp.route("/v1/honours/<honour_id>/candidates")
class CandidateLists(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(CandidateList))
    def get(self, query: PageQuery, honour_id: str) -> Any:
        """List the candidate lists, newest first (working group, committee, branch)."""
        return page(exchange.list_candidate_lists(actor=actor(), honour_id=honour_id, **query))

    @signed_in
    @blp.response(201, DrawnCandidates)
    def post(self, honour_id: str) -> Any:
        """Draw today's list of those who meet the criteria, with figures and reasons (working group)."""
        return _with_names(exchange.draw_candidates(actor=actor(), honour_id=honour_id))


@blp.route("/v1/honours/<honour_id>/candidates/<list_id>")
class OneCandidateList(MethodView):
    @signed_in
    @blp.response(200, DrawnCandidates)
    def get(self, honour_id: str, list_id: str) -> Any:
        """Get a list with what was decided about each candidate."""
        return _with_names(exchange.get_candidate_list(actor=actor(), honour_id=honour_id, list_id=list_id))


@blp.route("/v1/honours/<honour_id>/decisions")
class Decisions(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, _DECISIONS)
    def get(self, query: PageQuery, honour_id: str) -> Any:
        """List granted honours, newest first; for staff also those proposed, declined or revoked."""
        found = exchange.list_honour_decisions(actor=actor(), honour_id=honour_id, **query)
        return page({**found, "data": with_person_names(found["data"])})

    @signed_in
    @blp.arguments(HonourDecisionForm)
    @blp.response(201, HonourDecision)
    def post(self, form: HonourDecisionForm, honour_id: str) -> Any:
        """Grant or decline, with a reason (working group); nobody decides on themselves or their household.

        With an `approval_quorum` above 1 it is `proposed` until so many members have granted it for the same last day.
        """
        return with_person_names([exchange.decide_honour(actor=actor(), honour_id=honour_id, **form)])[0]


@blp.route("/v1/honours/<honour_id>/decisions/<decision_id>/revoke")
class Revocation(MethodView):
    @signed_in
    @blp.arguments(RevocationForm)
    @blp.response(200, HonourDecision)
    def post(self, form: RevocationForm, honour_id: str, decision_id: str) -> Any:
        """Revoke an honour (working group)."""
        where = {"honour_id": honour_id, "decision_id": decision_id}
        return with_person_names([exchange.revoke_honour(actor=actor(), **where, **form)])[0]


@blp.route("/v1/honours/<honour_id>/decisions/<decision_id>/certificate.pdf")
class Certificate(MethodView):
    @signed_in
    @blp.response(200, content_type=pdf.MEDIA_TYPE, schema={"type": "string", "format": "binary"})
    def get(self, honour_id: str, decision_id: str) -> Response:
        """Get the certificate, for the subject, their household, and staff."""
        where = {"honour_id": honour_id, "decision_id": decision_id}
        found = with_person_names([exchange.get_certificate(actor=actor(), **where)])[0]
        community = registry.get_community(community_id=found["community_id"])
        decided_on = day_of(datetime.fromisoformat(found["decided_at"])).isoformat()
        recipient = (found["person_name"] or "—") + ("家庭" if found["subject_kind"] == "household" else "")
        printed = found | {
            "title": f"荣誉证书：{recipient}「{found['honour_name']}」",
            "recipient": recipient,
            "community_name": community["name"],
            "decided_on": decided_on,
        }
        return pdf.response(f"{found['honour_name']}证书", "certificate", printed)


@blp.route("/v1/me/honours")
class OwnHonours(MethodView):
    @signed_in
    @blp.response(200, _DECISIONS)
    def get(self) -> Any:
        """List the honours that I or my household hold today."""
        found = exchange.list_own_honours(actor=actor())
        return page({**found, "data": with_person_names(found["data"])})


def _with_names(drawn: calls.Candidates) -> dict[str, Any]:
    return {**drawn, "candidates": with_person_names(drawn["candidates"])}
