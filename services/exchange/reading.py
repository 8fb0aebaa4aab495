"""What those who order are shown: an order beside what was ordered and what it brought."""

from collections.abc import Sequence
from typing import Any

from services.exchange import schemas
from services.exchange.domain.orders import Order
from services.exchange.store import ExchangeTransaction


def orders(tx: ExchangeTransaction, community: str, found: Sequence[Order]) -> list[dict[str, Any]]:
    """Orders of one community, in the order given."""
    shelf = tx.rewards.named(community, {order.reward for order in found})
    codes = tx.codes.of(community, [order.id for order in found if order.gives == "codes"])
    return [schemas.order(order, shelf[order.reward], codes=codes.get(order.id, []), at=tx.now) for order in found]


def order(tx: ExchangeTransaction, found: Order) -> dict[str, Any]:
    """One order."""
    return orders(tx, found.community, [found])[0]
