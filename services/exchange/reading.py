"""What those who order, oversee or are honoured are shown: a thing beside what belongs to it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from contracts.calendar import day_of
from contracts.errors import RoleMissing
from messaging import Actor
from services.exchange import access, schemas
from services.exchange.domain.honours import CandidateList, Decision, Honour
from services.exchange.domain.orders import Order
from services.exchange.domain.payments import Payment
from services.exchange.store import ExchangeTransaction

Row = dict[str, Any]


def orders(tx: ExchangeTransaction, community: str, found: Sequence[Order]) -> list[Row]:
    """Orders of one community, in the order given."""
    shelf = tx.rewards.named(community, {order.reward for order in found})
    codes = tx.codes.of(community, [order.id for order in found if order.gives == "codes"])
    return [schemas.order(order, shelf[order.reward], codes=codes.get(order.id, []), at=tx.now) for order in found]


def order(tx: ExchangeTransaction, found: Order) -> Row:
    """One order."""
    return orders(tx, found.community, [found])[0]


def paid(tx: ExchangeTransaction, community: str, found: Sequence[Payment]) -> list[Row]:
    """Payments of one community as those see them whose passbook paid, in the order given."""
    merchants = tx.merchants.named(community, {payment.merchant for payment in found})
    shops = tx.merchants.shops_named(community, {payment.shop for payment in found if payment.shop is not None})
    return [schemas.paid(payment, merchants[payment.merchant], shops.get(payment.shop or "")) for payment in found]


def must_oversee(tx: ExchangeTransaction, by: Actor) -> Actor:
    """`RoleMissing` for whoever is neither of the working group, the committee nor the branch."""
    if not access.overseer(tx, by):
        raise RoleMissing("只有工作小组、社区和支部可以查看候选名单")
    return by


def subjects_of(tx: ExchangeTransaction, by: Actor) -> list[str]:
    """What somebody can be honoured as: himself, and his household."""
    household = tx.directory(by.community).household_of(by.person, day_of(tx.now))
    return [subject for subject in (by.person, household) if subject is not None]


def here_since(tx: ExchangeTransaction, honour: Honour) -> dict[str, date]:
    """Those who live here today and can have the honour, and since when without a break."""
    directory, today = tx.directory(honour.community), day_of(tx.now)
    if honour.subject_kind == "household":
        return directory.households_since(today)
    return directory.residents_since(today)


def candidates(tx: ExchangeTransaction, drawn: CandidateList) -> Row:
    """A list with its candidates, and what was decided about each since."""
    decisions = {decision.subject: decision for decision in tx.honours.decided(drawn)}
    known_by = _known_by(tx, drawn.community, [candidate["subject"] for candidate in drawn.candidates])
    data = [schemas.candidate(each, known_by, decisions) for each in drawn.candidates]
    return schemas.candidate_list(drawn) | {"candidates": data}


def decisions(tx: ExchangeTransaction, community: str, found: Sequence[Decision]) -> list[Row]:
    """Decisions of one community, in the order given."""
    honours = tx.honours.named(community, {decision.honour for decision in found})
    known_by = _known_by(tx, community, [decision.subject for decision in found])
    quorum = tx.directory(community).policy().approval_quorum
    return [schemas.decision(decision, honours[decision.honour], known_by, quorum) for decision in found]


def flags(tx: ExchangeTransaction, community: str, found: Sequence[Decision]) -> list[Row]:
    """Which of these decisions give priority, and in what."""
    honours = tx.honours.named(community, {decision.honour for decision in found})
    return [
        schemas.flag(decision, honours[decision.honour])
        for decision in found
        if honours[decision.honour].kind == "service_priority"
    ]


def _known_by(tx: ExchangeTransaction, community: str, subjects: Sequence[str]) -> dict[str, str]:
    households = [subject for subject in subjects if subject.startswith("hou_")]
    return tx.directory(community).first_members_of(households, day_of(tx.now)) if households else {}
