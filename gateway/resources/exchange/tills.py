"""What merchants' tills call: vouchers, payments, settlement, and test mode (R27)."""

from typing import Any

from flask.views import MethodView

from contracts.calls.exchange.settlement import (
    PeriodQuery,
    Reconciliation,
    SettlementQuery,
    Statement,
    TransactionQuery,
)
from contracts.calls.exchange.tills import (
    Authorization,
    AuthorizationQuery,
    CaptureForm,
    CodeForm,
    FromTill,
    Redemption,
    RedemptionForm,
    Refund,
    RefundForm,
    SaleQuery,
    TestVoucherForm,
    UndoForm,
)
from gateway import person_names, settlement_statements
from gateway.blueprint import Blueprint
from gateway.household_cards import check_pin, require_accepted
from gateway.http import idempotency
from gateway.openapi.decorators import with_parameter
from gateway.paging import page, page_schema
from gateway.polling import poll_until_decided, raise_if_refused
from gateway.schemas.exchange.merchants import ShopPage
from gateway.schemas.exchange.tills import (
    PERIOD_OF_FILE,
    RECONCILIATION_FILE,
    AuthorizationForm,
    ReconciliationForm,
    ReconciliationPage,
    SettlementPage,
    StatementQuery,
    TestPaycode,
    TestVoucher,
    Transactions,
    VoucherShown,
)
from gateway.security.auth import actor
from gateway.security.merchant_keys import for_merchants
from gateway.security.test_attempts import refuse_first_attempts
from gateway.services import exchange

blp = Blueprint("merchant", __name__, description="For merchants' tills, with a key")


class _Sale(FromTill):
    """The arguments of a hold, apart from the means of payment."""

    points: int
    merchant_reference: str


@blp.route("/v1/merchant/voucher-verifications")
class Verifications(MethodView):
    @for_merchants("vouchers")
    @blp.arguments(CodeForm)
    @blp.response(200, VoucherShown)
    def post(self, form: CodeForm) -> Any:
        """Get what a voucher is good for. Nothing changes, so no `Idempotency-Key` is needed."""
        shown = exchange.verify_voucher(actor=actor(), **form)
        return shown | {"holder": person_names.find_names({shown["person_id"]}, masked=True).get(shown["person_id"])}


@blp.route("/v1/merchant/voucher-redemptions")
class Redemptions(MethodView):
    @for_merchants("vouchers")
    @blp.arguments(SaleQuery, location="query")
    @blp.response(200, page_schema(Redemption, counted=True))
    def get(self, query: SaleQuery) -> Any:
        """List redemptions, newest first."""
        return page(exchange.list_redemptions(actor=actor(), **query))

    @for_merchants("vouchers", signed=True)
    @idempotency.required
    @blp.arguments(RedemptionForm)
    @blp.response(201, Redemption)
    def post(self, form: RedemptionForm) -> Any:
        """Redeem a voucher, once across all tills. After a timeout repeat it with the same `Idempotency-Key`."""
        refuse_first_attempts(form["code"])
        return exchange.redeem_voucher(actor=actor(), **form)


@blp.route("/v1/merchant/voucher-redemptions/<redemption_id>")
class OneRedemption(MethodView):
    @for_merchants("vouchers")
    @blp.response(200, Redemption)
    def get(self, redemption_id: str) -> Any:
        """Get a redemption."""
        return exchange.get_redemption(actor=actor(), redemption_id=redemption_id)


@blp.route("/v1/merchant/voucher-redemptions/<redemption_id>/undo")
class Undoings(MethodView):
    @for_merchants("vouchers", signed=True)
    @idempotency.required
    @blp.arguments(UndoForm, required=False)
    @blp.response(200, Redemption)
    def post(self, form: UndoForm, redemption_id: str) -> Any:
        """Undo a redemption made by mistake, at the till that made it, within the community's minutes (15).

        Its points go back to the passbook and its goods into stock, the statement gets a `refund`; the voucher stays
        used up. 409 `redemption_not_undoable` with the `reason` in `facts`: `too_late`, `another_till`, `undone`.
        """
        return exchange.undo_redemption(actor=actor(), redemption_id=redemption_id, **form)


