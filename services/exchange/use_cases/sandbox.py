"""Vouchers and pay codes of test mode (R27)."""

from contracts.calls.exchange import orders as calls
from services.exchange import schemas
from services.exchange.domain import sandbox
from services.exchange.domain.merchants import Till
from services.exchange.domain.orders import Order
from services.exchange.domain.payments import Paycode
from services.exchange.domain.rewards import Reward
from services.exchange.store import ExchangeScope
from services.exchange.use_cases.orders import show_order
from services.exchange.use_cases.publishing import publish


def make_test_voucher(scope: ExchangeScope, till: Till, reward_id: str | None, quantity: int) -> calls.Order:
    """Place a test order, by default of the till's cheapest reward. Raises NotFound, RewardUnavailable."""
    reward = scope.rewards.get(reward_id) if reward_id else scope.rewards.cheapest_at(till.merchant)
    return show_order(scope, place_test_order(scope, reward, quantity), reward)


def place_test_order(scope: ExchangeScope, reward: Reward, quantity: int = 1) -> Order:
    """Place a test order, whose voucher can be redeemed at once. Raises RewardUnavailable."""
    order, events = Order.place(reward, quantity, sandbox.PAYER, policy=scope.policy, at=scope.now, mode="test")
    scope.orders.add(order)
    publish(scope, order, events)
    return order


def make_test_paycode(scope: ExchangeScope) -> calls.Paycode:
    """Store a test pay code and return it with its digits."""
    paycode, digits = Paycode.issue(sandbox.PAYER, community=scope.community, at=scope.now, mode="test")
    scope.paycodes.add(paycode)
    return schemas.paycode(paycode, digits)
