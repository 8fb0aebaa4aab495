"""The monthly sanitation inspection over RPC (R18, R19)."""

from contracts import calendar, errors
from directory import KeepsDirectory
from messaging import Actor, command, query
from services.inspection import schemas, sheets
from services.inspection.domain import Checklist, Inspection, Rectification, Reinspection, Score, history
from services.inspection.store import InspectionStore, InspectionTransaction


class InspectionService(KeepsDirectory):
    name = "inspection"
    store = InspectionStore()

    # Checklists

    @query
    def get_checklist(self, tx: InspectionTransaction, actor):
        return schemas.checklist(tx.checklists.current(Actor.of(actor).community))

    @query
    def list_checklists(self, tx: InspectionTransaction, actor, limit=20, cursor=None):
        """Every version, newest first."""
        found = tx.checklists.page(Actor.of(actor).community, limit + 1, sheets.version(cursor))
        return schemas.page(found, limit, [schemas.checklist(each) for each in found], "version")

    @command
    def put_checklist(self, tx: InspectionTransaction, actor, criteria):
        by = sheets.organizer(tx, actor)
        version = tx.checklists.next_version(by.community)
        adopted = Checklist(by.community, version, schemas.criteria(criteria), by.person, tx.now)
        tx.checklists.add(adopted)
        return schemas.checklist(adopted)

    # Rounds

    @command
    def open_inspection(self, tx: InspectionTransaction, actor, period):
        by = sheets.organizer(tx, actor)
        opened = Inspection.open(by.community, period, tx.checklists.current(by.community), by.person, tx.now)
        tx.inspections.add(opened)
        return schemas.inspection(opened)

    @query
    def list_inspections(self, tx: InspectionTransaction, actor, limit=20, cursor=None):
        """Rounds, newest month first, for whoever belongs to the community."""
        found = tx.inspections.page(Actor.of(actor).community, limit + 1, before=cursor)
        return schemas.page(found, limit, [schemas.inspection(each) for each in found], "period")

    @query
    def get_inspection(self, tx: InspectionTransaction, actor, inspection_id):
        return sheets.progress(tx, sheets.followed(tx, Actor.of(actor), inspection_id))

    @command
    def assign_inspectors(self, tx: InspectionTransaction, actor, inspection_id, assignments):
        """Share the round out anew; whoever has a share may record in it, whatever his office."""
        by, given = sheets.organizer(tx, actor), schemas.shares(assignments)
        inspection = tx.inspections.get(by.community, inspection_id, for_update=True)
        known = tx.known(by.community, [share.inspector for share in given])
        inspection.assign(given, tx.layout(by.community), known)
        return sheets.progress(tx, inspection)

    @command
    def record_score(self, tx: InspectionTransaction, actor, inspection_id, courtyard_id, **sheet):
        by = Actor.of(actor)
        inspection = tx.inspections.get(by.community, inspection_id, for_update=True)
        seen = Score(**sheets.filled(tx, by, inspection, courtyard_id, sheet))
        return schemas.score(tx.inspections.record(inspection, seen))

    @query
    def get_record(self, tx: InspectionTransaction, actor, inspection_id, courtyard_id):
        """What was seen in a courtyard, for inspectors and its own people (R15)."""
        return sheets.record(tx, Actor.of(actor), inspection_id, courtyard_id)

    @command
    def close_inspection(self, tx: InspectionTransaction, actor, inspection_id, accept_missing=False):
        by = sheets.organizer(tx, actor)
        policy, heads = tx.directory(by.community).policy(), tx.heads(by.community)
        inspection = tx.inspections.get(by.community, inspection_id, for_update=True)
        scores = {courtyard: score.score for courtyard, score in tx.inspections.scores(inspection).items()}
        courtyards = {courtyard: place.number for courtyard, place in tx.layout(by.community).items()}
        closed, awards = inspection.close(scores, courtyards, heads, policy, accept_missing, tx.now)
        tx.emit(closed, *awards)
        return sheets.ranking(tx, inspection)

    # Putting right

    @command
    def order_rectification(self, tx: InspectionTransaction, actor, inspection_id, courtyard_id, reason, due):
        """Order a courtyard to mend something by a day, or change such an order; the same again changes nothing."""
        by, what = Actor.of(actor), (reason, schemas.day(due))
        tx.inspector(by).must_inspect()
        tx.must_stand(by.community, courtyard_id)
        inspection = tx.inspections.get(by.community, inspection_id, for_update=True)
        order = tx.rectifications.find(by.community, inspection_id, courtyard_id)
        terms = (*what, by.person, tx.now, calendar.day_of(tx.now))
        if order is None:
            tx.rectifications.add(order := Rectification.order(inspection, courtyard_id, *terms))
            tx.emit(order.ordered())
        elif order.amend(*terms):
            tx.emit(order.ordered())
        return sheets.rectification(tx, order)

    @command
    def record_reinspection(self, tx: InspectionTransaction, actor, inspection_id, courtyard_id, passed, **sheet):
        by = Actor.of(actor)
        inspection = tx.inspections.get(by.community, inspection_id)
        order = tx.rectifications.get(by.community, inspection_id, courtyard_id)
        found = Reinspection(**sheets.filled(tx, by, inspection, courtyard_id, sheet), passed=passed)
        if told := order.check(tx.rectifications.standing(order), found):
            tx.rectifications.keep(found)
            tx.emit(told)
        return sheets.rectification(tx, order)

    # What everybody may know

    @query
    def list_rankings(self, tx: InspectionTransaction, community_id, limit=20, cursor=None):
        """Public: the closed rounds of a community, newest month first."""
        found = tx.inspections.page(community_id, limit + 1, before=cursor, closed=True)
        return schemas.page(found, limit, [schemas.inspection(each) for each in found], "period")

    @query
    def get_ranking(self, tx: InspectionTransaction, inspection_id):
        """Public: the places of a closed round, its red and black lists, and what was put right since."""
        return sheets.ranking(tx, tx.inspections.published(inspection_id))

    @query
    def get_courtyard_history(self, tx: InspectionTransaction, actor, courtyard_id, limit=20, cursor=None):
        """A courtyard's closed rounds with its trend, newest first, for whoever belongs to the community."""
        community = Actor.of(actor).community
        rounds = tx.inspections.page(community, None, before=None, closed=True)
        visits = [each for each in history(rounds, courtyard_id) if cursor is None or each.period < cursor]
        if courtyard_id not in tx.directory(community).all_courtyards() and not any(visit.place for visit in visits):
            raise errors.NotFound("没有这个院落")
        orders = sheets.put_right(tx, community, [visit.inspection for visit in visits[:limit]])
        shown = [schemas.visit(each, orders.get((each.inspection, courtyard_id))) for each in visits[: limit + 1]]
        return schemas.page(visits[: limit + 1], limit, shown, "period")

    @query
    def open_photo(self, tx: InspectionTransaction, actor, inspection_id, courtyard_id, evidence_id):
        """Whose photo of a courtyard it is, for those who may see it; `NotFound` to everybody else."""
        return {"inspector_id": sheets.photographer(tx, Actor.of(actor), inspection_id, courtyard_id, evidence_id)}
