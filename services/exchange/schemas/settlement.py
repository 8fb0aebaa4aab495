"""Settlement lines, statements and reconciliations as JSON."""

from typing import cast

from contracts.calls.exchange import settlement as calls
from services.exchange.domain.reconciliation import Entry, Reconciliation
from services.exchange.domain.settlement import Line, Statement, Sum


def line(found: Line) -> calls.Line:
    return {
        "id": found.id,
        "kind": found.kind,
        "period": found.period,
        "at": found.at.isoformat(),
        "points": found.points,
        "amount_fen": found.amount_fen,
        "source_id": found.source,
        "merchant_reference": found.merchant_reference,
        "till": found.till,
        "shop_id": found.shop,
    }


def settlement(found: Statement) -> calls.Settlement:
    return {
        "id": found.period,
        "period": found.period,
        "lines": found.lines,
        "opening": _sum(found.opening),
        "redemptions": _sum(found.redemptions),
        "captures": _sum(found.captures),
        "refunds": _sum(found.refunds),
        "total": _sum(found.total),
        "closing": _sum(found.closing),
    }


def entries(lines: list[calls.ReconciliationLine]) -> list[Entry]:
    """Return the lines of a merchant's file."""
    return [Entry.of(each["merchant_reference"], each["kind"], each["points"], each.get("at")) for each in lines]


def reconciliation(found: Reconciliation) -> calls.Reconciliation:
    return {
        "id": found.id,
        "period": found.period,
        "made_at": found.made_at.isoformat(),
        "lines": found.lines,
        "matched": found.matched,
        "missing": cast(list[calls.Unmatched], found.missing),
        "extra": cast(list[calls.Unmatched], found.extra),
        "different": cast(list[calls.Different], found.different),
        "points": found.points,
        "statement_points": found.statement_points,
    }


def _sum(found: Sum) -> calls.Sum:
    return {"points": found.points, "amount_fen": found.amount_fen}
