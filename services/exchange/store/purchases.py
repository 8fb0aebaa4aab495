"""Questions about orders, pay codes and till payments."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, any_, bindparam, case, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from contracts.errors import NotFound, PaycodeInvalid, ReferenceReused, VoucherNotFound
from messaging.fastpath.statements import prepared
from services.exchange.domain import codes
from services.exchange.domain.cards import Card
from services.exchange.domain.merchants import Till
from services.exchange.domain.orders import COUNTED, Order
from services.exchange.domain.orders import State as OrderState
from services.exchange.domain.payments import Paycode, Payment
from services.exchange.domain.payments import State as PaymentState
from services.exchange.domain.purchases import Mode, Payer
from services.exchange.domain.rewards import Ordered, Reward
from services.exchange.store.tables import orders, paycodes, payments

_HOLDS = bindparam("holds", type_=ARRAY(String))
_HELD_ORDERS = prepared(
    select(Order)
    .where(orders.c.community == bindparam("of"), orders.c.hold == any_(_HOLDS))
    .order_by(orders.c.id)
    .with_for_update()
)
_HELD_PAYMENTS = prepared(
    select(Payment)
    .where(payments.c.community == bindparam("of"), payments.c.hold == any_(_HOLDS))
    .order_by(payments.c.id)
    .with_for_update()
)
_AT_ONCE = 200
"""How many purchases one tick ends; the rest follow in the next."""


class Orders:
    """Every order with its voucher."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, order: Order) -> None:
        self._session.add(order)

    def get(self, community: str, order: str, *, for_update: bool = False) -> Order:
        """`NotFound` when this community has no such order."""
        found = self._session.get(Order, (community, order), with_for_update=for_update or None)
        if found is None:
            raise NotFound("没有此订单")
        return found

    def with_code(self, community: str, mode: Mode, typed: str, *, for_update: bool = False) -> Order:
        """The order whose voucher has this code, however it was typed; else `VoucherNotFound`."""
        wanted = select(Order).where(
            orders.c.community == community, orders.c.code == codes.normalized(typed), orders.c.mode == mode
        )
        found = self._session.scalar(wanted.with_for_update() if for_update else wanted)
        if found is None:
            raise VoucherNotFound
        return found

    def held_by(self, community: str, holds: Collection[str]) -> dict[str, Order]:
        """Orders by hold, locked in the order of their ids."""
        found = self._session.scalars(_HELD_ORDERS, {"of": community, "holds": list(holds)})
        return {order.hold: order for order in found}

    def ordered_before(self, reward: Reward, payer: Payer) -> Ordered:
        """How much of a limited reward the payer's household, and the payer, ordered before."""
        if not reward.limited:
            return Ordered()
        by_household, by_person = orders.c.household == payer.household, orders.c.person == payer.person
        wanted = select(_summed(by_household), _summed(by_person)).where(
            orders.c.community == reward.community,
            orders.c.reward == reward.id,
            or_(by_household, by_person),
            orders.c.mode == "live",
            orders.c.state.in_(COUNTED),
        )
        household, person = self._session.execute(wanted).one()
        return Ordered(household=int(household), person=int(person))

    def hand_over(self, community: str, household: str, into: str) -> None:
        """Two households are one: it sees, takes back and counts what either ordered. What pays stays as it was."""
        theirs = update(orders).where(orders.c.community == community, orders.c.household == household)
        self._session.execute(theirs.values(household=into))

    def page(
        self,
        community: str,
        *,
        person: str,
        household: str | None,
        state: str | None,
        limit: int,
        after: str | None,
    ) -> list[Order]:
        """Newest first: what the person, or his household, ordered, and what he ordered for others."""
        own = or_(orders.c.person == person, orders.c.placed_by == person, orders.c.household == household)
        wanted = select(Order).where(orders.c.community == community, own)
        if state is not None:
            wanted = wanted.where(orders.c.state == state)
        if after is not None:
            wanted = wanted.where(orders.c.id < after)
        return list(self._session.scalars(wanted.order_by(orders.c.id.desc()).limit(limit)))

    def due(self, at: datetime) -> Sequence[Order]:
        """Open orders of all communities whose time is up, locked; those another transaction works on are left."""
        wanted = (
            select(Order)
            .where(orders.c.state.in_((OrderState.PLACED, OrderState.CONFIRMED)), orders.c.expires_at <= at)
            .order_by(orders.c.expires_at)
            .limit(_AT_ONCE)
        )
        return self._session.scalars(wanted.with_for_update(skip_locked=True)).all()

    def lapsing(self, at: datetime) -> Sequence[Order]:
        """Orders whose holders are to be reminded, locked; those another transaction works on are left."""
        wanted = (
            select(Order)
            .where(
                orders.c.state == OrderState.CONFIRMED,
                orders.c.reminded_at.is_(None),
                orders.c.remind_at <= at,
                orders.c.mode == "live",
            )
            .order_by(orders.c.remind_at)
            .limit(_AT_ONCE)
        )
        return self._session.scalars(wanted.with_for_update(skip_locked=True)).all()


