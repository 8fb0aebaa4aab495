"""Reviews: first review and final approval (R12, R13)."""

from collections.abc import Sequence
from typing import Any

from flask.views import MethodView

from contracts.calls import review as calls
from contracts.calls.review import DecisionAnswers, DecisionForm, DecisionsForm
from contracts.errors import Invalid
from gateway.blueprint import Blueprint
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.resources.claims.evidence import links_of_claims
from gateway.schemas.review.reviews import Case, Review, ReviewFilterQuery, ReviewQuery
from gateway.security.auth import actor, signed_in
from gateway.services import claims, review

blp = Blueprint("reviews", __name__, description="First review and final approval")


@blp.route("/v1/reviews")
class Reviews(MethodView):
    @signed_in
    @blp.arguments(ReviewQuery, location="query")
    @blp.response(200, page_schema(Review, counted=True))
    def get(self, query: ReviewQuery) -> Any:
        """Reviews the caller may decide on, the longest waiting first, with what the claimants wrote."""
        limit, cursor, totals = query["limit"], query["cursor"], query["totals"]
        if not query["overdue"]:
            matching = _filter_of(query) | {"waiting_for": query["waiting_for"]}
            found = review.list_reviews(
                actor=actor(),
                stage=query["stage"],
                matching=matching,
                changed_since=query.get("changed_since"),
                totals=totals,
                limit=limit,
                cursor=cursor,
            )
        elif query["stage"] != "first":
            raise _refused("stage", "只有初审会逾期")
        elif "changed_since" in query:
            raise _refused("changed_since", "逾期列表不能按变更时间筛选")
        else:
            found = review.list_overdue_reviews(actor=actor(), totals=totals, limit=limit, cursor=cursor)
        return page({**found, "data": _with_evidence_links(_with_names_and_claims(found["data"]))})


@blp.route("/v1/reviews/selection")
class ReviewSelection(MethodView):
    @signed_in
    @blp.arguments(ReviewFilterQuery, location="query")
    @blp.response(200, calls.Selection)
    def get(self, query: ReviewFilterQuery) -> Any:
        """All reviews of a filter that the caller may decide on, up to 2,000, each with its version.

        Their decisions name the versions, so that nothing is decided that changed since it was selected.
        """
        return review.select_reviews(actor=actor(), stage=query["stage"], matching=_filter_of(query))


@blp.route("/v1/reviews/<review_id>")
class OneReview(MethodView):
    @signed_in
    @blp.response(200, Case)
    def get(self, review_id: str) -> Any:
        """A review with the decisions on it, for its people and its reviewers."""
        found = review.get_review(actor=actor(), review_id=review_id)
        [case] = _with_evidence_links(_with_names_and_claims([found]))
        return case | {"decisions": with_person_names(found["decisions"], "judge_id")}


@blp.route("/v1/reviews/<review_id>/decision")
class OneDecision(MethodView):
    @signed_in
    @blp.arguments(DecisionForm)
    @blp.response(200, Review)
    def post(self, form: DecisionForm, review_id: str) -> Any:
        """Endorse, approve (adjusting the points with a reason), return for more, or refuse."""
        decided = review.decide(actor=actor(), review_id=review_id, decision=form)
        return _with_names_and_claims([decided])[0]


@blp.route("/v1/reviews/decisions")
class ManyDecisions(MethodView):
    @signed_in
    @blp.arguments(DecisionsForm)
    @blp.response(200, DecisionAnswers)
    def post(self, form: DecisionsForm) -> Any:
        """Up to 2,000 decisions at once, with an answer for each; a refused one does not affect the others."""
        return review.decide_many(actor=actor(), **form)


def _refused(parameter: str, detail: str) -> Invalid:
    return Invalid(detail, errors=[{"pointer": f"/{parameter}", "detail": detail, "in": "query"}])


def _filter_of(query: ReviewFilterQuery) -> calls.ReviewFilter:
    return {
        "period": query["period"],
        "courtyard_id": query["courtyard_id"],
        "grid_id": query["grid_id"],
        "category": query["category"],
        "item": query["item"],
        "flagged": None if query["flagged"] is None else query["flagged"] == "true",
        "declarer": query["declarer"],
        "declared_by_id": query["declared_by_id"],
    }


def _with_names_and_claims(reviews: Sequence[calls.Review]) -> list[dict[str, Any]]:
    """Return the reviews with people's names and with the summary of each claim."""
    ids = [each["source_id"] for each in reviews if each["origin"] == "claim"]
    summaries = claims.summaries(actor=actor(), ids=ids) if ids else {}
    named = dict(zip(summaries, with_person_names(summaries.values(), "declared_by_id"), strict=True))
    rows = [{**each, "claim": named.get(each["source_id"])} for each in reviews]
    return with_person_names(rows, "person_id", "endorsed_by_id")


def _with_evidence_links(reviews: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the reviews with links to the evidence of their claims."""
    links = links_of_claims([each["source_id"] for each in reviews if (each["claim"] or {}).get("evidence_ids")])
    for each in reviews:
        if each["claim"]:
            each["claim"] |= {"evidence_links": links.get(each["source_id"], [])}
    return reviews
