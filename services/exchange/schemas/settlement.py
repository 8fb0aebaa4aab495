"""Settlement lines and statements as JSON."""

from typing import Any

from services.exchange.domain.reconciliation import Reconciliation
from services.exchange.domain.settlement import Line, Statement, Sum


def line(of: Line) -> dict[str, Any]:
    return {
        "id": of.id,
        "kind": of.kind,
        "period": of.period,
        "at": of.at.isoformat(),
        "points": of.points,
        "amount_fen": of.amount_fen,
        "source_id": of.source,
        "merchant_reference": of.merchant_reference,
        "till": of.till,
        "shop_id": of.shop,
    }


def statement(of: Statement) -> dict[str, Any]:
    return {
        "id": of.period,
        "period": of.period,
        "lines": of.lines,
        "opening": _sum(of.opening),
        "redemptions": _sum(of.redemptions),
        "captures": _sum(of.captures),
        "refunds": _sum(of.refunds),
        "total": _sum(of.total),
        "closing": _sum(of.closing),
    }


def reconciliation(of: Reconciliation) -> dict[str, Any]:
    return {
        "id": of.id,
        "period": of.period,
        "made_at": of.made_at.isoformat(),
        "lines": of.lines,
        "matched": of.matched,
        "missing": of.missing,
        "extra": of.extra,
        "different": of.different,
        "points": of.points,
        "statement_points": of.statement_points,
    }


def _sum(of: Sum) -> dict[str, int]:
    return {"points": of.points, "amount_fen": of.amount_fen}
