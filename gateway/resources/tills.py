"""What merchants' tills call: vouchers, payments, books, and things to try them with (R27)."""

import csv
import io
from typing import Any

import marshmallow as ma
from flask import Response, make_response
from flask.views import MethodView

from contracts import cards, fields
from contracts.errors import CardInvalid, NotFound, PinWrong
from gateway import person_names
from gateway.blueprint import Blueprint
from gateway.http import idempotency
from gateway.paging import page, page_of
from gateway.polling import poll_until_decided, raise_if_refused
from gateway.rpc import rpc
from gateway.schemas import tills
from gateway.schemas.merchants import ShopPage
from gateway.security import passwords
from gateway.security.auth import actor, for_merchants

blp = Blueprint("merchant", __name__, description="For merchants' tills, with a key")

_AS_CSV = {
    "schema": {"type": "string", "description": "Its lines, under a line of headings; the month is `?period=`"},
    "example": "merchant_reference,kind,points,at\nT1-20261105-0007,capture,20,2026-11-05T08:30:00+08:00\n",
}


@blp.route("/v1/merchant/voucher-verifications")
class Verifications(MethodView):
    @for_merchants("vouchers")
    @blp.arguments(tills.CodeForm)
    @blp.response(200, tills.VoucherShown)
    def post(self, form: dict[str, Any]) -> Any:
        """What a voucher is good for. Nothing changes, so no `Idempotency-Key` is needed."""
        shown = rpc.query("exchange", "verify_voucher", actor=actor(), **form)
        return shown | {"holder": person_names.find_names({shown["person_id"]}, masked=True).get(shown["person_id"])}


@blp.route("/v1/merchant/voucher-redemptions")
class Redemptions(MethodView):
    @for_merchants("vouchers", moves_value=True)
    @idempotency.required
    @blp.arguments(tills.RedemptionForm)
    @blp.response(201, tills.Redemption)
    def post(self, form: dict[str, Any]) -> Any:
        """Honour a voucher, once across all tills. After a timeout repeat it with the same key."""
        return rpc.command("exchange", "redeem_voucher", actor=actor(), **form)


@blp.route("/v1/merchant/authorizations")
class Authorizations(MethodView):
    @for_merchants("payments", moves_value=True)
    @idempotency.required
    @blp.arguments(
        tills.AuthorizationForm,
        example={"paycode": "860000000000000000", "points": 20, "merchant_reference": "T1-20261105-0007"},
    )
    @blp.response(201, tills.Authorization)
    def post(self, form: dict[str, Any]) -> Any:
        """Hold points for ten minutes: `authorized`, or 422 `insufficient_points`; `pending` if the bank is slow.

        422 `account_closed` if the payer's household left the community.
        Five wrong PINs in a row, at whatever tills, lock a card for a day (`pin_wrong`, then `card_locked`).
        """
        asked = _by_card(form) if "card" in form else rpc.command("exchange", "authorize", actor=actor(), **form)
        return poll_until_decided(asked, lambda: _payment(asked["id"]), undecided=("pending",))


@blp.route("/v1/merchant/authorizations/<payment_id>")
class OneAuthorization(MethodView):
    @for_merchants("payments")
    @blp.response(200, tills.Authorization)
    def get(self, payment_id: str) -> Any:
        """How it stands."""
        return _payment(payment_id)


@blp.route("/v1/merchant/authorizations/<payment_id>/capture")
class Captures(MethodView):
    @for_merchants("payments", moves_value=True)
    @idempotency.required
    @blp.arguments(tills.CaptureForm)
    @blp.response(200, tills.Authorization)
    def post(self, form: dict[str, Any], payment_id: str) -> Any:
        """Take what is held, or part of it; the rest is released."""
        return rpc.command("exchange", "capture", actor=actor(), payment_id=payment_id, **form)


@blp.route("/v1/merchant/authorizations/<payment_id>/void")
class Voids(MethodView):
    @for_merchants("payments", moves_value=True)
    @idempotency.required
    @blp.response(200, tills.Authorization)
    def post(self, payment_id: str) -> Any:
        """Release what is held."""
        return rpc.command("exchange", "void", actor=actor(), payment_id=payment_id)


@blp.route("/v1/merchant/refunds")
class Refunds(MethodView):
    @for_merchants("payments", moves_value=True)
    @idempotency.required
    @blp.arguments(tills.RefundForm)
    @blp.response(201, tills.Refund)
    def post(self, form: dict[str, Any]) -> Any:
        """Give back part or all of what was captured."""
        return rpc.command("exchange", "refund", actor=actor(), **form)


@blp.route("/v1/merchant/transactions")
class Transactions(MethodView):
    @for_merchants("vouchers", "payments", "settlements")
    @blp.arguments(tills.TransactionQuery, location="query")
    @blp.response(200, tills.Transactions)
    def get(self, query: dict[str, Any]) -> Any:
        """Movements in order of time; by `merchant_reference`, what became of a request that timed out."""
        return page(rpc.query("exchange", "list_transactions", actor=actor(), **query))


