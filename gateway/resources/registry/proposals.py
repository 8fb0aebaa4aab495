"""Proposals: appointments to offices and looser settings, approved by a person of another office (R4)."""

from typing import Any

from flask.views import MethodView

from contracts.calls.registry import proposals as calls
from contracts.calls.registry.proposals import ProposalQuery, ProposalRefusalForm
from gateway.blueprint import Blueprint
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.schemas.registry.proposals import Proposal
from gateway.security.auth import actor, signed_in
from gateway.services import registry

blp = Blueprint("proposals", __name__, description="Appointments and settings that need a second person")


@blp.route("/v1/communities/<community_id>/proposals")
class Proposals(MethodView):
    @signed_in
    @blp.arguments(ProposalQuery, location="query")
    @blp.response(200, page_schema(Proposal))
    def get(self, query: ProposalQuery, community_id: str) -> Any:
        """Proposals, newest first (group, branch, committee, platform)."""
        found = registry.list_proposals(actor=actor(), community_id=community_id, **query)
        return page({**found, "data": _with_names(*found["data"])})


@blp.route("/v1/communities/<community_id>/proposals/<proposal_id>/approval")
class Approval(MethodView):
    @signed_in
    @blp.response(200, Proposal)
    def post(self, community_id: str, proposal_id: str) -> Any:
        """Approve what somebody else proposed (branch; platform)."""
        approved = registry.approve_proposal(actor=actor(), community_id=community_id, proposal_id=proposal_id)
        return _with_names(approved)[0]


@blp.route("/v1/communities/<community_id>/proposals/<proposal_id>/refusal")
class Refusal(MethodView):
    @signed_in
    @blp.arguments(ProposalRefusalForm)
    @blp.response(200, Proposal)
    def post(self, form: ProposalRefusalForm, community_id: str, proposal_id: str) -> Any:
        """Refuse what somebody else proposed, with a reason (branch; platform)."""
        refused = registry.refuse_proposal(actor=actor(), community_id=community_id, proposal_id=proposal_id, **form)
        return _with_names(refused)[0]


def _with_names(*proposals: calls.Proposal) -> list[dict[str, Any]]:
    return with_person_names(proposals, "proposed_by_id", "decided_by_id")
