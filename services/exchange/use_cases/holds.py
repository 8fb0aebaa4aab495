"""Aggregation's answers about holds, applied to the orders and payments that requested them (R28)."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from contracts.aggregation import HoldCaptured, HoldPlaced, HoldRefused, HoldReleased
from contracts.errors import NotFound
from contracts.exchange import CodesIssued
from services.exchange.domain.orders import Order
from services.exchange.domain.payments import Payment
from services.exchange.domain.purchases import Events, HoldState
from services.exchange.domain.rewards import Reward
from services.exchange.store import ExchangeScope, ExchangeTransaction
from services.exchange.use_cases.publishing import notify_of_hold, publish

HoldAnswer = HoldPlaced | HoldRefused | HoldCaptured | HoldReleased
HOLD_ANSWERS = (HoldPlaced, HoldRefused, HoldCaptured, HoldReleased)


def apply_hold_answers(tx: ExchangeTransaction, answers: Iterable[HoldAnswer]) -> None:
    """Apply each answer to its purchase. Locks orders before payments, and both before rewards.

    Raises NotFound for a hold that no purchase requested.
    """
    by_community = sorted(answers, key=lambda answer: answer.community)
    for community, of_one in groupby(by_community, key=lambda answer: answer.community):
        _apply(tx.scope_of(community), list(of_one))


def _apply(scope: ExchangeScope, answers: Sequence[HoldAnswer]) -> None:
    holds = {answer.hold for answer in answers}
    purchases: dict[str, Order | Payment] = {**scope.orders.by_hold(holds)}
    if others := holds - purchases.keys():
        purchases |= scope.payments.by_hold(others)
    if unknown := holds - purchases.keys():
        raise NotFound(f"no purchase asked for {sorted(unknown)}")
    rewards = scope.rewards.lock(
        order.reward
        for answer in answers
        if isinstance(order := purchases[answer.hold], Order) and _moves_stock(order, answer)
    )
    for answer in answers:
        purchase = purchases[answer.hold]
        was_requested = purchase.hold_state == HoldState.REQUESTED
        events = _answer(purchase, answer, rewards)
        if isinstance(purchase, Order) and any(isinstance(event, CodesIssued) for event in events):
            scope.codes.issue(purchase)
        publish(scope, purchase, events)
        if was_requested:
            notify_of_hold(scope, purchase)


def _moves_stock(order: Order, answer: HoldAnswer) -> bool:
    return isinstance(answer, HoldRefused) or (isinstance(answer, HoldPlaced) and order.gives == "codes")


def _answer(purchase: Order | Payment, answer: HoldAnswer, rewards: dict[str, Reward]) -> Events:
    match answer:
        case HoldPlaced():
            if isinstance(purchase, Order) and purchase.gives == "codes":
                return purchase.hold_placed_for(rewards[purchase.reward], answer.at)
            return purchase.hold_placed(answer.at)
        case HoldRefused():
            if isinstance(purchase, Order):
                purchase.hold_refused_for(rewards[purchase.reward], answer.available, answer.at, answer.reason)
            else:
                purchase.hold_refused(answer.available, answer.at, answer.reason)
        case HoldCaptured():
            purchase.hold_ended(HoldState.CAPTURED, answer.at)
        case HoldReleased():
            purchase.hold_ended(HoldState.RELEASED, answer.at)
    return []
