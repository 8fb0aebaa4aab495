"""The fairness view: how points, declaring and reviews are spread, for working group, branch and committee (R41)."""

from datetime import UTC, datetime
from typing import Any

from flask.views import MethodView

from contracts import calendar
from contracts.calls.aggregation.fairness import PublicSpread
from contracts.calls.exchange.rewards import Reward
from contracts.errors import Invalid
from contracts.rpc import Caller
from gateway.blueprint import Blueprint
from gateway.http.public_cache import publicly_cached
from gateway.person_names import with_person_names
from gateway.rpc import ask_together, question
from gateway.schemas.aggregation.fairness import Fairness, FairnessQuery
from gateway.security.auth import actor, signed_in
from gateway.services import aggregation, claims, exchange, registry, review

blp = Blueprint("fairness", __name__, description="How points, declaring and reviews are spread")

_MOST_MONTHS, _USUAL_MONTHS = 24, 12


@blp.route("/v1/fairness")
class TheFairness(MethodView):
    @signed_in
    @blp.arguments(FairnessQuery, location="query")
    @blp.response(200, Fairness)
    def get(self, query: FairnessQuery) -> Any:
        """How points, declaring and reviews of some months are spread (working group, branch, committee).

        Figures about fewer than five people are null, and so is what would give them away by subtraction.
        """
        who = actor()
        first, last = _months(query)
        ages = registry.age_groups(actor=who)
        points = question(aggregation.get_points_fairness)(actor=who, first=first, last=last, ages=ages)
        declaring = question(claims.get_declaring_fairness)(actor=who, first=first, last=last, ages=ages)
        reviews = question(review.get_review_fairness)(actor=who, first=first, last=last)
        budget = question(aggregation.get_budget)(actor=who)
        ask_together(points, declaring, reviews, budget)
        decided, outstanding, goods = reviews.answer(), budget.answer(), _goods(who)
        return {
            **points.answer(),
            "declaring": declaring.answer(),
            "reviews": {**decided, "by_reviewer": with_person_names(decided["by_reviewer"])},
            "budget": {
                "outstanding": outstanding["outstanding"],
                "outstanding_fen": outstanding["outstanding_fen"],
                "goods": len(goods),
                "goods_points": sum(each["left"] * each["points"] for each in goods),
            },
        }


@blp.route("/v1/communities/<community_id>/spread")
class CommunitySpread(MethodView):
    @publicly_cached(seconds=60)
    @blp.arguments(FairnessQuery, location="query")
    @blp.response(200, PublicSpread)
    def get(self, query: FairnessQuery, community_id: str) -> Any:
        """How points are spread over households, if the community lets the public see it; else 404 (public)."""
        first, last = _months(query)
        return aggregation.get_public_spread(community_id=community_id, first=first, last=last)


def _months(query: FairnessQuery) -> tuple[str, str]:
    """Return the first and the last month. Raise Invalid for none or too many."""
    last = query["last"] or calendar.period_of(calendar.day_of(datetime.now(UTC)))
    first = query["first"] or _before(last, _USUAL_MONTHS - 1)
    if not _before(last, _MOST_MONTHS - 1) <= first <= last:
        detail = f"须不晚于最后一个月，最多 {_MOST_MONTHS} 个月"
        raise Invalid(errors=[{"pointer": "/first", "detail": detail, "in": "query"}])
    return first, last


def _before(period: str, months: int) -> str:
    """Return the month that is so many months before another."""
    year, month = map(int, period.split("-"))
    years, place = divmod(year * 12 + month - 1 - months, 12)
    return f"{years:04d}-{place + 1:02d}"


def _goods(who: Caller) -> list[Reward]:
    """Return the rewards on offer today."""
    found: list[Reward] = []
    cursor = None
    while True:
        part = exchange.list_rewards(actor=who, limit=100, cursor=cursor)
        found += part["data"]
        if (cursor := part["next_cursor"]) is None:
            return found
