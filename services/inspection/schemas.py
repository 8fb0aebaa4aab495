"""Inspection's domain objects as the replies of `contracts.calls.inspection`, and its forms as domain objects."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from contracts import errors
from contracts.calls import inspection as calls
from services.inspection.domain import (
    Checklist,
    Criterion,
    Inspection,
    Place,
    Rectification,
    Reinspection,
    Score,
    Share,
    Visit,
)


def criteria_of(form: Sequence[calls.Criterion]) -> list[Criterion]:
    """Return the criteria that a form describes."""
    return [Criterion(**criterion) for criterion in form]


def shares_of(form: Sequence[calls.AssignmentForm]) -> list[Share]:
    """Return the shares that a form describes."""
    return [
        Share(
            inspector=each["inspector_id"],
            grids=each.get("grid_ids", []),
            rows=each.get("rows", []),
            courtyards=each.get("courtyard_ids", []),
        )
        for each in form
    ]


def due_day(text: str) -> date:
    """Parse a day such as `2026-11-05`. Raises `Invalid`."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise errors.Invalid("应为日期，例如 2026-11-05", [{"pointer": "/due", "detail": "不是日期"}]) from error


def criteria(checklist: Checklist) -> list[calls.Criterion]:
    return [
        {"code": each.code, "title": each.title, "weight": each.weight, "max_mark": each.max_mark}
        for each in checklist.criteria
    ]


def checklist(found: Checklist) -> calls.Checklist:
    return {
        "version": found.version,
        "criteria": criteria(found),
        "adopted_by": found.adopted_by,
        "adopted_at": found.adopted_at.isoformat(),
    }


def inspection(found: Inspection) -> calls.Inspection:
    return {
        "id": found.id,
        "period": found.period,
        "state": found.state,
        "checklist_version": found.checklist_version,
        "opened_by": found.opened_by,
        "opened_at": found.opened_at.isoformat(),
        "closed_at": _instant(found.closed_at),
    }


def score(found: Score | Reinspection) -> calls.Score:
    return {
        "courtyard_id": found.courtyard,
        "version": found.version,
        "marks": found.marks,
        "score": found.score,
        "evidence_ids": found.evidence_ids,
        "note": found.note,
        "inspector_id": found.inspector,
        "recorded_at": found.recorded_at.isoformat(),
    }


def progress(
    found: Inspection, scores: Mapping[str, Score], layout: Mapping[str, Place], checklist: Checklist
) -> calls.Progress:
    """Return a round with its scores, the missing courtyards, and how far each inspector's share is (R18)."""
    return {
        **inspection(found),
        "criteria": criteria(checklist),
        "scores": [score(scores[courtyard]) for courtyard in sorted(scores)],
        "missing": _missing(set(layout), scores, layout),
        "total": len(layout),
        "assignments": [_assignment(share, scores, layout) for share in found.shares],
    }


def _assignment(share: Share, scores: Mapping[str, Score], layout: Mapping[str, Place]) -> calls.Assignment:
    covered = share.covers(layout)
    missing = _missing(covered, scores, layout)
    return {
        "inspector_id": share.inspector,
        "grid_ids": share.grids,
        "rows": share.rows,
        "courtyard_ids": share.courtyards,
        "total": len(covered),
        "recorded": len(covered) - len(missing),
        "missing": missing,
    }


def _missing(among: set[str], scores: Mapping[str, Score], layout: Mapping[str, Place]) -> list[calls.Missing]:
    missing = sorted(among - scores.keys(), key=lambda courtyard: layout[courtyard].number)
    return [{"courtyard_id": courtyard, "number": layout[courtyard].number} for courtyard in missing]


def rectification(found: Rectification, reinspection: Reinspection | None, today: date) -> calls.Rectification:
    """Return an order with its re-inspection."""
    return {
        "id": found.id,
        "inspection_id": found.inspection,
        "courtyard_id": found.courtyard,
        "reason": found.reason,
        "due": found.due.isoformat(),
        "state": found.state,
        "overdue": found.is_overdue(today),
        "ordered_by_id": found.ordered_by,
        "ordered_at": found.ordered_at.isoformat(),
        "reinspection": {**score(reinspection), "passed": reinspection.passed} if reinspection else None,
    }


def public_rectification(order: Rectification, reinspection: Reinspection | None, today: date) -> calls.PutRight:
    """Return what the public sees of an order: its deadline and its result."""
    return {
        "due": order.due.isoformat(),
        "state": order.state,
        "overdue": order.is_overdue(today),
        "score": reinspection.score if reinspection else None,
    }


def ranking(
    found: Inspection,
    numbers: Mapping[str, int],
    heads: Mapping[str, str],
    orders: Mapping[str, calls.PutRight],
    *,
    masked: bool,
) -> calls.Ranking:
    """Return the places of a closed round, best first, with heads and rectification by courtyard (R19)."""
    return {
        **inspection(found),
        "community_id": found.community,
        "ranking": [
            {
                "courtyard_id": place.courtyard,
                "number": numbers.get(place.courtyard),
                "head_id": heads.get(place.courtyard),
                "score": place.score,
                "rank": place.rank,
                "points": place.points,
                "listed": place.listed,
                "rectification": orders.get(place.courtyard),
            }
            for place in found.ranking
        ],
        "masked": masked,
    }


def visit(found: Visit, order: calls.PutRight | None) -> calls.Visit:
    """Return a closed round in the history of one courtyard."""
    place = found.place
    return {
        "inspection_id": found.inspection,
        "period": found.period,
        "closed_at": found.closed_at.isoformat(),
        "ranked": found.ranked,
        "score": place.score if place else None,
        "rank": place.rank if place else None,
        "points": place.points if place else None,
        "listed": place.listed if place else None,
        "score_change": found.score_change,
        "rank_change": found.rank_change,
        "rectification": order,
    }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
