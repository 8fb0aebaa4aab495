"""The monthly sanitation inspection over RPC (R18, R19)."""

from contracts import calendar, errors
from directory import KeepsDirectory
from messaging import Actor, command, query
from services.inspection import schemas
from services.inspection.domain import INSPECTOR_OFFICES, Checklist, Headship, Inspection, Score
from services.inspection.store import InspectionStore, InspectionTransaction


class InspectionService(KeepsDirectory):
    name = "inspection"
    store = InspectionStore()

    @query
    def get_checklist(self, tx: InspectionTransaction, actor):
        return schemas.checklist(tx.checklists.current(Actor.of(actor).community))

    @command
    def put_checklist(self, tx: InspectionTransaction, actor, criteria):
        by = _organizer(tx, actor)
        version = tx.checklists.next_version(by.community)
        adopted = Checklist(by.community, version, schemas.criteria(criteria), by.person, tx.now)
        tx.checklists.add(adopted)
        return schemas.checklist(adopted)

    @command
    def open_inspection(self, tx: InspectionTransaction, actor, period):
        by = _organizer(tx, actor)
        opened = Inspection.open(by.community, period, tx.checklists.current(by.community), by.person, tx.now)
        tx.inspections.add(opened)
        return schemas.inspection(opened)

    @query
    def list_inspections(self, tx: InspectionTransaction, actor, limit=20, cursor=None):
        found = tx.inspections.page(_inspector(tx, actor).community, limit + 1, before=cursor)
        page = found[:limit]
        return {
            "data": [schemas.inspection(each) for each in page],
            "next_cursor": page[-1].id if len(found) > limit else None,
        }

    @query
    def get_inspection(self, tx: InspectionTransaction, actor, inspection_id):
        by = _inspector(tx, actor)
        found = tx.inspections.get(by.community, inspection_id)
        return schemas.progress(found, tx.inspections.scores(found), tx.directory(by.community).all_courtyards())

    @command
    def record_score(
        self, tx: InspectionTransaction, actor, inspection_id, courtyard_id, version, marks, evidence_ids, note
    ):
        by = _inspector(tx, actor)
        inspection = tx.inspections.get(by.community, inspection_id, for_update=True)
        inspection.must_be_open()
        if courtyard_id not in tx.directory(by.community).all_courtyards():
            raise errors.NotFound("没有这个院落")
        total = tx.checklists.get(by.community, inspection.checklist_version).score(marks)
        seen = (version, marks, total, evidence_ids, note, by.person, tx.now)
        return schemas.score(tx.inspections.record(Score(by.community, inspection.id, courtyard_id, *seen)))

    @command
    def close_inspection(self, tx: InspectionTransaction, actor, inspection_id, accept_missing=False):
        by = _organizer(tx, actor)
        directory = tx.directory(by.community)
        inspection = tx.inspections.get(by.community, inspection_id, for_update=True)
        scores = {courtyard: score.score for courtyard, score in tx.inspections.scores(inspection).items()}
        courtyards, policy = directory.all_courtyards(), directory.policy()
        closed, awards = inspection.close(scores, courtyards, _heads(tx, by), policy, accept_missing, tx.now)
        for event in (closed, *awards):
            tx.emit(event)
        return schemas.ranking(inspection, courtyards)

    @query
    def get_ranking(self, tx: InspectionTransaction, inspection_id):
        found = tx.inspections.published(inspection_id)
        return schemas.ranking(found, tx.directory(found.community).all_courtyards())


def _inspector(tx: InspectionTransaction, actor: dict) -> Actor:
    """Whoever may record scores: grid officers, the working group, the committee."""
    by = Actor.of(actor)
    roles = tx.directory(by.community).roles_of(by.person, calendar.day_of(tx.now))
    if not roles.grids and roles.offices.isdisjoint(INSPECTOR_OFFICES):
        raise errors.RoleMissing("只有网格员、工作小组和社区可以记录卫生检查")
    return by


def _organizer(tx: InspectionTransaction, actor: dict) -> Actor:
    """Whoever may decide what is looked at, open a round and close it."""
    by = Actor.of(actor)
    roles = tx.directory(by.community).roles_of(by.person, calendar.day_of(tx.now))
    if roles.offices.isdisjoint(INSPECTOR_OFFICES):
        raise errors.RoleMissing("只有工作小组和社区可以组织卫生检查")
    return by


def _heads(tx: InspectionTransaction, by: Actor) -> dict[str, Headship]:
    """Each courtyard's head today, with his household."""
    day, directory = calendar.day_of(tx.now), tx.directory(by.community)
    heads = directory.heads_on(day)
    households = directory.households_of(heads.values(), day)
    return {courtyard: Headship(person, households.get(person)) for courtyard, person in heads.items()}
