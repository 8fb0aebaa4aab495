"""Passbooks and their statements (R20–R23)."""

from contracts.calls import aggregation as calls
from contracts.paging import page_of
from contracts.rpc import Caller, Page
from messaging import query
from services.aggregation import permissions, schemas, use_cases
from services.aggregation.store import AggregationTransaction


class PassbookCalls:
    @query
    def get_passbook(
        self, tx: AggregationTransaction, *, actor: Caller, account_id: str, as_of: str | None = None
    ) -> calls.OwnedPassbook:
        scope = tx.scope(actor)
        owners = permissions.require_book(scope, account_id)
        shown = use_cases.passbook(scope, account_id, schemas.past_day(as_of, scope.today))
        return {**shown, "owner_ids": sorted(owners)}

    @query
    def list_passbook_entries(
        self,
        tx: AggregationTransaction,
        *,
        actor: Caller,
        account_id: str,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.PassbookLine]:
        scope = tx.scope(actor)
        permissions.require_book(scope, account_id)
        found = scope.passbooks.lines(account_id, limit + 1, before=cursor)
        return page_of(found, limit, schemas.line, lambda line: line["id"])

    @query
    def get_passbook_entry(
        self, tx: AggregationTransaction, *, actor: Caller, account_id: str, entry_id: str
    ) -> calls.SealedLine:
        scope = tx.scope(actor)
        permissions.require_book(scope, account_id)
        return schemas.sealed_line(*tx.chain.content(scope.community, account_id, entry_id))

    @query
    def list_statements(
        self,
        tx: AggregationTransaction,
        *,
        actor: Caller,
        account_id: str,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.PassbookStatement]:
        scope = tx.scope(actor)
        permissions.require_book(scope, account_id)
        found = use_cases.list_statements(scope, account_id, cursor)
        return page_of(found, limit, lambda statement: statement, lambda statement: statement["period"])

    @query
    def get_statement(
        self,
        tx: AggregationTransaction,
        *,
        actor: Caller,
        account_id: str,
        period: str,
        limit: int = 20,
        cursor: str | None = None,
    ) -> calls.StatementWithLines:
        scope = tx.scope(actor)
        month = schemas.period(period)
        owners = permissions.require_book(scope, account_id)
        return use_cases.statement(scope, account_id, owners, month, limit, cursor)
