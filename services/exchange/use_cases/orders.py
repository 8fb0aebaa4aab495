"""Placing, cancelling and ending orders; redeeming community benefits; pay codes (R6, R25)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from contracts.calendar import start_of
from contracts.calls.exchange import orders as calls
from contracts.calls.exchange.orders import Denial
from contracts.errors import CardInvalid, PaycodeInvalid
from contracts.paging import Selection
from directory.permissions import TELL_ON_PAPER
from messaging.sql.listing import Listing
from services.exchange import permissions, schemas
from services.exchange.domain.cards import require_within_limit
from services.exchange.domain.orders import Order, State, require_within_proxy_limit
from services.exchange.domain.payments import Paycode
from services.exchange.domain.purchases import Payer
from services.exchange.domain.rewards import Reward
from services.exchange.store import ExchangeScope, ExchangeTransaction
from services.exchange.use_cases.payments import spent_by_card
from services.exchange.use_cases.publishing import publish


@dataclass(frozen=True)
class Shown:
    """What somebody who orders for another person was shown by them: a pay code, or a card with its PIN (R6)."""

    paycode: str | None = None
    card_digest: str | None = None
    pin_fits: bool = False


def place_order(
    scope: ExchangeScope, reward_id: str, quantity: int, person: str | None, account: str | None, shown: Shown
) -> calls.Order | Denial:
    """Reserve stock and request a hold; a wrong PIN commits and is returned as a denial.

    Raises what `Reward.reserve` and `permissions.payer_for` raise, PaycodeInvalid, CardInvalid, CardLocked,
    CardLimitReached, ProxyLimitReached.
    """
    # before locking, so that in a rush those who come too late do not queue for the lock
    points = scope.rewards.get(reward_id).require_available(quantity, day=scope.today)
    payer: Payer | Denial
    if shown.paycode is not None:
        payer = _payer_by_paycode(scope, person, account, shown.paycode)
    elif shown.card_digest is not None:
        payer = _payer_by_card(scope, person, account, shown.card_digest, shown.pin_fits, points)
    else:
        payer = permissions.payer_for(scope, person=person, account=account)
    if not isinstance(payer, Payer):
        return payer
    policy = scope.policy
    if payer.consent != "not_needed":
        spent = scope.orders.spent_for_others(payer.acting, start_of(scope.today))
        require_within_proxy_limit(policy.daily_proxy_points, spent, points)
    reward = scope.rewards.get(reward_id, for_update=True)
    before = scope.orders.ordered_before(reward, payer)
    order, events = Order.place(reward, quantity, payer, ordered_before=before, policy=policy, at=scope.now)
    scope.orders.add(order)
    publish(scope, order, events)
    return show_order(scope, order, reward)


def list_orders(scope: ExchangeScope, selection: Selection, unseen: bool) -> Listing[Order]:
    """Return orders of the caller and their household, and those they placed for others.

    `unseen`: only those that others placed for the caller, who has not opened them yet.
    """
    household = permissions.household_of_orders(scope)
    return scope.orders.list(person=scope.person, household=household, selection=selection, unseen=unseen)


def get_order(scope: ExchangeScope, order_id: str) -> calls.Order:
    """Return an order of the caller, of their household, or one they placed. Raises NotFound."""
    return show_orders(scope, [permissions.get_own_order(scope, order_id)])[0]


def give_consent(scope: ExchangeScope, order_id: str) -> calls.Order:
    """Agree to an order placed for the caller. Raises NotFound, SpendingWaits and what `Order.give_consent` raises."""
    order = permissions.get_own_order(scope, order_id, for_update=True)
    permissions.require_spending(scope, scope.person, order.account)
    reward = scope.rewards.get(order.reward, for_update=True)
    events = order.give_consent(reward, by=scope.person, at=scope.now)
    if order.state == State.ISSUED:
        scope.codes.issue(order)
    publish(scope, order, events)
    return show_orders(scope, [order])[0]


def refuse_consent(scope: ExchangeScope, order_id: str) -> calls.Order:
    """Refuse an order placed for the caller. Raises NotFound and what `Order.give_consent` raises."""
    order = permissions.get_own_order(scope, order_id, for_update=True)
    reward = scope.rewards.get(order.reward, for_update=True)
    publish(scope, order, order.refuse_consent(reward, by=scope.person, at=scope.now))
    return show_order(scope, order, reward)


def mark_seen(scope: ExchangeScope, order_id: str) -> calls.Order:
    """Note that the caller has opened an order placed for them. Raises NotFound."""
    order = permissions.get_own_order(scope, order_id, for_update=True)
    order.mark_seen(scope.person, scope.now)
    return show_orders(scope, [order])[0]


def list_paper_notices(scope: ExchangeScope, limit: int, cursor: str | None) -> list[calls.PaperNotice]:
    """Return up to `limit` orders whose persons the caller may tell on paper, the oldest first."""
    found = scope.orders.to_tell_on_paper(scope.now, by_other_than=scope.person, after=cursor)
    courtyards = scope.directory.courtyards_of({order.household for order in found}, scope.today)
    mine = [order for order in found if scope.may(TELL_ON_PAPER, courtyard=courtyards.get(order.household))][:limit]
    rewards = scope.rewards.by_id({order.reward for order in mine})
    return [schemas.paper_notice(order, rewards[order.reward]) for order in mine]


def mark_told(scope: ExchangeScope, order_id: str) -> calls.PaperNotice:
    """Note that the caller handed the notice of an order to its person. Raises NotFound, RoleMissing, WrongState."""
    order = scope.orders.get(order_id, for_update=True)
    permissions.require_courtyard_of(scope, order)
    order.mark_told(scope.person, scope.now)
    return schemas.paper_notice(order, scope.rewards.get(order.reward))


def _payer_by_paycode(scope: ExchangeScope, person: str | None, account: str | None, digits: str) -> Payer:
    code = scope.paycodes.get("live", digits)
    code.use(scope.now)
    if person not in (None, code.person) or account not in (None, code.account):
        raise PaycodeInvalid("付款码不是此居民的，或不是此存折的")
    return permissions.payer_for(scope, person=code.person, account=code.account, consent="paycode")


def _payer_by_card(
    scope: ExchangeScope, person: str | None, account: str | None, digest: str, pin_fits: bool, points: int
) -> Payer | Denial:
    card = scope.cards.get(digest, for_update=True)
    payer = permissions.payer_for(scope, person=person, account=account, consent="card")
    if payer.account != card.household or card.issued_by == payer.acting:
        raise CardInvalid("户码卡不是此居民家的，或是代办人自己发放的")
    if not card.accept(pin_fits, scope.now):
        return schemas.denial(card)
    require_within_limit(scope.policy.card_daily_points, spent_by_card(scope, card), points)
    return payer


def cancel_order(scope: ExchangeScope, order_id: str) -> calls.Order:
    """Cancel an order and release its hold. Raises NotFound, WrongState."""
    order = permissions.get_own_order(scope, order_id, for_update=True)
    reward = scope.rewards.get(order.reward, for_update=True)
    publish(scope, order, order.cancel(reward, by=scope.person, at=scope.now))
    return show_order(scope, order, reward)


def honour_benefit(scope: ExchangeScope, code: str) -> calls.Order:
    """Redeem the voucher of a community benefit. Raises what `Order.honour_benefit` raises."""
    order = scope.orders.with_code("live", code, for_update=True)
    reward = scope.rewards.get(order.reward, for_update=True)
    publish(scope, order, order.honour_benefit(reward, by=scope.person, at=scope.now))
    return show_order(scope, order, reward)


def issue_paycode(scope: ExchangeScope, account: str | None) -> calls.Paycode:
    """Store a pay code of the caller and return it with its digits. Raises NotFound, RoleMissing, SpendingWaits."""
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


def show_order(scope: ExchangeScope, order: Order, reward: Reward) -> calls.Order:
    """Return an order without codes, whose reward is at hand."""
    return schemas.order(order, reward, merchants=_merchant_names(scope, [order], [reward]), at=scope.now)


def show_orders(scope: ExchangeScope, found: Sequence[Order]) -> list[calls.Order]:
    """Return orders with their rewards, merchants and codes, in the order given."""
    rewards = scope.rewards.by_id({order.reward for order in found})
    codes = scope.codes.of_orders([order.id for order in found if order.gives == "codes"])
    names = _merchant_names(scope, found, rewards.values())
    return [
        schemas.order(order, rewards[order.reward], merchants=names, codes=codes.get(order.id, []), at=scope.now)
        for order in found
    ]


def _merchant_names(scope: ExchangeScope, found: Iterable[Order], rewards: Iterable[Reward]) -> dict[str, str]:
    """Return the names of the merchants where orders are, or were, redeemed."""
    redeemed_at = {order.merchant for order in found if order.merchant}
    where = redeemed_at.union(*(reward.merchants for reward in rewards))
    return {id: merchant.name for id, merchant in scope.merchants.by_id(where).items()} if where else {}
