"""Redeeming vouchers at a till (R27, R28)."""

from collections.abc import Sequence
from datetime import timedelta

from contracts.calls.exchange.tills import RedeemedVoucher, Redemption, ValidVoucher
from services.exchange import schemas
from services.exchange.domain import sandbox
from services.exchange.domain.merchants import Till
from services.exchange.domain.orders import Order
from services.exchange.domain.settlement import Line
from services.exchange.store import ExchangeScope
from services.exchange.use_cases.publishing import publish
from services.exchange.use_cases.sandbox import place_test_order


def verify_voucher(scope: ExchangeScope, till: Till, code: str) -> ValidVoucher:
    """Return what a voucher is good for. Raises VoucherNotFound and what `Order.require_redeemable` raises."""
    order = _order_with_code(scope, till, code)
    reward = scope.rewards.get(order.reward)
    order.require_redeemable(reward, merchant=till.merchant, at=scope.now)
    return schemas.valid_voucher(order, reward)


def show_redemptions(scope: ExchangeScope, lines: Sequence[Line]) -> list[Redemption]:
    """Return the redemptions that settlement lines stand for, in the order given."""
    orders = scope.orders.by_id({line.source for line in lines})
    rewards = scope.rewards.by_id({order.reward for order in orders.values()})
    return [schemas.redemption(order := orders[line.source], rewards[order.reward], line) for line in lines]


def redeem_voucher(scope: ExchangeScope, till: Till, code: str, merchant_reference: str | None) -> RedeemedVoucher:
    """Redeem a voucher and add its settlement line. Raises what `verify_voucher` raises, ReferenceReused."""
    if till.mode == "test" and sandbox.is_new_voucher(code):
        order = place_test_order(scope, scope.rewards.cheapest_at(till.merchant))
    else:
        order = _order_with_code(scope, till, code, for_update=True)
    reward = scope.rewards.get(order.reward, for_update=True)
    publish(scope, order, order.redeem(reward, merchant=till.merchant, at=scope.now))
    value = scope.policy.point_value_fen
    line = Line.of_redemption(order, till, merchant_reference=merchant_reference, point_value_fen=value, at=scope.now)
    scope.settlement.add(line)
    return schemas.redeemed_voucher(order, reward, line)


def undo_redemption(scope: ExchangeScope, till: Till, redemption: str, merchant_reference: str | None) -> Redemption:
    """Undo a redemption and add the line that takes it back.

    Raises NotFound, RedemptionNotUndoable, ReferenceReused.
    """
    line = scope.settlement.get(till, "redemption", redemption)
    order = scope.orders.get(line.source, for_update=True)
    reward = scope.rewards.get(order.reward, for_update=True)
    within = timedelta(minutes=scope.policy.redemption_undo_minutes)
    refund, events = order.undo_redemption(reward, till=till.name, within=within, at=scope.now)
    undoing = Line.of_undoing(refund, line, order, till, merchant_reference=merchant_reference, at=scope.now)
    scope.settlement.add(undoing)
    publish(scope, order, events)
    return schemas.redemption(order, reward, line)


def _order_with_code(scope: ExchangeScope, till: Till, code: str, *, for_update: bool = False) -> Order:
    if till.mode == "test":
        sandbox.require_no_refusal(code)
    return scope.orders.with_code(till.mode, code, for_update=for_update)
