"""What the inspection service does that needs several repositories or rules."""

from collections.abc import Iterable

from contracts import calendar, errors
from contracts.calls import inspection as calls
from services.inspection import permissions, schemas
from services.inspection.domain import Inspection, Rectification, Reinspection, Score, history
from services.inspection.store import InspectionScope


def progress_of(scope: InspectionScope, inspection: Inspection) -> calls.Progress:
    """Return a round with its scores, the courtyards still missing and the criteria of its checklist."""
    checklist = scope.checklists.get(inspection.checklist_version)
    return schemas.progress(inspection, scope.inspections.scores(inspection), scope.layout(), checklist)


def put_score(scope: InspectionScope, inspection_id: str, courtyard: str, sheet: calls.ScoreForm) -> Score:
    """Store the caller's score of a courtyard and return the one in force."""
    inspection = scope.inspections.get(inspection_id, for_update=True)
    permissions.require_recording(scope, inspection, courtyard)
    checklist = scope.checklists.get(inspection.checklist_version)
    score = Score(
        community=scope.community,
        inspection=inspection.id,
        courtyard=courtyard,
        version=sheet["version"],
        marks=sheet["marks"],
        score=checklist.score(sheet["marks"]),
        evidence_ids=sheet["evidence_ids"],
        note=sheet["note"],
        inspector=scope.person,
        recorded_at=scope.now,
    )
    return scope.inspections.put_score(inspection, score)


def close_inspection(scope: InspectionScope, inspection_id: str, accept_missing: bool) -> Inspection:
    """Close a round, publish its ranking and propose its awards."""
    policy, heads = scope.policy, scope.heads()
    inspection = scope.inspections.get(inspection_id, for_update=True)
    scores = scope.inspections.scores(inspection)
    numbers = {courtyard: place.number for courtyard, place in scope.layout().items()}
    weighed_by = scope.checklists.get(inspection.checklist_version).adopted_by
    closed, awards = inspection.close(
        scores, numbers, heads, policy, accept_missing, scope.person, scope.now, weighed_by
    )
    scope.tx.emit(closed, *awards)
    return inspection


def record_of(scope: InspectionScope, inspection_id: str, courtyard: str) -> calls.CourtyardRecord:
    """Return a courtyard's score and rectification in a round. Raises `NotFound`, also when they may not be seen."""
    inspection = scope.inspections.get(inspection_id)
    score = scope.inspections.scores(inspection).get(courtyard)
    if score is None or not permissions.may_see_record(scope, inspection, courtyard):
        raise errors.NotFound("没有这个院落的检查记录")
    order = scope.rectifications.of_rounds([inspection_id]).get((inspection_id, courtyard))
    return {
        "inspection": schemas.inspection(inspection),
        "criteria": schemas.criteria(scope.checklists.get(inspection.checklist_version)),
        "score": schemas.score(score),
        "rectification": rectification_of(scope, order) if order else None,
    }


def order_rectification(
    scope: InspectionScope, inspection_id: str, courtyard: str, form: calls.RectificationForm
) -> Rectification:
    """Order a courtyard to correct a fault by a day, or change the order; the same again changes nothing."""
    scope.require_courtyard(courtyard)
    terms = (form["reason"], schemas.due_day(form["due"]), scope.person, scope.now, scope.today)
    inspection = scope.inspections.get(inspection_id, for_update=True)
    order = scope.rectifications.find(inspection_id, courtyard)
    if order is None:
        order = Rectification.order(inspection, courtyard, *terms)
        scope.rectifications.add(order)
        scope.tx.emit(order.ordered())
    elif order.amend(*terms):
        scope.tx.emit(order.ordered())
    return order


def put_reinspection(
    scope: InspectionScope, inspection_id: str, courtyard: str, sheet: calls.ReinspectionForm
) -> Rectification:
    """Store what the caller's re-inspection of a courtyard found; a repeat changes nothing."""
    inspection = scope.inspections.get(inspection_id)
    order = scope.rectifications.get(inspection_id, courtyard)
    permissions.require_recording(scope, inspection, courtyard)
    checklist = scope.checklists.get(inspection.checklist_version)
    reinspection = Reinspection(
        community=scope.community,
        inspection=inspection.id,
        courtyard=courtyard,
        version=sheet["version"],
        marks=sheet["marks"],
        score=checklist.score(sheet["marks"]),
        evidence_ids=sheet["evidence_ids"],
        note=sheet["note"],
        inspector=scope.person,
        recorded_at=scope.now,
        passed=sheet["passed"],
    )
    if checked := order.check(scope.rectifications.reinspection_of(order), reinspection):
        scope.rectifications.put_reinspection(reinspection)
        scope.tx.emit(checked)
    return order


def rectification_of(scope: InspectionScope, order: Rectification) -> calls.Rectification:
    """Return an order as inspectors see it, with its re-inspection."""
    return schemas.rectification(order, scope.rectifications.reinspection_of(order), scope.today)


def ranking_of(scope: InspectionScope, inspection: Inspection) -> calls.Ranking:
    """Return the places of a closed round, with the heads of the day it closed and the rectification since."""
    heads = scope.directory.heads_on(calendar.day_of(inspection.closed_at or scope.now))
    orders = _public_rectifications(scope, [inspection.id])
    by_courtyard = {courtyard: order for (_, courtyard), order in orders.items()}
    numbers = scope.directory.all_courtyards()
    return schemas.ranking(inspection, numbers, heads, by_courtyard, masked=scope.policy.mask_names)


def list_visits(scope: InspectionScope, courtyard: str, limit: int, cursor: str | None) -> list[calls.Visit]:
    """Return up to `limit` closed rounds of a courtyard before the month `cursor`. Raises `NotFound`."""
    rounds = scope.inspections.page(None, closed=True)
    visits = [each for each in history(rounds, courtyard) if cursor is None or each.period < cursor]
    if courtyard not in scope.directory.all_courtyards() and not any(visit.place for visit in visits):
        raise errors.NotFound("没有这个院落")
    orders = _public_rectifications(scope, [visit.inspection for visit in visits[:limit]])
    return [schemas.visit(each, orders.get((each.inspection, courtyard))) for each in visits[:limit]]


def photographer_of(scope: InspectionScope, inspection_id: str, courtyard: str, evidence: str) -> str:
    """Return who recorded the courtyard with that photo. Raises `NotFound`, also when the caller may not see it."""
    inspection = scope.inspections.get(inspection_id)
    reinspections = scope.rectifications.reinspections_of_rounds([inspection_id])
    sheets = scope.inspections.scores(inspection).get(courtyard), reinspections.get((inspection_id, courtyard))
    if permissions.may_see_record(scope, inspection, courtyard):
        for sheet in sheets:
            if sheet and evidence in sheet.evidence_ids:
                return sheet.inspector
    raise errors.NotFound("没有这张照片")


def _public_rectifications(scope: InspectionScope, rounds: Iterable[str]) -> dict[tuple[str, str], calls.PutRight]:
    rounds = list(rounds)
    reinspections = scope.rectifications.reinspections_of_rounds(rounds)
    orders = scope.rectifications.of_rounds(rounds)
    return {
        key: schemas.public_rectification(order, reinspections.get(key), scope.today) for key, order in orders.items()
    }
