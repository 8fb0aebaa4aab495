"""Cases before their judges: first review and final approval (R12, R13)."""

from typing import Any

from flask.views import MethodView

from contracts.errors import Invalid
from gateway.blueprint import Blueprint
from gateway.paging import page, page_of
from gateway.person_names import with_person_names
from gateway.rpc import rpc
from gateway.schemas.reviews import Case, DecisionAnswers, DecisionForm, DecisionsForm, Review, ReviewQuery
from gateway.security.auth import actor, signed_in

blp = Blueprint("reviews", __name__, description="First review and final approval")


@blp.route("/v1/reviews")
class Reviews(MethodView):
    @signed_in
    @blp.arguments(ReviewQuery, location="query")
    @blp.response(200, page_of(Review))
    def get(self, query: dict[str, Any]) -> Any:
        """What the caller may judge, the longest waiting first, with what the claimants wrote."""
        overdue = query.pop("overdue")
        if overdue and query.pop("stage") != "first":
            detail = "只有初审会逾期"
            raise Invalid(detail, errors=[{"pointer": "/stage", "detail": detail, "in": "query"}])
        method = "list_overdue_reviews" if overdue else "list_reviews"
        found = rpc.query("review", method, actor=actor(), **query)
        return page(found | {"data": _told(found["data"])})


@blp.route("/v1/reviews/<review_id>")
class OneReview(MethodView):
    @signed_in
    @blp.response(200, Case)
    def get(self, review_id: str) -> Any:
        """One case with every judge's word, for its people and its judges."""
        found = rpc.query("review", "get_review", actor=actor(), review_id=review_id)
        [case] = _told([found])
        return case | {"decisions": with_person_names(found["decisions"], "judge_id")}


@blp.route("/v1/reviews/<review_id>/decision")
class OneDecision(MethodView):
    @signed_in
    @blp.arguments(DecisionForm)
    @blp.response(200, Review)
    def post(self, form: dict[str, Any], review_id: str) -> Any:
        """Endorse, approve (adjusting the points with a reason), return for more, or refuse."""
        decided = rpc.command("review", "decide", actor=actor(), review_id=review_id, decision=form)
        return _told([decided])[0]


@blp.route("/v1/reviews/decisions")
class ManyDecisions(MethodView):
    @signed_in
    @blp.arguments(DecisionsForm)
    @blp.response(200, DecisionAnswers)
    def post(self, form: dict[str, Any]) -> Any:
        """Up to 2,000 at once, with an answer for each: one that is refused holds up no other."""
        return rpc.command("review", "decide_many", actor=actor(), **form)


def _told(reviews: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The reviews with names, and with the claims' own words."""
    ids = [review["source_id"] for review in reviews if review["origin"] == "claim"]
    claims = rpc.query("claims", "summaries", actor=actor(), ids=ids) if ids else {}
    rows = [review | {"claim": claims.get(review["source_id"])} for review in reviews]
    return with_person_names(rows, "person_id", "endorsed_by_id")
