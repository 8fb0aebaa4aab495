"""Placing, cancelling and ending orders; redeeming community benefits; pay codes (R6, R25)."""

from collections.abc import Sequence
from itertools import groupby

from contracts.calls.exchange import orders as calls
from services.exchange import permissions, schemas
from services.exchange.domain.orders import Order
from services.exchange.domain.payments import Paycode
from services.exchange.store import ExchangeScope, ExchangeTransaction
from services.exchange.use_cases.publishing import publish


def place_order(
    scope: ExchangeScope, reward_id: str, quantity: int, person: str | None, account: str | None
) -> calls.Order:
    """Reserve stock and request a hold. Raises what `Reward.reserve` and `permissions.payer_for` raise."""
    # before locking, so that in a rush those who come too late do not queue for the lock
    scope.rewards.get(reward_id).require_available(quantity, day=scope.today)
    payer = permissions.payer_for(scope, person=person, account=account)
    policy = scope.policy
    reward = scope.rewards.get(reward_id, for_update=True)
    before = scope.orders.ordered_before(reward, payer)
    order, events = Order.place(reward, quantity, payer, ordered_before=before, policy=policy, at=scope.now)
    scope.orders.add(order)
    publish(scope, order, events)
    return schemas.order(order, reward, at=scope.now)


def list_orders(scope: ExchangeScope, status: str | None, limit: int, cursor: str | None) -> list[calls.Order]:
    """Return up to `limit` orders of the caller and their household, and those they placed for others."""
    household = scope.directory.household_of(scope.person, scope.today)
    found = scope.orders.list(person=scope.person, household=household, state=status, limit=limit, after=cursor)
    return show_orders(scope, found)


def cancel_order(scope: ExchangeScope, order_id: str) -> calls.Order:
    """Cancel an order and release its hold. Raises NotFound, WrongState."""
    order = permissions.get_own_order(scope, order_id, for_update=True)
    reward = scope.rewards.get(order.reward, for_update=True)
    publish(scope, order, order.cancel(reward, by=scope.person, at=scope.now))
    return schemas.order(order, reward, at=scope.now)


def honour_benefit(scope: ExchangeScope, code: str) -> calls.Order:
    """Redeem the voucher of a community benefit. Raises what `Order.honour_benefit` raises."""
    order = scope.orders.with_code("live", code, for_update=True)
    reward = scope.rewards.get(order.reward, for_update=True)
    publish(scope, order, order.honour_benefit(reward, by=scope.person, at=scope.now))
    return schemas.order(order, reward, at=scope.now)


def issue_paycode(scope: ExchangeScope, account: str | None) -> calls.Paycode:
    """Store a pay code of the caller and return it with its digits. Raises NotFound, RoleMissing."""
    payer = permissions.payer_for(scope, person=None, account=account)
    paycode, digits = Paycode.issue(payer, community=scope.community, at=scope.now)
    scope.paycodes.add(paycode)
    return schemas.paycode(paycode, digits)


def end_overdue_orders(tx: ExchangeTransaction) -> None:
    """End orders whose voucher has lapsed or whose hold was never answered, and give their stock back."""
    overdue = sorted(tx.due.overdue_orders(tx.now), key=lambda order: order.community)
    for community, of_one in groupby(overdue, key=lambda order: order.community):
        scope, orders = tx.scope_of(community), list(of_one)
        rewards = scope.rewards.lock(order.reward for order in orders)
        for order in orders:
            publish(scope, order, order.lapse(rewards[order.reward], at=tx.now))


def remind_of_vouchers(tx: ExchangeTransaction) -> None:
    """Publish reminders of vouchers that lapse soon."""
    for order in tx.due.orders_to_remind_of(tx.now):
        publish(tx.scope_of(order.community), order, order.remind(tx.now))


def show_orders(scope: ExchangeScope, found: Sequence[Order]) -> list[calls.Order]:
    """Return orders with their rewards and codes, in the order given."""
    rewards = scope.rewards.by_id({order.reward for order in found})
    codes = scope.codes.of_orders([order.id for order in found if order.gives == "codes"])
    return [schemas.order(order, rewards[order.reward], codes=codes.get(order.id, []), at=scope.now) for order in found]
