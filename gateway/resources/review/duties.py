"""What offices decided, for every resident, and who gained by whose decisions (R4, R12)."""

from typing import Any

from flask.views import MethodView

from contracts.calls.review import OfficeDecisionQuery, SelfDealingQuery
from gateway.blueprint import Blueprint
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.schemas.review.duties import OfficeDecision, SelfDealingReport
from gateway.security.auth import actor, signed_in
from gateway.services import review

blp = Blueprint("duties", __name__, description="The record of office decisions")


@blp.route("/v1/office-decisions")
class OfficeDecisions(MethodView):
    @signed_in
    @blp.arguments(OfficeDecisionQuery, location="query")
    @blp.response(200, page_schema(OfficeDecision))
    def get(self, query: OfficeDecisionQuery) -> Any:
        """Appointments, settings, adjusted scores and corrections, newest first (everybody of the community)."""
        found = review.list_office_decisions(actor=actor(), **query)
        return page({**found, "data": with_person_names(found["data"], "by_id", "person_id")})


@blp.route("/v1/self-dealing-report")
class SelfDealing(MethodView):
    @signed_in
    @blp.arguments(SelfDealingQuery, location="query")
    @blp.response(200, SelfDealingReport)
    def get(self, query: SelfDealingQuery) -> Any:
        """Who gained by whose decisions over the whole history (branch, committee)."""
        found = review.self_dealing(actor=actor(), **query)
        return {"data": with_person_names(found["data"], "decider_id")}
