"""What the bank answers, brought to the order or payment that asked (R28)."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from contracts.aggregation import HoldCaptured, HoldPlaced, HoldRefused, HoldReleased
from contracts.errors import NotFound
from contracts.exchange import CodesIssued
from services.exchange.domain.orders import Order
from services.exchange.domain.payments import Payment
from services.exchange.domain.purchases import Bank, Events
from services.exchange.domain.rewards import Reward
from services.exchange.store import ExchangeTransaction

Answer = HoldPlaced | HoldRefused | HoldCaptured | HoldReleased
ANSWERS = (HoldPlaced, HoldRefused, HoldCaptured, HoldReleased)


def follow(tx: ExchangeTransaction, answers: Iterable[Answer]) -> None:
    """Let each purchase take its answer. Orders are locked before payments, and both before rewards."""
    by_community = sorted(answers, key=lambda answer: answer.community)
    for community, of_one in groupby(by_community, key=lambda answer: answer.community):
        _follow(tx, community, list(of_one))


def _follow(tx: ExchangeTransaction, community: str, answers: Sequence[Answer]) -> None:
    holds = {answer.hold for answer in answers}
    purchases: dict[str, Order | Payment] = {**tx.orders.held_by(community, holds)}
    if others := holds - purchases.keys():
        purchases |= tx.payments.held_by(community, others)
    if unknown := holds - purchases.keys():
        raise NotFound(f"no purchase asked for {sorted(unknown)}")
    shelf = tx.rewards.locked(
        (community, order.reward)
        for answer in answers
        if isinstance(order := purchases[answer.hold], Order) and _moves_stock(order, answer)
    )
    for answer in answers:
        purchase = purchases[answer.hold]
        waited = purchase.bank == Bank.ASKED
        told = _take(purchase, answer, shelf)
        if isinstance(purchase, Order) and any(isinstance(event, CodesIssued) for event in told):
            tx.codes.issue(purchase)
        tx.tell(purchase, told)
        if waited:
            tx.tell_answer(purchase)


def _moves_stock(order: Order, answer: Answer) -> bool:
    return isinstance(answer, HoldRefused) or (isinstance(answer, HoldPlaced) and order.gives == "codes")


def _take(purchase: Order | Payment, answer: Answer, shelf: dict[str, Reward]) -> Events:
    match answer:
        case HoldPlaced():
            if isinstance(purchase, Order) and purchase.gives == "codes":
                return purchase.hold_placed_for(shelf[purchase.reward], answer.at)
            return purchase.hold_placed(answer.at)
        case HoldRefused():
            if isinstance(purchase, Order):
                purchase.hold_refused_for(shelf[purchase.reward], answer.available, answer.at, answer.reason)
            else:
                purchase.hold_refused(answer.available, answer.at, answer.reason)
        case HoldCaptured():
            purchase.hold_ended(Bank.CAPTURED, answer.at)
        case HoldReleased():
            purchase.hold_ended(Bank.RELEASED, answer.at)
    return []
