"""What timers end or delete, of all communities. Several replicas share the work: locked rows are skipped."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.exchange.domain import sandbox
from services.exchange.domain.orders import OPEN_STATES, Order
from services.exchange.domain.orders import State as OrderState
from services.exchange.domain.payments import HOLD_LIFETIME, Payment
from services.exchange.domain.payments import State as PaymentState
from services.exchange.store.tables import orders, paycodes, payments, priority_codes, signature_nonces

_BATCH_SIZE = 200
"""How many purchases one tick handles; the rest follow in the next."""
_RETENTION = timedelta(hours=1)
"""How long expired codes stay."""


class DueRepository:
    """Loads and locks purchases whose time has come, and deletes what has expired."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def overdue_orders(self, at: datetime) -> Sequence[Order]:
        """Return open orders whose time is up, locked."""
        rows = (
            select(Order)
            .where(orders.c.state.in_(OPEN_STATES), orders.c.expires_at <= at)
            .order_by(orders.c.expires_at)
            .limit(_BATCH_SIZE)
        )
        return self._session.scalars(rows.with_for_update(skip_locked=True)).all()

    def orders_to_remind_of(self, at: datetime) -> Sequence[Order]:
        """Return orders whose holders are to be reminded of their vouchers, locked."""
        rows = (
            select(Order)
            .where(
                orders.c.state == OrderState.CONFIRMED,
                orders.c.reminded_at.is_(None),
                orders.c.remind_at <= at,
                orders.c.mode == "live",
            )
            .order_by(orders.c.remind_at)
            .limit(_BATCH_SIZE)
        )
        return self._session.scalars(rows.with_for_update(skip_locked=True)).all()

    def overdue_payments(self, at: datetime) -> Sequence[Payment]:
        """Return open payments whose time is up, locked."""
        rows = (
            select(Payment)
            .where(payments.c.state.in_((PaymentState.PENDING, PaymentState.AUTHORIZED)), payments.c.expires_at <= at)
            .order_by(payments.c.expires_at)
            .limit(_BATCH_SIZE)
        )
        return self._session.scalars(rows.with_for_update(skip_locked=True)).all()

    def slow_test_payments(self, at: datetime) -> Sequence[Payment]:
        """Return payments of test mode that were to be pending until now, locked."""
        asked_before = at - sandbox.SLOW_AFTER
        rows = (
            select(Payment)
            .where(
                payments.c.state == PaymentState.PENDING,
                payments.c.expires_at <= asked_before + HOLD_LIFETIME,
                payments.c.account == sandbox.SLOW_ACCOUNT,
                payments.c.mode == "test",
            )
            .order_by(payments.c.expires_at)
            .limit(_BATCH_SIZE)
        )
        return self._session.scalars(rows.with_for_update(skip_locked=True)).all()

    def delete_expired_paycodes(self, at: datetime) -> None:
        """Delete pay codes that expired an hour ago."""
        self._session.execute(delete(paycodes).where(paycodes.c.expires_at < at - _RETENTION))

    def delete_expired_priority_codes(self, at: datetime) -> None:
        """Delete unused priority codes that expired an hour ago."""
        expired = priority_codes.c.expires_at < at - _RETENTION
        self._session.execute(delete(priority_codes).where(expired, priority_codes.c.used_at.is_(None)))

    def delete_expired_nonces(self, at: datetime) -> None:
        """Delete nonces of signatures that are no longer accepted."""
        self._session.execute(delete(signature_nonces).where(signature_nonces.c.expires_at < at))
