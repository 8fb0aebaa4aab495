"""Till payments."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import String, and_, any_, bindparam, case, func, not_, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from contracts.errors import NotFound, ReferenceReused
from contracts.paging import Selection
from messaging.fastpath.statements import prepared
from messaging.sql.listing import Listing
from services.exchange.domain.cards import Card
from services.exchange.domain.merchants import Till
from services.exchange.domain.payments import OPEN_STATES, Payment, State
from services.exchange.store.sales import Sales
from services.exchange.store.tables import payments

_SELECT_BY_HOLD = prepared(
    select(Payment)
    .where(payments.c.community == bindparam("of"), payments.c.hold == any_(bindparam("holds", type_=ARRAY(String))))
    .order_by(payments.c.id)
    .with_for_update()
)


class PaymentRepository:
    """Loads and stores one community's till payments."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, payment: Payment) -> None:
        """Store a new payment. Raises ReferenceReused when another one that was not refused has its reference."""
        try:
            with self._session.begin_nested():
                self._session.add(payment)
        except IntegrityError as taken:
            raise ReferenceReused(facts={"merchant_reference": payment.merchant_reference}) from taken

    def of_till(self, till: Till, payment: str, *, for_update: bool = False) -> Payment:
        """Return a payment of the till's merchant and mode, locked if asked for. Raises NotFound."""
        found = self._session.get(Payment, (self._community, payment), with_for_update=for_update or None)
        if found is None or (found.merchant, found.mode) != (till.merchant, till.mode):
            raise NotFound("没有此笔预授权")
        return found

    def get(self, payment: str) -> Payment:
        """Return a live payment, whichever merchant was paid. Raises NotFound."""
        found = self._session.get(Payment, (self._community, payment))
        if found is None or found.mode != "live":
            raise NotFound("没有此笔付款")
        return found

    def any_of(self, account: str) -> bool:
        """Return whether any payment of that passbook was ever requested."""
        rows = select(payments.c.id).where(payments.c.community == self._community, payments.c.account == account)
        return self._session.scalar(rows.limit(1)) is not None

    def list(self, accounts: Collection[str], selection: Selection) -> Listing[Payment]:
        """Return live payments of these passbooks, newest first."""
        rows = select(Payment).where(
            payments.c.community == self._community, payments.c.account.in_(accounts), payments.c.mode == "live"
        )
        rows = rows.where(*selection.conditions(payments.c.state, payments.c.changed_at))
        return Listing(self._session, rows, payments.c.id)

    def list_of_till(self, till: Till, sales: Sales, selection: Selection, at: datetime) -> Listing[Payment]:
        """Return payments of the till's merchant and mode with one of these states at a time, newest first.

        A payment whose time is over is expired and changed then, also before that is stored.
        """
        rows = select(Payment).where(
            payments.c.community == self._community, payments.c.merchant == till.merchant, payments.c.mode == till.mode
        )
        rows = sales.restrict(rows, payments, at=payments.c.created_at)
        overdue = and_(payments.c.state.in_(OPEN_STATES), payments.c.expires_at <= at)
        if selection.states:
            stored = and_(payments.c.state.in_(selection.states), not_(overdue))
            rows = rows.where(or_(stored, overdue) if State.EXPIRED in selection.states else stored)
        if (since := selection.changed_since) is not None:
            rows = rows.where(or_(payments.c.changed_at >= since, and_(overdue, payments.c.expires_at >= since)))
        return Listing(self._session, rows, payments.c.id)

    def by_id(self, ids: Collection[str]) -> dict[str, Payment]:
        """Return payments by id."""
        rows = select(Payment).where(payments.c.community == self._community, payments.c.id.in_(ids))
        return {payment.id: payment for payment in self._session.scalars(rows)}

    def spent_by_card(self, card: Card, since: datetime) -> int:
        """Return the points that the household's cards captured since then or still hold."""
        spent = case((payments.c.state == State.CAPTURED, payments.c.captured), else_=payments.c.points)
        rows = select(func.coalesce(func.sum(spent), 0)).where(
            payments.c.community == self._community,
            payments.c.account == card.household,
            payments.c.card.is_not(None),
            payments.c.created_at >= since,
            payments.c.state.in_((State.PENDING, State.AUTHORIZED, State.CAPTURED)),
        )
        return int(self._session.scalar(rows) or 0)

    def with_reference(self, till: Till, reference: str) -> Payment | None:
        """Return the payment of the till's merchant and mode with that reference; the newest refused, if all were."""
        with_reference = select(Payment).where(
            payments.c.community == self._community,
            payments.c.merchant == till.merchant,
            payments.c.mode == till.mode,
            payments.c.merchant_reference == reference,
        )
        refused = with_reference.where(payments.c.state == State.REFUSED).order_by(payments.c.id.desc()).limit(1)
        return self._session.scalar(with_reference.where(payments.c.state != State.REFUSED)) or self._session.scalar(
            refused
        )

    def by_hold(self, holds: Collection[str]) -> dict[str, Payment]:
        """Return payments by hold, locked in the order of their ids."""
        found = self._session.scalars(_SELECT_BY_HOLD, {"of": self._community, "holds": list(holds)})
        return {payment.hold: payment for payment in found}
