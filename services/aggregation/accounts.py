"""Giving account by the month: to a book's owner what came and went, to the community what the scheme costs (R23)."""

from datetime import UTC, datetime, time
from typing import Any

from contracts import calendar
from messaging import Actor, query
from services.aggregation import reading, schemas
from services.aggregation.domain import budget, statements
from services.aggregation.store import AggregationStore, AggregationTransaction


class Accounts:
    """Statements and the budget view."""

    store: AggregationStore

    @query
    def list_statements(self, tx: AggregationTransaction, actor, account_id, limit=20, cursor=None):
        """A book's months, newest first."""
        by = Actor.of(actor)
        reading.must_see(tx, by, account_id)
        made = statements.statements(tx.months(by.community).of_book(account_id), reading.this_month(tx))
        found = [schemas.statement(each) for each in reversed(made) if cursor is None or each.movements.period < cursor]
        return schemas.page(found, limit, found, "period")

    @query
    def get_statement(self, tx: AggregationTransaction, actor, account_id, period, limit=20, cursor=None):
        """One month of a book with its lines, oldest first."""
        by, month = Actor.of(actor), schemas.period(period)
        owners = reading.must_see(tx, by, account_id)
        months = tx.months(by.community)
        made = statements.statement(months.of_book(account_id), month, reading.this_month(tx))
        found = months.lines(account_id, *_span(month), limit + 1, cursor)
        shown = schemas.statement(made) | {"account_id": account_id, "owner_ids": sorted(owners)}
        return shown | schemas.page(found, limit, [schemas.line(line) for line in found], "id")

    @query
    def get_budget(self, tx: AggregationTransaction, actor, draft=None):
        """What is outstanding and what it costs; with a month under a draft, as claims counted it, that beside it."""
        by = Actor.of(actor)
        reading.must_answer_for_all(tx, by)
        shown = _outlook(tx, by.community or "")
        if draft is None:
            return shown | {"draft": None}
        costs = {item["item"]: item["drafted_points"] for item in draft["items"]}
        found = budget.drafted(tx.months(by.community).earned(draft["period"]), costs)
        return shown | {"draft": schemas.draft(draft, found, shown["point_value_fen"])}


def _outlook(tx: AggregationTransaction, community: str) -> dict[str, Any]:
    """Balances, the last twelve months and the forecast, in points and in fen."""
    month, rate = reading.this_month(tx), tx.directory(community).policy().point_value_fen
    months = tx.months(community).of_community(_span(f"{int(month[:4]) - 1}{month[4:]}")[0])
    balances = reading.balances(tx, community)
    ahead = budget.forecast(months, balances["outstanding"], month)
    return {
        "period": month,
        "point_value_fen": rate,
        "pending": tx.records.pending_in_all(community),
        **balances,
        "outstanding_fen": balances["outstanding"] * rate,
        "months": [schemas.month(each) for each in months],
        "forecast": schemas.forecast(ahead, rate) if ahead else None,
    }


def _span(period: str) -> tuple[datetime, datetime]:
    """The first instant of a month in Asia/Shanghai, and that of the next."""
    ends = (calendar.first_day(each) for each in (period, calendar.next_period(period)))
    since, until = (datetime.combine(day, time(), calendar.ZONE).astimezone(UTC) for day in ends)
    return since, until
