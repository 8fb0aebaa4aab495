"""How review answers: pages, cases with their decisions, lists with what stands beside their entries."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from services.review import schemas
from services.review.domain.entries import Correction, Entry
from services.review.domain.objections import Objection, Outcome
from services.review.domain.publications import Publication
from services.review.domain.reviews import Review, Stage
from services.review.domain.waiting import days_waited, overdue_before
from services.review.store import Records
from services.review.store.lists import Line
from services.review.store.periods import PeriodFigures

T = TypeVar("T")


def page(found: Sequence[T], limit: int, shape: Callable[[T], dict[str, Any]], cursor: str = "id") -> dict[str, Any]:
    """A page of `limit` out of `limit + 1` that were looked for; the cursor is the last one's `cursor`."""
    data = [shape(each) for each in found[:limit]]
    return {"data": data, "next_cursor": str(data[-1][cursor]) if len(found) > limit else None}


def review(found: Review, records: Records) -> dict[str, Any]:
    """A review, and how long its judges have let it wait."""
    waits = found.stage in (Stage.FIRST, Stage.FINAL)
    late = found.changed_at <= overdue_before(records.policy.reminder_days, records.now)
    return dict(schemas.ReviewOut().dump(found)) | {
        "waiting_days": days_waited(found.changed_at, records.now) if waits else None,
        "overdue": found.stage is Stage.FIRST and late,
    }


def case(found: Review, records: Records) -> dict[str, Any]:
    """A review with every judge's word on it."""
    decisions = records.docket.decisions_on(found)
    return review(found, records) | {"decisions": schemas.DecisionOut(many=True).dump(decisions)}


def period(found: PeriodFigures) -> dict[str, Any]:
    state = found.publication.state if found.publication else "open"
    return dict(schemas.PeriodOut().dump(found)) | {"state": state}


def publication(found: Publication) -> dict[str, Any]:
    return dict(schemas.PublicationOut().dump(found))


def published(found: Publication, records: Records, courtyard: str | None, limit: int, after: int) -> dict[str, Any]:
    """A published list, a page of its lines, and beside each line the objections and corrections it met (R16)."""
    lines = records.lists.lines(found, courtyard, limit + 1, after)
    ids = [line.entry.id for line in lines]
    objections, corrections = records.objections.to(ids), records.lists.corrections_of(ids)

    def shape(line: Line) -> dict[str, Any]:
        return _line(line, objections.get(line.entry.id, ()), corrections.get(line.entry.id, ()))

    return publication(found) | page(lines, limit, shape, cursor="position")


def objection(found: Objection, records: Records) -> dict[str, Any]:
    """An objection, and until when the branch is to rule on it."""
    due_at = found.raised_at + timedelta(days=records.policy.ruling_days)
    return dict(schemas.ObjectionOut().dump(found)) | {
        "due_at": due_at.isoformat(),
        "overdue": found.outcome is Outcome.OPEN and due_at <= records.now,
    }


def correction(found: Correction) -> dict[str, Any]:
    return dict(schemas.CorrectionOut().dump(found))


def _line(line: Line, objections: Sequence[Objection], corrections: Sequence[Correction]) -> dict[str, Any]:
    entry: Entry = line.entry
    return dict(schemas.EntryOut().dump(entry)) | {
        "position": line.position,
        "courtyard_number": line.courtyard_number,
        "current_points": entry.points + entry.corrected,
        "objections": schemas.PublicObjectionOut(many=True).dump(objections),
        "corrections": schemas.CorrectionOut(many=True).dump(corrections),
    }
