"""Orders with their vouchers."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, any_, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from contracts.errors import NotFound, VoucherNotFound
from contracts.paging import Selection
from messaging.fastpath.statements import prepared
from messaging.sql.listing import Listing
from services.exchange.domain import codes
from services.exchange.domain.cards import Card
from services.exchange.domain.orders import PAPER_AFTER, STATES_THAT_COUNT, Order, State
from services.exchange.domain.purchases import Mode, Payer
from services.exchange.domain.rewards import Ordered, Reward
from services.exchange.store.tables import orders

_SELECT_BY_HOLD = prepared(
    select(Order)
    .where(orders.c.community == bindparam("of"), orders.c.hold == any_(bindparam("holds", type_=ARRAY(String))))
    .order_by(orders.c.id)
    .with_for_update()
)


_MOST_NOTICES = 1000
"""How many orders are searched for those whose persons one may tell."""


class OrderRepository:
    """Loads and stores one community's orders."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, order: Order) -> None:
        self._session.add(order)

    def get(self, order: str, *, for_update: bool = False) -> Order:
        """Return an order, locked if asked for. Raises NotFound."""
        found = self._session.get(Order, (self._community, order), with_for_update=for_update or None)
        if found is None:
            raise NotFound("没有此订单")
        return found

    def with_code(self, mode: Mode, typed: str, *, for_update: bool = False) -> Order:
        """Return the order whose voucher has this code, however it was typed. Raises VoucherNotFound."""
        rows = select(Order).where(
            orders.c.community == self._community, orders.c.code == codes.normalized(typed), orders.c.mode == mode
        )
        found = self._session.scalar(rows.with_for_update() if for_update else rows)
        if found is None:
            raise VoucherNotFound
        return found

    def by_id(self, ids: Collection[str]) -> dict[str, Order]:
        """Return orders by id."""
        rows = select(Order).where(orders.c.community == self._community, orders.c.id.in_(ids))
        return {order.id: order for order in self._session.scalars(rows)}

    def by_hold(self, holds: Collection[str]) -> dict[str, Order]:
        """Return orders by hold, locked in the order of their ids."""
        found = self._session.scalars(_SELECT_BY_HOLD, {"of": self._community, "holds": list(holds)})
        return {order.hold: order for order in found}

    def ordered_before(self, reward: Reward, payer: Payer) -> Ordered:
        """Return how much of a reward with limits the payer and their household ordered before."""
        if not reward.limited:
            return Ordered()
        by_household, by_person = orders.c.household == payer.household, orders.c.person == payer.person
        rows = select(_sum_of_quantities(by_household), _sum_of_quantities(by_person)).where(
            orders.c.community == self._community,
            orders.c.reward == reward.id,
            or_(by_household, by_person),
            orders.c.mode == "live",
            orders.c.state.in_(STATES_THAT_COUNT),
        )
        household, person = self._session.execute(rows).one()
        return Ordered(household=int(household), person=int(person))

    def spent_for_others(self, acting: str, since: datetime) -> int:
        """Return the points of orders that a person placed for others, with a consent, since then.

        Orders of the same person wait for one another until the transaction ends, so that none is left out.
        """
        key = f"orders-for-others/{self._community}/{acting}"
        self._session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
        return self._sum_of_points(orders.c.placed_by == acting, orders.c.consent != "not_needed", since)

    def spent_by_card(self, card: Card, since: datetime) -> int:
        """Return the points of orders that the household's card agreed to since then."""
        return self._sum_of_points(orders.c.household == card.household, orders.c.consent == "card", since)

    def _sum_of_points(self, whose: ColumnElement[bool], consent: ColumnElement[bool], since: datetime) -> int:
        rows = select(func.coalesce(func.sum(orders.c.points), 0)).where(
            orders.c.community == self._community,
            whose,
            consent,
            orders.c.placed_at >= since,
            orders.c.mode == "live",
            orders.c.state.in_(STATES_THAT_COUNT),
        )
        return int(self._session.scalar(rows) or 0)

    def to_tell_on_paper(self, at: datetime, *, by_other_than: str, after: str | None) -> Sequence[Order]:
        """Return the orders that `Order.needs_paper`, the oldest first, except those that one person placed."""
        rows = select(Order).where(
            orders.c.community == self._community,
            orders.c.consent != "not_needed",
            orders.c.told_at.is_(None),
            orders.c.seen_at.is_(None),
            or_(orders.c.consent == "card", orders.c.placed_at <= at - PAPER_AFTER),
            orders.c.placed_by != by_other_than,
        )
        if after is not None:
            rows = rows.where(orders.c.id > after)
        return self._session.scalars(rows.order_by(orders.c.id).limit(_MOST_NOTICES)).all()

    def move_household(self, household: str, into: str) -> None:
        """Move the orders of a merged household to the one it was merged into. The accounts that pay stay."""
        moved = update(orders).where(orders.c.community == self._community, orders.c.household == household)
        self._session.execute(moved.values(household=into))

    def count_waiting(self, person: str, household: str | None) -> tuple[int, int, int]:
        """Return how many orders wait for a person's consent, were not opened by them, and can be redeemed by them."""
        for_person = and_(orders.c.person == person, orders.c.placed_by != person)
        owned = orders.c.person == person
        if household is not None:
            owned = or_(owned, orders.c.household == household)
        rows = select(
            func.count().filter(for_person, orders.c.state == State.AWAITING_CONSENT),
            func.count().filter(for_person, orders.c.seen_at.is_(None)),
            func.count().filter(orders.c.state == State.CONFIRMED),
        ).where(orders.c.community == self._community, owned)
        awaiting, unseen, to_redeem = self._session.execute(rows).one()
        return awaiting, unseen, to_redeem

    def list(
        self,
        *,
        person: str,
        household: str | None,
        selection: Selection,
        unseen: bool = False,
    ) -> Listing[Order]:
        """Return orders of a person and their household, and those the person placed for others, newest first.

        `unseen`: only those that others placed for the person, who has not opened them yet.
        """
        own = or_(orders.c.person == person, orders.c.placed_by == person, orders.c.household == household)
        rows = select(Order).where(orders.c.community == self._community, own)
        if unseen:
            rows = rows.where(orders.c.person == person, orders.c.placed_by != person, orders.c.seen_at.is_(None))
        rows = rows.where(*selection.conditions(orders.c.state, orders.c.changed_at))
        return Listing(self._session, rows, orders.c.id)


def _sum_of_quantities(of: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(orders.c.quantity).filter(of), 0)
