"""Merchants' files against our statements over RPC (R27)."""

from messaging import command, query
from services.exchange import schemas
from services.exchange.domain.reconciliation import Entry, Reconciliation
from services.exchange.store import ExchangeTransaction


class Reconciliations:
    """Beside the service class: what was handed in, and how it compared."""

    @command
    def reconcile(self, tx: ExchangeTransaction, actor, period, lines):
        till = schemas.till(actor)
        theirs = [Entry.of(line) for line in lines]
        found = Reconciliation.of(till, period, tx.settlement.page(till, period=period), theirs, tx.now)
        tx.settlement.keep(found)
        return schemas.reconciliation(found)

    @query
    def list_reconciliations(self, tx: ExchangeTransaction, actor, period=None, limit=20, cursor=None):
        found = tx.settlement.reconciliations(schemas.till(actor), period=period, limit=limit + 1, after=cursor)
        return schemas.page(found, limit, schemas.reconciliation)

    @query
    def get_reconciliation(self, tx: ExchangeTransaction, actor, reconciliation_id):
        return schemas.reconciliation(tx.settlement.reconciliation(schemas.till(actor), reconciliation_id))