class Paycodes:
    """Pay codes that may still be used."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, paycode: Paycode) -> None:
        self._session.add(paycode)

    def locked(self, community: str, mode: Mode, digits: str) -> Paycode:
        """The code as shown at a till; `PaycodeInvalid` when this community has none of that mode."""
        found = self._session.get(Paycode, (community, codes.digest(digits)), with_for_update=True)
        if found is None or found.mode != mode:
            raise PaycodeInvalid
        return found

    def forget(self, before: datetime) -> None:
        """Delete what nobody can use any more."""
        self._session.execute(delete(paycodes).where(paycodes.c.expires_at < before - timedelta(hours=1)))

    def forget_person(self, community: str, person: str) -> None:
        """Delete what a person could still show."""
        unused = (paycodes.c.community == community, paycodes.c.person == person, paycodes.c.used_at.is_(None))
        self._session.execute(delete(paycodes).where(*unused))


class Payments:
    """Every till payment."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, payment: Payment) -> None:
        """`ReferenceReused` when the merchant used that number for another payment."""
        try:
            with self._session.begin_nested():
                self._session.add(payment)
        except IntegrityError as taken:
            raise ReferenceReused(facts={"merchant_reference": payment.merchant_reference}) from taken

    def of(self, till: Till, payment: str, *, for_update: bool = False) -> Payment:
        """`NotFound` when this merchant has no such payment in this mode."""
        found = self._session.get(Payment, (till.community, payment), with_for_update=for_update or None)
        if found is None or (found.merchant, found.mode) != (till.merchant, till.mode):
            raise NotFound("没有此笔预授权")
        return found

    def get(self, community: str, payment: str) -> Payment:
        """Whoever was paid; `NotFound` when this community has no such payment."""
        found = self._session.get(Payment, (community, payment))
        if found is None or found.mode != "live":
            raise NotFound("没有此笔付款")
        return found

    def has_paid(self, community: str, account: str) -> bool:
        """Whether that passbook ever paid, or was asked to: also of a household that has left."""
        wanted = select(payments.c.id).where(payments.c.community == community, payments.c.account == account)
        return self._session.scalar(wanted.limit(1)) is not None

    def page(
        self, community: str, accounts: Collection[str], *, state: str | None, limit: int, after: str | None
    ) -> list[Payment]:
        """Newest first: what these passbooks paid, or were asked to."""
        wanted = select(Payment).where(
            payments.c.community == community, payments.c.account.in_(accounts), payments.c.mode == "live"
        )
        if state is not None:
            wanted = wanted.where(payments.c.state == state)
        if after is not None:
            wanted = wanted.where(payments.c.id < after)
        return list(self._session.scalars(wanted.order_by(payments.c.id.desc()).limit(limit)))

    def spent_by_card(self, card: Card, since: datetime) -> int:
        """Points the household's cards took since then, or may still take."""
        taken = case((payments.c.state == PaymentState.CAPTURED, payments.c.captured), else_=payments.c.points)
        wanted = select(func.coalesce(func.sum(taken), 0)).where(
            payments.c.community == card.community,
            payments.c.account == card.household,
            payments.c.card.is_not(None),
            payments.c.created_at >= since,
            payments.c.state.in_((PaymentState.PENDING, PaymentState.AUTHORIZED, PaymentState.CAPTURED)),
        )
        return int(self._session.scalar(wanted) or 0)

    def with_reference(self, till: Till, reference: str) -> Payment | None:
        """The merchant's payment of that number."""
        return self._session.scalar(
            select(Payment).where(
                payments.c.community == till.community,
                payments.c.merchant == till.merchant,
                payments.c.mode == till.mode,
                payments.c.merchant_reference == reference,
            )
        )

    def held_by(self, community: str, holds: Collection[str]) -> dict[str, Payment]:
        """Payments by hold, locked in the order of their ids."""
        found = self._session.scalars(_HELD_PAYMENTS, {"of": community, "holds": list(holds)})
        return {payment.hold: payment for payment in found}

    def due(self, at: datetime) -> Sequence[Payment]:
        """Open payments of all communities whose time is up, locked; those another transaction works on are left."""
        wanted = (
            select(Payment)
            .where(payments.c.state.in_((PaymentState.PENDING, PaymentState.AUTHORIZED)), payments.c.expires_at <= at)
            .order_by(payments.c.expires_at)
            .limit(_AT_ONCE)
        )
        return self._session.scalars(wanted.with_for_update(skip_locked=True)).all()


def _summed(of: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(orders.c.quantity).filter(of), 0)
