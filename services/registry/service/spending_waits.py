"""Calls about the waits of people who newly got a say over a household's points (R6)."""

from contracts.calls.registry import spending_waits as calls
from contracts.paging import page_of
from contracts.rpc import Caller, Page
from directory.permissions import RULE_ON_SPENDING_WAITS
from messaging import command, query
from services.registry import schemas
from services.registry.store import RegistryTransaction
from services.registry.use_cases import cards, spending_waits


class SpendingWaitCalls(calls.SpendingWaitsApi):
    @query
    def list_own_spending_waits(
        self, tx: RegistryTransaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.SpendingWait]:
        scope = tx.scope(actor)
        found = scope.spending_waits.of_person(scope.person, limit + 1, cursor)
        return page_of(schemas.spending_waits(scope, found), limit, lambda wait: wait, lambda wait: wait["id"])

    @query
    def list_spending_waits(
        self,
        tx: RegistryTransaction,
        *,
        actor: Caller,
        state: calls.ShownState | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.SpendingWait]:
        scope = tx.scope(actor)
        found = scope.spending_waits.list(scope.viewer, state, limit + 1, cursor)
        return page_of(schemas.spending_waits(scope, found), limit, lambda wait: wait, lambda wait: wait["id"])

    @query
    def count_spending_waits(self, tx: RegistryTransaction, *, actor: Caller) -> calls.WaitingSpendingWaits:
        scope = tx.scope(actor)
        return {
            "to_decide": scope.spending_waits.count_to_decide(scope.person),
            "to_rule": scope.spending_waits.count_refused() if scope.may(RULE_ON_SPENDING_WAITS) else 0,
            "cards_to_activate": int(cards.awaits_own_household(scope)),
        }

    @command
    def agree_to_spending(self, tx: RegistryTransaction, *, actor: Caller, wait_id: str) -> calls.SpendingWait:
        scope = tx.scope(actor)
        return schemas.spending_waits(scope, [spending_waits.agree(scope, wait_id)])[0]

    @command
    def refuse_spending(
        self, tx: RegistryTransaction, *, actor: Caller, wait_id: str, reason: str = ""
    ) -> calls.SpendingWait:
        scope = tx.scope(actor)
        return schemas.spending_waits(scope, [spending_waits.refuse(scope, wait_id, reason)])[0]

    @command
    def rule_on_spending(
        self, tx: RegistryTransaction, *, actor: Caller, wait_id: str, allow: bool, reason: str
    ) -> calls.SpendingWait:
        scope = tx.scope(actor)
        return schemas.spending_waits(scope, [spending_waits.rule(scope, wait_id, allow, reason)])[0]
