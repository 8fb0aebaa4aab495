"""Ledgers of courtyards and of the community, their rebuild, and the budget (R9, R22)."""

from collections.abc import Mapping

from contracts.calls import aggregation as calls
from contracts.calls.aggregation.fairness import PublicSpread
from contracts.calls.claims import Costing
from contracts.paging import page_of
from contracts.population import AgeGroup
from contracts.rpc import Caller, Page
from directory.permissions import READ_FAIRNESS, READ_LEDGER_OF_COMMUNITY, VERIFY_LEDGER
from messaging import command, query, tick
from services.aggregation import fairness, permissions, rebuild, schemas, use_cases
from services.aggregation.store import AggregationTransaction


class LedgerCalls:
    @query
    def get_courtyard_ledger(
        self,
        tx: AggregationTransaction,
        *,
        actor: Caller,
        courtyard_id: str,
        period: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> calls.CourtyardLedger:
        scope = tx.scope(actor)
        permissions.require_courtyard_ledger(scope, courtyard_id)
        return use_cases.courtyard_ledger(scope, courtyard_id, period, limit, cursor)

    @query
    def get_community_ledger(
        self,
        tx: AggregationTransaction,
        *,
        actor: Caller,
        period: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> calls.CommunityLedger:
        scope = tx.scope(actor)
        scope.require(READ_LEDGER_OF_COMMUNITY)
        return use_cases.community_ledger(scope, period, limit, cursor)

    @command
    def request_rebuild(self, tx: AggregationTransaction, *, actor: Caller) -> calls.Rebuild:
        scope = tx.scope(actor)
        scope.require(VERIFY_LEDGER)
        return schemas.rebuild(scope.rebuilds.request(scope.person))

    @tick(seconds=1)
    def rebuild(self, tx: AggregationTransaction) -> None:
        """Recompute everything derived from one community's ledger, correct what differs, and store the report."""
        if requested := tx.rebuild_queue.take():
            state, report = rebuild.attempt(tx, requested["community"])
            tx.rebuild_queue.end(requested["community"], requested["id"], state, report)

    @query
    def get_rebuild(self, tx: AggregationTransaction, *, actor: Caller, rebuild_id: str) -> calls.Rebuild:
        scope = tx.scope(actor)
        scope.require(VERIFY_LEDGER)
        return schemas.rebuild(scope.rebuilds.get(rebuild_id))

    @query
    def list_rebuilds(
        self, tx: AggregationTransaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.Rebuild]:
        scope = tx.scope(actor)
        scope.require(VERIFY_LEDGER)
        return page_of(scope.rebuilds.page(limit + 1, cursor), limit, schemas.rebuild, lambda found: found["id"])

    @query
    def get_budget(self, tx: AggregationTransaction, *, actor: Caller, draft: Costing | None = None) -> calls.Budget:
        scope = tx.scope(actor)
        scope.require(READ_LEDGER_OF_COMMUNITY)
        return use_cases.budget_of(scope, draft)

    @query
    def get_points_fairness(
        self, tx: AggregationTransaction, *, actor: Caller, first: str, last: str, ages: Mapping[str, AgeGroup]
    ) -> calls.PointsFairness:
        scope = tx.scope(actor)
        scope.require(READ_FAIRNESS)
        return fairness.points_fairness(scope, first, last, ages)

    @query
    def get_public_spread(
        self, tx: AggregationTransaction, *, community_id: str, first: str, last: str
    ) -> PublicSpread:
        return fairness.public_spread(tx.scope_of(community_id), first, last)
