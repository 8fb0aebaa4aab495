"""Honours programmes, candidates and decisions, and the tallies of credited points (R26)."""

from datetime import date

from contracts.aggregation import PointsCredited, PointsReversed
from contracts.calls.exchange import honours as calls
from contracts.paging import page_of
from contracts.rpc import Caller, Page
from directory.permissions import DECIDE_HONOURS, ESTABLISH_HONOURS, READ_ALL_HONOURS
from messaging import command, query, receive_batch
from services.exchange import schemas
from services.exchange.domain.honours import Criteria, Honour, Outcome
from services.exchange.store import ExchangeTransaction
from services.exchange.store.honours import add_to_tallies
from services.exchange.use_cases import honours


class HonourCalls:
    @receive_batch(PointsCredited, PointsReversed, size=500, linger=0.2)
    def tally(self, tx: ExchangeTransaction, events: list[PointsCredited | PointsReversed]) -> None:
        add_to_tallies(tx.session, events)

    @query
    def list_honours(
        self, tx: ExchangeTransaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.Honour]:
        found = tx.scope(actor).honours.list(limit + 1, after=cursor)
        return page_of(found, limit, schemas.honour, lambda honour: honour.id)

    @query
    def get_honour(self, tx: ExchangeTransaction, *, actor: Caller, honour_id: str) -> calls.Honour:
        return schemas.honour(tx.scope(actor).honours.get(honour_id))

    @command
    def establish_honour(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        name: str,
        description: str,
        kind: calls.HonourKind,
        subject_kind: calls.SubjectKind,
        criteria: calls.CriteriaForm,
    ) -> calls.Honour:
        scope = tx.scope(actor)
        scope.require(ESTABLISH_HONOURS)
        honour = Honour.establish(
            Criteria(**criteria),
            community=scope.community,
            name=name,
            description=description,
            kind=kind,
            subject_kind=subject_kind,
            by=scope.person,
            at=tx.now,
        )
        scope.honours.add(honour)
        return schemas.honour(honour)

    # Candidates

    @command
    def draw_candidates(self, tx: ExchangeTransaction, *, actor: Caller, honour_id: str) -> calls.Candidates:
        scope = tx.scope(actor)
        scope.require(DECIDE_HONOURS)
        return honours.draw_candidates(scope, honour_id)

    @query
    def list_candidate_lists(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        honour_id: str,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.CandidateList]:
        scope = tx.scope(actor)
        scope.require(READ_ALL_HONOURS)
        found = scope.honours.list_candidates(scope.honours.get(honour_id), limit + 1, after=cursor)
        return page_of(found, limit, schemas.candidate_list, lambda drawn: drawn.id)

    @query
    def get_candidate_list(
        self, tx: ExchangeTransaction, *, actor: Caller, honour_id: str, list_id: str
    ) -> calls.Candidates:
        scope = tx.scope(actor)
        scope.require(READ_ALL_HONOURS)
        drawn = scope.honours.get_candidates(scope.honours.get(honour_id), list_id)
        return honours.show_candidates(scope, drawn)

    # Decisions

    @command
    def decide_honour(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        honour_id: str,
        list_id: str,
        subject_id: str,
        outcome: calls.Outcome,
        reason: str,
        until: str | None = None,
    ) -> calls.HonourDecision:
        scope = tx.scope(actor)
        scope.require(DECIDE_HONOURS)
        last_day = date.fromisoformat(until) if until else None
        return honours.decide(scope, honour_id, list_id, subject_id, Outcome(outcome), reason, last_day)

    @command
    def revoke_honour(
        self, tx: ExchangeTransaction, *, actor: Caller, honour_id: str, decision_id: str, reason: str
    ) -> calls.HonourDecision:
        scope = tx.scope(actor)
        scope.require(DECIDE_HONOURS)
        return honours.revoke(scope, honour_id, decision_id, reason)

    @query
    def list_honour_decisions(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        honour_id: str,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.HonourDecision]:
        scope = tx.scope(actor)
        honour, only_granted = scope.honours.get(honour_id), not scope.may(READ_ALL_HONOURS)
        found = scope.honours.list_decisions(honour, only_granted=only_granted, limit=limit + 1, after=cursor)
        shown = honours.show_decisions(scope, found)
        return page_of(shown, limit, lambda decision: decision, lambda decision: decision["id"])

    @query
    def list_own_honours(self, tx: ExchangeTransaction, *, actor: Caller) -> Page[calls.HonourDecision]:
        scope = tx.scope(actor)
        valid = honours.valid_decisions_of(scope, scope.person)
        return {"data": honours.show_decisions(scope, valid), "next_cursor": None}

    @query
    def get_certificate(
        self, tx: ExchangeTransaction, *, actor: Caller, honour_id: str, decision_id: str
    ) -> calls.Certificate:
        return honours.certificate(tx.scope(actor), honour_id, decision_id)
