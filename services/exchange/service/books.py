"""What merchants see of their books over RPC (R27)."""

from messaging import query
from services.exchange import schemas
from services.exchange.store import ExchangeTransaction


class Books:
    """Beside the service class: transactions and settlement statements."""

    @query
    def list_transactions(
        self, tx: ExchangeTransaction, actor, merchant_reference=None, period=None, shop_id=None, limit=20, cursor=None
    ):
        till = schemas.till(actor)
        wanted = {"reference": merchant_reference, "period": period, "shop": shop_id}
        found = tx.settlement.page(till, limit=limit + 1, after=cursor, **wanted)
        answer = schemas.page(found, limit, schemas.line)
        payment = merchant_reference and tx.payments.with_reference(till, merchant_reference)
        return answer | {"authorization": schemas.payment(payment) if payment else None}

    @query
    def list_settlements(self, tx: ExchangeTransaction, actor, period=None, limit=20, cursor=None):
        till = schemas.till(actor)
        months = [period] if period else tx.settlement.periods(till, limit=limit + 1, before=cursor)
        return schemas.page([tx.settlement.statement(till, month) for month in months], limit, schemas.statement)

    @query
    def get_settlement(self, tx: ExchangeTransaction, actor, period):
        till = schemas.till(actor)
        lines = tx.settlement.page(till, period=period)
        return schemas.statement(tx.settlement.statement(till, period)) | {
            "data": [schemas.line(line) for line in lines]
        }
