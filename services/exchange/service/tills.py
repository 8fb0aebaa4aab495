"""A merchant's till: vouchers redeemed, points held, captured, released and refunded (R27, R28)."""

from datetime import date, datetime
from typing import Unpack

from contracts.calls.exchange import tills as calls
from contracts.paging import Selection, counted_page
from contracts.rpc import Caller, CountedPage
from messaging import command, query, tick
from services.exchange import permissions, schemas
from services.exchange.store import ExchangeTransaction
from services.exchange.store.sales import Sales
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

    @query
    def list_redemptions(
        self, tx: ExchangeTransaction, *, actor: Caller, **query: Unpack[calls.SaleQuery]
    ) -> CountedPage[calls.Redemption]:
        scope, limit = tx.scope(actor), query["limit"]
        found = scope.settlement.list_sales(schemas.till(actor), "redemption", _sales(query), _since(query))
        shown = vouchers.show_redemptions(scope, found.page(limit + 1, query["cursor"]))
        count = found.count if query.get("totals") else None
        return counted_page(shown, limit, lambda each: each, lambda each: each["id"], count=count)

    @query
    def get_redemption(self, tx: ExchangeTransaction, *, actor: Caller, redemption_id: str) -> calls.Redemption:
        scope = tx.scope(actor)
        line = scope.settlement.get(schemas.till(actor), "redemption", redemption_id)
        return vouchers.show_redemptions(scope, [line])[0]

    @command
    def undo_redemption(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        redemption_id: str,
        merchant_reference: str | None = None,
        till: str | None = None,
        shop_id: str | None = None,
    ) -> calls.Redemption:
        scope = tx.scope(actor)
        at = permissions.till_in_shop(scope, actor, till, shop_id)
        return vouchers.undo_redemption(scope, at, redemption_id, merchant_reference)

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

    @query
    def list_authorizations(
        self, tx: ExchangeTransaction, *, actor: Caller, **query: Unpack[calls.AuthorizationQuery]
    ) -> CountedPage[calls.Authorization]:
        limit, till = query["limit"], schemas.till(actor)
        selection = Selection.of(query.get("status"), query.get("changed_since"))
        found = tx.scope(actor).payments.list_of_till(till, _sales(query), selection, tx.now)
        return counted_page(
            found.page(limit + 1, query["cursor"]),
            limit,
            lambda payment: schemas.authorization(payment, tx.now),
            lambda payment: payment.id,
            count=found.count if query.get("totals") else None,
        )

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

    @query
    def list_refunds(
        self, tx: ExchangeTransaction, *, actor: Caller, **query: Unpack[calls.SaleQuery]
    ) -> CountedPage[calls.Refund]:
        scope, limit = tx.scope(actor), query["limit"]
        found = scope.settlement.list_sales(schemas.till(actor), "refund", _sales(query), _since(query))
        shown = payments.show_refunds(scope, found.page(limit + 1, query["cursor"]))
        count = found.count if query.get("totals") else None
        return counted_page(shown, limit, lambda each: each, lambda each: each["id"], count=count)

    @query
    def get_refund(self, tx: ExchangeTransaction, *, actor: Caller, refund_id: str) -> calls.Refund:
        scope = tx.scope(actor)
        return payments.show_refunds(scope, [scope.settlement.get(schemas.till(actor), "refund", refund_id)])[0]

    @tick(seconds=5)
    def expire(self, tx: ExchangeTransaction) -> None:
        payments.expire_payments(tx)


def _since(query: calls.SaleQuery) -> datetime | None:
    return Selection.of(None, query.get("changed_since")).changed_since


def _sales(query: calls.SaleQuery) -> Sales:
    first, last = query["first_day"], query["last_day"]
    return Sales(
        reference=query["merchant_reference"],
        first_day=date.fromisoformat(first) if first else None,
        last_day=date.fromisoformat(last) if last else None,
        till=query["till"],
        shop=query["shop_id"],
    )
