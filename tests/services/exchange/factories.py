"""Rewards, orders and payments in the states that tests need."""

from datetime import UTC, datetime
from typing import Any

from contracts.policy import DEFAULT
from services.exchange.domain.merchants import Till
from services.exchange.domain.orders import Order
from services.exchange.domain.payments import Paycode, Payment
from services.exchange.domain.purchases import Payer
from services.exchange.domain.rewards import Reward

NOW = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)
COMMUNITY = "com_changning"
SHOP = "mer_shop"
PAYER = Payer(account="hou_1", household="hou_1", person="per_li", acting="per_li")

TILL = Till(community=COMMUNITY, merchant=SHOP, mode="live", key="key_1", name="2")


def rice(**terms: Any) -> Reward:
    """Return a reward: 大米 for 50 points, ten bags."""
    offer = {"kind": "goods", "name": "大米", "points": 50, "stock": 10, "merchants": [SHOP]}
    reward = Reward.offer(community=COMMUNITY, at=NOW, **(offer | terms))
    reward.approved_points = reward.points
    return reward


def placed(reward: Reward, quantity: int = 1, **more: Any) -> Order:
    """Return an order whose hold is not answered yet."""
    return Order.place(reward, quantity, PAYER, policy=DEFAULT, at=NOW, **more)[0]


def confirmed(reward: Reward, quantity: int = 1) -> Order:
    """Return an order with its voucher."""
    order = placed(reward, quantity)
    order.hold_placed(NOW)
    return order


def requested(points: int = 40) -> Payment:
    """Return a till payment whose hold is not answered yet."""
    paycode, _ = Paycode.issue(PAYER, community=COMMUNITY, at=NOW)
    return Payment.authorize(paycode, points, TILL, merchant_reference="sale-1", at=NOW)[0]


def authorized(points: int = 40) -> Payment:
    """Return a till payment whose points are held."""
    payment = requested(points)
    payment.hold_placed(NOW)
    return payment
