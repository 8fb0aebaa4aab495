"""A merchant's transactions, monthly statements and reconciliations (R27)."""

from contracts.calls.exchange import settlement as calls
from contracts.paging import Selection, counted_page, page_of
from contracts.rpc import Caller, CountedPage, Page
from messaging import command, query
from services.exchange import schemas
from services.exchange.domain.reconciliation import Reconciliation
from services.exchange.permissions import books_of
from services.exchange.store import ExchangeTransaction


class SettlementCalls:
    @query
    def list_transactions(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        merchant_reference: str | None = None,
        period: str | None = None,
        shop_id: str | None = None,
        changed_since: str | None = None,
        totals: bool = False,
        limit: int = 20,
        cursor: str | None = None,
    ) -> calls.TransactionPage:
        scope = tx.scope(actor)
        till = books_of(scope, actor)
        since = Selection.of(None, changed_since).changed_since
        found = scope.settlement.list(till, reference=merchant_reference, period=period, shop=shop_id, since=since)
        count = found.count if totals else None
        page = counted_page(found.page(limit + 1, cursor), limit, schemas.line, lambda line: line.id, count=count)
        payment = scope.payments.with_reference(till, merchant_reference) if merchant_reference else None
        return {**page, "authorization": schemas.authorization(payment, tx.now) if payment else None}

    @query
    def list_settlements(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        period: str | None = None,
        changed_since: str | None = None,
        totals: bool = False,
        limit: int = 20,
        cursor: str | None = None,
    ) -> CountedPage[calls.Settlement]:
        scope = tx.scope(actor)
        settlement, till = scope.settlement, books_of(scope, actor)
        if period and not changed_since:
            statement = settlement.statement(till, period)  # also of a month without lines
            return counted_page(
                [statement],
                limit,
                schemas.settlement,
                lambda each: each.period,
                count=(lambda _most: 1) if totals else None,
            )
        found = settlement.list_periods(till, period, Selection.of(None, changed_since).changed_since)
        statements = [settlement.statement(till, month) for month in found.page(limit + 1, cursor)]
        count = found.count if totals else None
        return counted_page(statements, limit, schemas.settlement, lambda statement: statement.period, count=count)

    @query
    def get_settlement(self, tx: ExchangeTransaction, *, actor: Caller, period: str) -> calls.Statement:
        scope = tx.scope(actor)
        settlement, till = scope.settlement, books_of(scope, actor)
        lines = settlement.list(till, period=period).all()
        statement = schemas.settlement(settlement.statement(till, period))
        return {**statement, "data": [schemas.line(line) for line in lines]}

    @command
    def reconcile(
        self, tx: ExchangeTransaction, *, actor: Caller, period: str, lines: list[calls.ReconciliationLine]
    ) -> calls.Reconciliation:
        scope = tx.scope(actor)
        settlement, till = scope.settlement, books_of(scope, actor)
        statement = settlement.list(till, period=period).all()
        found = Reconciliation.of(till, period, statement, schemas.entries(lines), tx.now)
        settlement.add_reconciliation(found)
        return schemas.reconciliation(found)

    @query
    def list_reconciliations(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        period: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.Reconciliation]:
        scope = tx.scope(actor)
        found = scope.settlement.list_reconciliations(
            books_of(scope, actor), period=period, limit=limit + 1, after=cursor
        )
        return page_of(found, limit, schemas.reconciliation, lambda reconciliation: reconciliation.id)

    @query
    def get_reconciliation(
        self, tx: ExchangeTransaction, *, actor: Caller, reconciliation_id: str
    ) -> calls.Reconciliation:
        scope = tx.scope(actor)
        found = scope.settlement.get_reconciliation(books_of(scope, actor), reconciliation_id)
        return schemas.reconciliation(found)