@blp.route("/v1/merchant/authorizations")
class Authorizations(MethodView):
    @for_merchants("payments")
    @blp.arguments(AuthorizationQuery, location="query")
    @blp.response(200, page_schema(Authorization, counted=True))
    def get(self, query: AuthorizationQuery) -> Any:
        """List authorizations, newest first; `pending` and `authorized` ones whose time is over are `expired`."""
        return page(exchange.list_authorizations(actor=actor(), **query))

    @for_merchants("payments", signed=True)
    @idempotency.required
    @blp.arguments(
        AuthorizationForm,
        example={"paycode": "860000000000000000", "points": 20, "merchant_reference": "T1-20261105-0007"},
    )
    @blp.response(201, Authorization)
    def post(self, form: AuthorizationForm) -> Any:
        """Hold points for ten minutes: `authorized`, or 422 `insufficient_points`; `pending` if not answered in time.

        422 `account_closed` if the payer's household left the community.
        Five wrong PINs in a row, at any tills, lock a card for a day (`pin_wrong`, then `card_locked`).
        A new card is refused (`card_not_active`) until a second person confirms it or its wait is over.
        """
        asked = _authorize(form)
        return poll_until_decided(asked, lambda: _payment(asked["id"]), undecided=("pending",))


@blp.route("/v1/merchant/authorizations/<payment_id>")
class OneAuthorization(MethodView):
    @for_merchants("payments")
    @blp.response(200, Authorization)
    def get(self, payment_id: str) -> Any:
        """Get an authorization."""
        return _payment(payment_id)


@blp.route("/v1/merchant/authorizations/<payment_id>/capture")
class Captures(MethodView):
    @for_merchants("payments", signed=True)
    @idempotency.required
    @blp.arguments(CaptureForm, required=False)
    @blp.response(200, Authorization)
    def post(self, form: CaptureForm, payment_id: str) -> Any:
        """Capture a hold, or part of it; the rest is released."""
        return exchange.capture(actor=actor(), payment_id=payment_id, **form)


@blp.route("/v1/merchant/authorizations/<payment_id>/void")
class Voids(MethodView):
    @for_merchants("payments", signed=True)
    @idempotency.required
    @blp.response(200, Authorization)
    def post(self, payment_id: str) -> Any:
        """Release a hold."""
        return exchange.void(actor=actor(), payment_id=payment_id)


@blp.route("/v1/merchant/refunds")
class Refunds(MethodView):
    @for_merchants("payments")
    @blp.arguments(SaleQuery, location="query")
    @blp.response(200, page_schema(Refund, counted=True))
    def get(self, query: SaleQuery) -> Any:
        """List refunds, newest first."""
        return page(exchange.list_refunds(actor=actor(), **query))

    @for_merchants("payments", signed=True)
    @idempotency.required
    @blp.arguments(RefundForm)
    @blp.response(201, Refund)
    def post(self, form: RefundForm) -> Any:
        """Refund part or all of what was captured."""
        return exchange.refund(actor=actor(), **form)


@blp.route("/v1/merchant/refunds/<refund_id>")
class OneRefund(MethodView):
    @for_merchants("payments")
    @blp.response(200, Refund)
    def get(self, refund_id: str) -> Any:
        """Get a refund, with the figures that its authorization has now."""
        return exchange.get_refund(actor=actor(), refund_id=refund_id)


@blp.route("/v1/merchant/transactions")
class TransactionList(MethodView):
    @for_merchants("vouchers", "payments", "settlements")
    @blp.arguments(TransactionQuery, location="query")
    @blp.response(200, Transactions)
    def get(self, query: TransactionQuery) -> Any:
        """List settlement lines, oldest first; by `merchant_reference`, the result of a request that timed out."""
        return page(exchange.list_transactions(actor=actor(), **query))


@blp.route("/v1/merchant/settlements")
class Settlements(MethodView):
    @for_merchants("settlements")
    @blp.arguments(SettlementQuery, location="query")
    @blp.response(200, SettlementPage)
    def get(self, query: SettlementQuery) -> Any:
        """List monthly statements, newest first."""
        return page(exchange.list_settlements(actor=actor(), **query))


