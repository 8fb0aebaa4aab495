"""Between a call and the rules: who asks, what a phone's sheet is worth, what an answer is put together of."""

from collections.abc import Iterable
from typing import Any

from contracts import calendar, errors
from messaging import Actor
from services.inspection import schemas
from services.inspection.domain import Inspection, Rectification
from services.inspection.store import InspectionTransaction

Row = dict[str, Any]


def organizer(tx: InspectionTransaction, actor: dict[str, Any]) -> Actor:
    """The caller, who may decide what is looked at, open a round and close it; else `RoleMissing`."""
    by = Actor.of(actor)
    tx.inspector(by).must_organize()
    return by


def followed(tx: InspectionTransaction, by: Actor, inspection_id: str) -> Inspection:
    """A round, for who inspects or has a share of it; else `RoleMissing`."""
    found = tx.inspections.get(by.community, inspection_id)
    tx.inspector(by).must_follow(found.shares)
    return found


def filled(tx: InspectionTransaction, by: Actor, inspection: Inspection, courtyard: str, sheet: Row) -> Row:
    """All there is of a sheet, with its score, if the caller may record there.

    `RoleMissing`, `Recused`, `NotFound` for no courtyard, `CourtyardGone` for one that was dissolved meanwhile;
    `Invalid` where marks do not fit the round's checklist.
    """
    tx.must_stand(by.community, courtyard)
    tx.inspector(by).must_record(courtyard, inspection.shares, tx.layout(by.community))
    score = tx.checklists.get(by.community, inspection.checklist_version).score(sheet["marks"])
    where = {"community": by.community, "inspection": inspection.id, "courtyard": courtyard}
    return where | sheet | {"score": score, "inspector": by.person, "recorded_at": tx.now}


def progress(tx: InspectionTransaction, inspection: Inspection) -> Row:
    """How far a round is, with the criteria it is recorded by."""
    recorded, layout = tx.inspections.scores(inspection), tx.layout(inspection.community)
    criteria = _criteria(tx, inspection)
    return schemas.progress(inspection, recorded, layout) | {"criteria": criteria}


def record(tx: InspectionTransaction, by: Actor, inspection_id: str, courtyard: str) -> Row:
    """What a round says of a courtyard, and why; `NotFound` if nothing yet, or if it is not for the caller."""
    found = tx.inspections.get(by.community, inspection_id)
    recorded = tx.inspections.scores(found).get(courtyard)
    if recorded is None or not tx.inspector(by).sees_record(courtyard, found.shares):
        raise errors.NotFound("没有这个院落的检查记录")
    order = tx.rectifications.of(by.community, [inspection_id]).get((inspection_id, courtyard))
    return {
        "inspection": schemas.inspection(found),
        "criteria": _criteria(tx, found),
        "score": schemas.score(recorded),
        "rectification": rectification(tx, order) if order else None,
    }


def _criteria(tx: InspectionTransaction, inspection: Inspection) -> list[Row]:
    checklist = tx.checklists.get(inspection.community, inspection.checklist_version)
    criteria: list[Row] = schemas.checklist(checklist)["criteria"]
    return criteria


def ranking(tx: InspectionTransaction, inspection: Inspection) -> Row:
    """A closed round's places, with the heads of the day it closed."""
    directory = tx.directory(inspection.community)
    heads = directory.heads_on(calendar.day_of(inspection.closed_at or tx.now))
    orders = put_right(tx, inspection.community, [inspection.id])
    by_courtyard = {courtyard: order for (_, courtyard), order in orders.items()}
    shown = schemas.ranking(inspection, directory.all_courtyards(), heads, by_courtyard)
    return shown | {"masked": directory.policy().mask_names}


def put_right(tx: InspectionTransaction, community: str, rounds: Iterable[str]) -> dict[tuple[str, str], Row]:
    """By round and courtyard, what was ordered and how it ended."""
    rounds, today = list(rounds), calendar.day_of(tx.now)
    again = tx.rectifications.found_again(community, rounds)
    orders = tx.rectifications.of(community, rounds)
    return {key: schemas.put_right(order, again.get(key), today) for key, order in orders.items()}


def rectification(tx: InspectionTransaction, order: Rectification) -> Row:
    """An order as those who inspect see it."""
    return schemas.rectification(order, tx.rectifications.standing(order), calendar.day_of(tx.now))


def photographer(tx: InspectionTransaction, by: Actor, inspection_id: str, courtyard: str, evidence: str) -> str:
    """Who recorded the courtyard with that photo; `NotFound` if nobody did, or if it is not for the caller."""
    found = tx.inspections.get(by.community, inspection_id)
    again = tx.rectifications.found_again(by.community, [inspection_id])
    recorded = tx.inspections.scores(found).get(courtyard), again.get((inspection_id, courtyard))
    if tx.inspector(by).sees_record(courtyard, found.shares):
        for sheet in recorded:
            if sheet and evidence in sheet.evidence_ids:
                return sheet.inspector
    raise errors.NotFound("没有这张照片")


def version(cursor: str | None) -> int | None:
    """The version a cursor stands for; `Invalid` when it is none of ours."""
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 9):
        raise errors.Invalid("游标无效", [{"pointer": "/cursor", "detail": "无效"}])
    return int(cursor)
