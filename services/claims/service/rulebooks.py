"""Calls about rulebooks (R7)."""

from datetime import date

from contracts.calls import claims as calls
from contracts.paging import number_cursor, page_of
from contracts.policy import Guards
from contracts.rpc import Caller, Page
from directory.permissions import COST_DRAFTS, WRITE_RULEBOOKS
from messaging import command, query
from services.claims.schemas import rulebooks as schemas
from services.claims.store import ClaimsTransaction
from services.claims.use_cases import rulebooks as use_cases


class RulebookCalls:
    guards: Guards

    @command
    def draft_rulebook(
        self, tx: ClaimsTransaction, *, actor: Caller, title: str, items: list[calls.RuleItem]
    ) -> calls.Rulebook:
        scope = tx.scope(actor)
        scope.require(WRITE_RULEBOOKS)
        return schemas.rulebook(use_cases.draft_rulebook(scope, title, schemas.items_of(items)))

    @command
    def adopt_rulebook(
        self, tx: ClaimsTransaction, *, actor: Caller, rulebook_id: str, effective_from: str
    ) -> calls.Rulebook:
        scope = tx.scope(actor)
        scope.require(WRITE_RULEBOOKS)
        day = date.fromisoformat(effective_from)
        return schemas.rulebook(use_cases.adopt_rulebook(scope, rulebook_id, day, self.guards))

    @command
    def discard_rulebook(self, tx: ClaimsTransaction, *, actor: Caller, rulebook_id: str) -> calls.Rulebook:
        scope = tx.scope(actor)
        scope.require(WRITE_RULEBOOKS)
        return schemas.rulebook(use_cases.discard_rulebook(scope, rulebook_id))

    @query
    def require_writing_rulebooks(self, tx: ClaimsTransaction, *, actor: Caller) -> None:
        tx.scope(actor).require(WRITE_RULEBOOKS)

    @query
    def list_rulebooks(
        self, tx: ClaimsTransaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.RulebookHead]:
        found = tx.scope(actor).rulebooks.list(limit + 1, number_cursor(cursor))
        return page_of(found, limit, schemas.rulebook_head, lambda rulebook: rulebook.version)

    @query
    def get_rulebook(self, tx: ClaimsTransaction, *, actor: Caller, rulebook_id: str) -> calls.Rulebook:
        return schemas.rulebook(tx.scope(actor).rulebooks.get(rulebook_id))

    @query
    def current_rulebook(self, tx: ClaimsTransaction, *, actor: Caller, day: str | None = None) -> calls.Rulebook:
        scope = tx.scope(actor)
        return schemas.rulebook(use_cases.rulebook_on(scope, date.fromisoformat(day) if day else scope.today))

    @query
    def cost_draft(self, tx: ClaimsTransaction, *, actor: Caller, rulebook_id: str, period: str) -> calls.Costing:
        scope = tx.scope(actor)
        scope.require(COST_DRAFTS)
        return schemas.costing(use_cases.cost_draft(scope, rulebook_id, period), period)
