"""Calls about who read or changed the caller's data (R42)."""

from contracts.accesses import Access, AccessesApi
from contracts.paging import page_of
from contracts.rpc import Caller, Page
from directory.access_log import shown
from messaging import query
from services.claims.store import ClaimsTransaction


class AccessCalls(AccessesApi):
    @query
    def list_accesses(
        self, tx: ClaimsTransaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[Access]:
        scope = tx.scope(actor)
        return page_of(scope.accesses.page(scope.person, limit + 1, cursor), limit, shown, lambda row: row.id)
