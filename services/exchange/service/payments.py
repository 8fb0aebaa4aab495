"""Till payments as the owners of the passbook that paid and their staff see them (R15, R23)."""

from contracts.calls.exchange import payments as calls
from contracts.calls.exchange.tills import PaymentStatus
from contracts.paging import Selection, counted_page
from contracts.rpc import Caller, CountedPage
from messaging import query
from services.exchange import permissions
from services.exchange.store import ExchangeTransaction
from services.exchange.use_cases import honours, payments


class PaymentCalls:
    @query
    def list_payments(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        account_id: str | None = None,
        status: list[PaymentStatus] | PaymentStatus | None = None,
        changed_since: str | None = None,
        totals: bool = False,
        limit: int = 20,
        cursor: str | None = None,
    ) -> CountedPage[calls.Payment]:
        scope = tx.scope(actor)
        if account_id is not None:
            permissions.require_book(scope, account_id)
        accounts = [account_id] if account_id else honours.subjects_of(scope, scope.person)
        selection = Selection.of(status, changed_since)
        found = scope.payments.list(accounts, selection)
        shown = payments.show_payments(scope, found.page(limit + 1, cursor))
        count = found.count if totals else None
        return counted_page(shown, limit, lambda payment: payment, lambda payment: payment["id"], count=count)

    @query
    def get_own_payment(self, tx: ExchangeTransaction, *, actor: Caller, payment_id: str) -> calls.Payment:
        scope = tx.scope(actor)
        payment = scope.payments.get(payment_id)
        permissions.require_book(scope, payment.account)
        return payments.show_payments(scope, [payment])[0]
