"""A merchant's till: vouchers redeemed, points held, captured, released and refunded (R27, R28)."""

from contracts.calls.exchange import tills as calls
from contracts.rpc import Caller
from messaging import command, query, tick
from services.exchange import permissions, schemas
from services.exchange.store import ExchangeTransaction
from services.exchange.use_cases import payments, vouchers


class TillCalls:
    # Vouchers

    @query
    def verify_voucher(self, tx: ExchangeTransaction, *, actor: Caller, code: str) -> calls.ValidVoucher:
        return vouchers.verify_voucher(tx.scope(actor), schemas.till(actor), code)

    @command
    def redeem_voucher(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        code: str,
        merchant_reference: str | None = None,
        till: str | None = None,
        shop_id: str | None = None,
    ) -> calls.RedeemedVoucher:
        scope = tx.scope(actor)
        at = permissions.till_in_shop(scope, actor, till, shop_id)
        return vouchers.redeem_voucher(scope, at, code, merchant_reference)

    # Payments

    @command
    def authorize(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        paycode: str,
        points: int,
        merchant_reference: str,
        till: str | None = None,
        shop_id: str | None = None,
    ) -> calls.Authorization:
        scope = tx.scope(actor)
        at = permissions.till_in_shop(scope, actor, till, shop_id)
        return payments.authorize(scope, at, paycode, points, merchant_reference)

    @query
    def get_payment(self, tx: ExchangeTransaction, *, actor: Caller, payment_id: str) -> calls.Authorization:
        return schemas.authorization(tx.scope(actor).payments.of_till(schemas.till(actor), payment_id), tx.now)

    @command
    def capture(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        payment_id: str,
        points: int | None = None,
        till: str | None = None,
        shop_id: str | None = None,
    ) -> calls.Authorization:
        scope = tx.scope(actor)
        return payments.capture(scope, permissions.till_in_shop(scope, actor, till, shop_id), payment_id, points)

    @command
    def void(self, tx: ExchangeTransaction, *, actor: Caller, payment_id: str) -> calls.Authorization:
        return payments.void(tx.scope(actor), schemas.till(actor), payment_id)

    @command
    def refund(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        authorization_id: str,
        points: int,
        merchant_reference: str,
        till: str | None = None,
        shop_id: str | None = None,
    ) -> calls.Refund:
        scope = tx.scope(actor)
        at = permissions.till_in_shop(scope, actor, till, shop_id)
        return payments.refund(scope, at, authorization_id, points, merchant_reference)

    @tick(seconds=5)
    def expire(self, tx: ExchangeTransaction) -> None:
        payments.expire_payments(tx)