@blp.route("/v1/merchant/settlements/<period>")
class OneSettlement(MethodView):
    @for_merchants("settlements")
    @blp.arguments(StatementQuery, location="query")
    @blp.response(200, Statement)
    @blp.alt_response(200, schema={"type": "string"}, content_type="text/csv", success=True)
    def get(self, query: StatementQuery, period: str) -> Any:
        """Get a month's statement with every line; `?format=csv` has the lines alone, which add up to `total`."""
        return settlement_statements.answer(actor(), period, query["format"])


@blp.route("/v1/merchant/reconciliations")
class Reconciliations(MethodView):
    @for_merchants("settlements")
    @blp.arguments(PeriodQuery, location="query")
    @blp.response(200, ReconciliationPage)
    def get(self, query: PeriodQuery) -> Any:
        """List reconciliations, newest first."""
        return page(exchange.list_reconciliations(actor=actor(), **query))

    @for_merchants("settlements", signed=True)
    @idempotency.required
    @blp.arguments(ReconciliationForm)
    @blp.doc(requestBody=RECONCILIATION_FILE)
    @with_parameter(PERIOD_OF_FILE)
    @blp.response(201, Reconciliation)
    def post(self, form: ReconciliationForm) -> Any:
        """Compare a month of the merchant's own books with the statement and store the result."""
        return exchange.reconcile(actor=actor(), **form)


@blp.route("/v1/merchant/reconciliations/<reconciliation_id>")
class OneReconciliation(MethodView):
    @for_merchants("settlements")
    @blp.response(200, Reconciliation)
    def get(self, reconciliation_id: str) -> Any:
        """Get a stored reconciliation."""
        return exchange.get_reconciliation(actor=actor(), reconciliation_id=reconciliation_id)


@blp.route("/v1/merchant/shops")
class Shops(MethodView):
    @for_merchants()
    @blp.response(200, ShopPage)
    def get(self) -> Any:
        """List the merchant's own shops, for `shop_id`."""
        return page(exchange.list_shops(actor=actor()))


@blp.route("/v1/merchant/test-vouchers")
class TestVouchers(MethodView):
    @for_merchants("vouchers")
    @idempotency.required
    @blp.arguments(TestVoucherForm)
    @blp.response(201, TestVoucher)
    def post(self, form: TestVoucherForm) -> Any:
        """With a test key: create a voucher to try. Above 1000 points it is refused."""
        order = raise_if_refused(exchange.make_test_voucher(actor=actor(), **form))
        voucher = order["voucher"]
        assert voucher, "a test order that was not refused has a voucher"
        return {**voucher, "voucher_id": voucher["id"], "points": order["points"]}


@blp.route("/v1/merchant/test-paycodes")
class TestPaycodes(MethodView):
    @for_merchants("payments")
    @idempotency.required
    @blp.response(201, TestPaycode)
    def post(self) -> Any:
        """With a test key: create a pay code to try. Each payment can take 1000 points; more is refused."""
        return exchange.make_test_paycode(actor=actor())


def _authorize(form: AuthorizationForm) -> Authorization:
    """Ask for a hold by pay code, or by a household's card if its PIN is right.

    Raises CardInvalid, PinWrong and what the exchange raises.
    """
    sale: _Sale = {"points": form["points"], "merchant_reference": form["merchant_reference"]}
    if "till" in form:
        sale["till"] = form["till"]
    if "shop_id" in form:
        sale["shop_id"] = form["shop_id"]
    if "paycode" in form:
        refuse_first_attempts(form["paycode"])
        return exchange.authorize(actor=actor(), paycode=form["paycode"], **sale)
    digest, fits = check_pin(
        form["card"], form["pin"], lambda digest: exchange.card_at_till(actor=actor(), card_digest=digest)
    )
    return require_accepted(exchange.authorize_card(actor=actor(), card_digest=digest, pin_fits=fits, **sale))


def _payment(payment_id: str) -> Authorization:
    return exchange.get_payment(actor=actor(), payment_id=payment_id)
