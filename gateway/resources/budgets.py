"""What the scheme costs, for working group, branch and committee: one point is often worth about a yuan."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask.views import MethodView

from contracts import calendar
from contracts.errors import NotFound
from gateway.auth import actor, signed_in
from gateway.blueprint import Blueprint
from gateway.items import titled
from gateway.rpc import rpc
from gateway.schemas.budgets import Budget, BudgetQuery

blp = Blueprint("budgets", __name__, description="What outstanding points cost")


@blp.route("/v1/budget")
class TheBudget(MethodView):
    @signed_in
    @blp.arguments(BudgetQuery, location="query")
    @blp.response(200, Budget)
    def get(self, query: dict[str, Any]) -> Any:
        """Outstanding points and their cost, a plain forecast, and what a draft rulebook would have cost."""
        if query["rulebook_id"] is None:
            return rpc.query("aggregation", "get_budget", actor=actor())
        return _with_draft(query["rulebook_id"], query["period"] or _last_month())


def _with_draft(rulebook_id: str, period: str) -> dict[str, Any]:
    """The budget with the draft's scores, from claims, applied to the month's acts."""
    drafted = _scores(rpc.query("claims", "get_rulebook", actor=actor(), rulebook_id=rulebook_id))
    scores = {"in_force": _in_force(period), "drafted": drafted, "period": period}
    shown = rpc.query("aggregation", "get_budget", actor=actor(), **scores)
    items = titled(shown["draft"]["items"], actor()["community"])
    return shown | {"draft": shown["draft"] | {"rulebook_id": rulebook_id, "items": items}}


def _in_force(period: str) -> dict[str, int]:
    """Scores by the rulebook in force on the month's last day; none without a rulebook."""
    day = calendar.first_day(calendar.next_period(period)) - timedelta(days=1)
    try:
        return _scores(rpc.query("claims", "current_rulebook", actor=actor(), day=day.isoformat()))
    except NotFound:
        return {}


def _scores(rulebook: dict[str, Any]) -> dict[str, int]:
    return {item["code"]: item["score"] for item in rulebook["items"]}


def _last_month() -> str:
    today = calendar.day_of(datetime.now(UTC))
    return calendar.period_of(today.replace(day=1) - timedelta(days=1))
