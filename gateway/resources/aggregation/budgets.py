"""The budget view, for working group, branch and committee: one point is often worth about a yuan."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask.views import MethodView

from contracts import calendar
from gateway.blueprint import Blueprint
from gateway.item_titles import with_item_titles
from gateway.schemas.aggregation.budgets import Budget, BudgetQuery
from gateway.security.auth import actor, signed_in
from gateway.services import aggregation, claims

blp = Blueprint("budgets", __name__, description="What outstanding points cost")


@blp.route("/v1/budget")
class TheBudget(MethodView):
    @signed_in
    @blp.arguments(BudgetQuery, location="query")
    @blp.response(200, Budget)
    def get(self, query: BudgetQuery) -> Any:
        """Outstanding points and their cost, a plain forecast, and what a draft rulebook would have cost."""
        if query["rulebook_id"] is None:
            return aggregation.get_budget(actor=actor())
        return _with_draft(query["rulebook_id"], query["period"] or _last_month())


def _with_draft(rulebook_id: str, period: str) -> dict[str, Any]:
    """Return the budget with a month under the draft: claims recounts its acts, aggregation adds what they earned."""
    costing = claims.cost_draft(actor=actor(), rulebook_id=rulebook_id, period=period)
    shown = aggregation.get_budget(actor=actor(), draft=costing)
    if (draft := shown["draft"]) is None:
        return {**shown}
    items = with_item_titles(draft["items"], actor()["community"])
    titled = {
        **draft,
        "items": [item | {"item_title": item["title"] or item["item_title"]} for item in items],
        "unseen": [{**item, "item_title": item["title"]} for item in draft["unseen"]],
    }
    return {**shown, "draft": titled}


def _last_month() -> str:
    today = calendar.day_of(datetime.now(UTC))
    return calendar.period_of(today.replace(day=1) - timedelta(days=1))
