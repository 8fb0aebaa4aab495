"""What a merchant's till does over RPC: vouchers and payments (R27, R28)."""

from messaging import command, query, tick
from services.exchange import access, schemas
from services.exchange.domain.payments import Payment
from services.exchange.domain.settlement import Line
from services.exchange.store import ExchangeTransaction


class Tills:
    """Beside the service class: vouchers honoured, points held, captured, released and given back."""

    # Vouchers

    @query
    def verify_voucher(self, tx: ExchangeTransaction, actor, code):
        till = schemas.till(actor)
        order = tx.orders.with_code(till.community, till.mode, code)
        reward = tx.rewards.get(order.community, order.reward)
        order.must_be_honoured(reward, merchant=till.merchant, at=tx.now)
        return schemas.voucher(order, reward)

    @command
    def redeem_voucher(self, tx: ExchangeTransaction, actor, code, merchant_reference=None, till=None, shop_id=None):
        till = access.counter(tx, actor, till, shop_id)
        order = tx.orders.with_code(till.community, till.mode, code, for_update=True)
        reward = tx.rewards.get(order.community, order.reward, for_update=True)
        tx.tell(order, order.redeem(reward, merchant=till.merchant, at=tx.now))
        value = tx.directory(till.community).policy().point_value_fen
        line = Line.of_redemption(order, till, merchant_reference=merchant_reference, point_value_fen=value, at=tx.now)
        tx.settlement.add(line)
        return schemas.redemption(order, reward, line)

    # Payments

    @command
    def authorize(self, tx: ExchangeTransaction, actor, paycode, points, merchant_reference, till=None, shop_id=None):
        till = access.counter(tx, actor, till, shop_id)
        code = tx.paycodes.locked(till.community, till.mode, paycode)
        payment, events = Payment.authorize(code, points, till, merchant_reference=merchant_reference, at=tx.now)
        tx.payments.add(payment)
        tx.tell(payment, events)
        return schemas.payment(payment)

    @query
    def get_payment(self, tx: ExchangeTransaction, actor, payment_id):
        return schemas.payment(tx.payments.of(schemas.till(actor), payment_id))

    @command
    def capture(self, tx: ExchangeTransaction, actor, payment_id, points=None, till=None, shop_id=None):
        till = access.counter(tx, actor, till, shop_id)
        payment = tx.payments.of(till, payment_id, for_update=True)
        tx.tell(payment, payment.capture(points, tx.now))
        value = tx.directory(till.community).policy().point_value_fen
        tx.settlement.add(Line.of_capture(payment, till, point_value_fen=value, at=tx.now))
        return schemas.payment(payment)

    @command
    def void(self, tx: ExchangeTransaction, actor, payment_id):
        payment = tx.payments.of(schemas.till(actor), payment_id, for_update=True)
        tx.tell(payment, payment.void(tx.now))
        return schemas.payment(payment)

    @command
    def refund(
        self, tx: ExchangeTransaction, actor, authorization_id, points, merchant_reference, till=None, shop_id=None
    ):
        till = access.counter(tx, actor, till, shop_id)
        payment = tx.payments.of(till, authorization_id, for_update=True)
        refund, events = payment.refund(points, tx.now)
        tx.tell(payment, events)
        value = tx.settlement.value_of(payment)
        line = Line.of_refund(
            refund,
            points,
            payment,
            till,
            merchant_reference=merchant_reference,
            point_value_fen=value,
            at=tx.now,
        )
        tx.settlement.add(line)
        return schemas.refund(line, payment)

    @tick(seconds=5)
    def expire(self, tx: ExchangeTransaction):
        for payment in tx.payments.due(tx.now):
            tx.tell(payment, payment.expire(tx.now))
        tx.paycodes.forget(tx.now)
