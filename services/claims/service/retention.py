"""Deleting evidence whose retention has ended, and the report of it (R10, R42)."""

from contracts.calls import claims as calls
from contracts.paging import page_of
from contracts.rpc import Caller, Page
from directory.permissions import READ_RETENTION
from messaging import command, query, tick
from services.claims.schemas import retention as schemas
from services.claims.store import ClaimsTransaction
from services.claims.use_cases import retention as use_cases


class RetentionCalls:
    @tick(seconds=600)
    def delete_expired_evidence(self, tx: ClaimsTransaction) -> None:
        use_cases.delete_expired(tx)

    @command
    def keep_uploads(self, tx: ClaimsTransaction, *, actor: Caller, evidence_ids: list[str]) -> None:
        scope = tx.scope(actor)
        scope.retention.keep(evidence_ids, uploaded_by=scope.person)

    @query
    def list_retention_runs(
        self, tx: ClaimsTransaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.RetentionRun]:
        scope = tx.scope(actor)
        scope.require(READ_RETENTION)
        return page_of(scope.retention.list(limit + 1, cursor), limit, schemas.run, lambda run: run.id)
