"""Honours over RPC, and the points the bank tells of (R26)."""

from datetime import date

from contracts.aggregation import PointsCredited, PointsReversed
from contracts.calendar import day_of
from contracts.errors import NotFound
from messaging import Actor, command, query, receive_batch
from services.exchange import access, reading, schemas
from services.exchange.domain.honours import Criteria, Decision, Honour, Outcome
from services.exchange.store import ExchangeTransaction


class Honours:
    """Beside the service class: programmes, candidates and decisions."""

    @receive_batch(PointsCredited, PointsReversed, size=500, linger=0.2)
    def tally(self, tx: ExchangeTransaction, events):
        tx.tallies.add(events)

    @query
    def list_honours(self, tx: ExchangeTransaction, actor, limit=20, cursor=None):
        found = tx.honours.page(Actor.of(actor).community, limit=limit + 1, after=cursor)
        return schemas.page(found, limit, schemas.honour)

    @query
    def get_honour(self, tx: ExchangeTransaction, actor, honour_id):
        return schemas.honour(tx.honours.get(Actor.of(actor).community, honour_id))

    @command
    def establish_honour(self, tx: ExchangeTransaction, actor, criteria, **terms):
        by = access.keeper(tx, Actor.of(actor))
        made = {"community": by.community, "by": by.person, "at": tx.now}
        honour = Honour.establish(Criteria(**criteria), **made, **terms)
        tx.honours.add(honour)
        return schemas.honour(honour)

    @command
    def draw_candidates(self, tx: ExchangeTransaction, actor, honour_id):
        by = access.decider(tx, Actor.of(actor))
        honour = tx.honours.get(by.community, honour_id)
        here = reading.here_since(tx, honour)
        drawn = honour.draw(tx.tallies.points(honour), here, by=by.person, at=tx.now)
        tx.honours.add(drawn)
        return reading.candidates(tx, drawn)

    @query
    def list_candidate_lists(self, tx: ExchangeTransaction, actor, honour_id, limit=20, cursor=None):
        by = reading.must_oversee(tx, Actor.of(actor))
        found = tx.honours.lists(tx.honours.get(by.community, honour_id), limit=limit + 1, after=cursor)
        return schemas.page(found, limit, schemas.candidate_list)

    @query
    def get_candidate_list(self, tx: ExchangeTransaction, actor, honour_id, list_id):
        by = reading.must_oversee(tx, Actor.of(actor))
        return reading.candidates(tx, tx.honours.list(tx.honours.get(by.community, honour_id), list_id))

    @command
    def decide_honour(
        self, tx: ExchangeTransaction, actor, honour_id, list_id, subject_id, outcome, reason, until=None
    ):
        by = access.decider(tx, Actor.of(actor))
        honour = tx.honours.get(by.community, honour_id, for_update=True)
        drawn = tx.honours.list(honour, list_id)
        access.must_not_be_erased(tx, by.community, subject_id)
        said = {"reason": reason, "until": until and date.fromisoformat(until), "by": by.person, "at": tx.now}
        decision = tx.honours.decided_on(drawn, subject_id) or Decision.on(drawn, subject_id, **said)
        rules = {"quorum": tx.directory(by.community).policy().approval_quorum}
        rules["interested"] = access.interested(tx, by.community, subject_id)
        tx.emit(*decision.decide(honour, Outcome(outcome), **said, **rules))
        tx.honours.add(decision)
        return reading.decisions(tx, by.community, [decision])[0]

    @command
    def revoke_honour(self, tx: ExchangeTransaction, actor, honour_id, decision_id, reason):
        by = access.decider(tx, Actor.of(actor))
        decision = tx.honours.decision(tx.honours.get(by.community, honour_id), decision_id, for_update=True)
        interested = access.interested(tx, by.community, decision.subject)
        tx.emit(*decision.revoke(reason=reason, interested=interested, by=by.person, at=tx.now))
        return reading.decisions(tx, by.community, [decision])[0]

    @query
    def list_honour_decisions(self, tx: ExchangeTransaction, actor, honour_id, limit=20, cursor=None):
        by = Actor.of(actor)
        honour, granted = tx.honours.get(by.community, honour_id), not access.overseer(tx, by)
        found = tx.honours.decisions(honour, granted=granted, limit=limit + 1, after=cursor)
        return schemas.paged(reading.decisions(tx, by.community, found), limit)

    @query
    def list_own_honours(self, tx: ExchangeTransaction, actor):
        by = Actor.of(actor)
        found = tx.honours.granted_to(by.community, reading.subjects_of(tx, by))
        holding = [decision for decision in found if decision.holds_on(day_of(tx.now))]
        return {"data": reading.decisions(tx, by.community, holding), "next_cursor": None}

    @query
    def get_certificate(self, tx: ExchangeTransaction, actor, honour_id, decision_id):
        by = Actor.of(actor)
        decision = tx.honours.decision(tx.honours.get(by.community, honour_id), decision_id)
        if by.person not in access.interested(tx, by.community, decision.subject) and not access.overseer(tx, by):
            raise NotFound("没有此决定")
        if not decision.holds_on(day_of(tx.now)):
            raise NotFound("没有有效的荣誉，不能出具证书")
        return reading.decisions(tx, by.community, [decision])[0] | {"community_id": by.community}