@blp.route("/v1/merchant/settlements")
class Settlements(MethodView):
    @for_merchants("settlements")
    @blp.arguments(tills.SettlementQuery, location="query")
    @blp.response(200, page_of(tills.Settlement))
    def get(self, query: dict[str, Any]) -> Any:
        """Statements by month, newest first."""
        return page(rpc.query("exchange", "list_settlements", actor=actor(), **query))


@blp.route("/v1/merchant/settlements/<period>")
class OneSettlement(MethodView):
    @for_merchants("settlements")
    @blp.arguments(tills.StatementQuery, location="query")
    @blp.response(200, tills.Statement)
    @blp.alt_response(200, schema={"type": "string"}, content_type="text/csv", success=True)
    def get(self, query: dict[str, Any], period: str) -> Any:
        """A month's statement with every line; `?format=csv` has the lines alone, which add up to `total`."""
        statement = rpc.query("exchange", "get_settlement", actor=actor(), period=_month(period))
        return statement if query["format"] == "json" else _csv(statement)


@blp.route("/v1/merchant/reconciliations")
class Reconciliations(MethodView):
    @for_merchants("settlements")
    @blp.arguments(tills.ReconciliationQuery, location="query")
    @blp.response(200, page_of(tills.Reconciliation))
    def get(self, query: dict[str, Any]) -> Any:
        """What was handed in, newest first."""
        return page(rpc.query("exchange", "list_reconciliations", actor=actor(), **query))

    @for_merchants("settlements")
    @idempotency.required
    @blp.arguments(tills.ReconciliationForm)
    @blp.doc(requestBody={"content": {"text/csv": _AS_CSV}})
    @blp.response(201, tills.Reconciliation)
    def post(self, form: dict[str, Any]) -> Any:
        """Compare a month of the merchant's own books with the statement; the result is kept."""
        return rpc.command("exchange", "reconcile", actor=actor(), **form)


@blp.route("/v1/merchant/reconciliations/<reconciliation_id>")
class OneReconciliation(MethodView):
    @for_merchants("settlements")
    @blp.response(200, tills.Reconciliation)
    def get(self, reconciliation_id: str) -> Any:
        """One of them, as it was."""
        return rpc.query("exchange", "get_reconciliation", actor=actor(), reconciliation_id=reconciliation_id)


@blp.route("/v1/merchant/shops")
class Shops(MethodView):
    @for_merchants()
    @blp.response(200, ShopPage)
    def get(self) -> Any:
        """The merchant's own shops, for `shop_id`."""
        return page(rpc.query("exchange", "list_shops", actor=actor()))


@blp.route("/v1/merchant/test-vouchers")
class TestVouchers(MethodView):
    @for_merchants("vouchers")
    @idempotency.required
    @blp.arguments(tills.TestVoucherForm)
    @blp.response(201, tills.TestVoucher)
    def post(self, form: dict[str, Any]) -> Any:
        """With a test key: a voucher to try. It costs nobody anything; above 1000 points it is refused."""
        order = raise_if_refused(rpc.command("exchange", "make_test_voucher", actor=actor(), **form))
        voucher = order["voucher"]
        return voucher | {"voucher_id": voucher["id"], "points": order["points"]}


@blp.route("/v1/merchant/test-paycodes")
class TestPaycodes(MethodView):
    @for_merchants("payments")
    @idempotency.required
    @blp.response(201, tills.TestPaycode)
    def post(self) -> Any:
        """With a test key: a pay code to try. Who pays has 1000 points each time: more is refused."""
        return rpc.command("exchange", "make_test_paycode", actor=actor())


def _by_card(form: dict[str, Any]) -> dict[str, Any]:
    """The payment a card and its PIN ask for. Whether the PIN fits is reckoned here, and counts there."""
    code, pin = cards.normalize(form.pop("card")), form.pop("pin")
    if code is None:
        raise CardInvalid
    card: dict[str, Any] = {"actor": actor(), "card_digest": cards.digest(code)}
    kept = rpc.query("exchange", "card_at_till", **card)["pin_hash"]
    fits = passwords.verify_password(cards.pin_secret(code, pin), kept)
    answer: dict[str, Any] = rpc.command("exchange", "authorize_card", **card, pin_fits=fits, **form)
    if answer["status"] == "denied":
        facts = {name: answer[name] for name in ("tries_left", "locked_until")}
        raise PinWrong(f"密码不正确，还可再试 {answer['tries_left']} 次", facts=facts)
    return answer


def _payment(payment_id: str) -> dict[str, Any]:
    found: dict[str, Any] = rpc.query("exchange", "get_payment", actor=actor(), payment_id=payment_id)
    return found


def _month(text: str) -> str:
    try:
        return str(fields.Period().deserialize(text))
    except ma.ValidationError as exc:
        raise NotFound from exc


def _csv(statement: dict[str, Any]) -> Response:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(tills.Line().fields))
    writer.writeheader()
    writer.writerows(statement["data"])
    answer = make_response(text.getvalue())
    answer.content_type = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="settlement-{statement["period"]}.csv"'
    return answer
