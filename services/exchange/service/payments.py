"""Till payments over RPC as those see them whose passbook paid (R15, R23)."""

from messaging import Actor, query
from services.exchange import access, reading, schemas
from services.exchange.store import ExchangeTransaction


class Payments:
    """Beside the service class: what was paid at tills, for residents and the staff who answer for them."""

    @query
    def list_payments(self, tx: ExchangeTransaction, actor, account_id=None, status=None, limit=20, cursor=None):
        by = Actor.of(actor)
        if account_id is not None:
            access.must_see(tx, by, account_id)
        accounts = [account_id] if account_id else reading.subjects_of(tx, by)
        found = tx.payments.page(by.community, accounts, state=status, limit=limit + 1, after=cursor)
        return schemas.paged(reading.paid(tx, by.community, found), limit)

    @query
    def get_own_payment(self, tx: ExchangeTransaction, actor, payment_id):
        by = Actor.of(actor)
        payment = tx.payments.get(by.community, payment_id)
        access.must_see(tx, by, payment.account)
        return reading.paid(tx, by.community, [payment])[0]
