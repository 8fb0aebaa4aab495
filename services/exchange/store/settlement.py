"""Questions about what merchants are owed. Lines are only ever added."""

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from contracts.errors import NotFound, ReferenceReused
from services.exchange.domain.merchants import Till
from services.exchange.domain.payments import Payment
from services.exchange.domain.reconciliation import Reconciliation
from services.exchange.domain.settlement import Line, Statement, Sum
from services.exchange.store.tables import reconciliations
from services.exchange.store.tables import settlement_lines as lines


class Settlement:
    """Every line, and the statements they add up to."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, line: Line) -> None:
        """`ReferenceReused` when the merchant used that number for another line of this kind.

        (That a voucher or a payment settles twice is impossible: its row is locked. The index is a second wall.)
        """
        try:
            with self._session.begin_nested():
                self._session.add(line)
        except IntegrityError as taken:
            if taken.orig.diag.constraint_name != "settlement_lines_by_reference":  # type: ignore[union-attr]
                raise
            raise ReferenceReused(facts={"merchant_reference": line.merchant_reference}) from taken

    def value_of(self, payment: Payment) -> int:
        """Fen a point was worth when the payment was captured; its refunds are worth the same."""
        capture = select(lines.c.amount_fen / lines.c.points).where(
            lines.c.community == payment.community, lines.c.source == payment.id, lines.c.kind == "capture"
        )
        return self._session.execute(capture).scalar_one()

    def page(
        self,
        till: Till,
        *,
        period: str | None = None,
        reference: str | None = None,
        shop: str | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> list[Line]:
        """In order of time; of one month, of one of the merchant's numbers, or all."""
        wanted = select(Line).where(*_books(till))
        if period is not None:
            wanted = wanted.where(lines.c.period == period)
        if reference is not None:
            wanted = wanted.where(lines.c.merchant_reference == reference)
        if shop is not None:
            wanted = wanted.where(lines.c.shop == shop)
        if after is not None:
            wanted = wanted.where(lines.c.id > after)
        return list(self._session.scalars(wanted.order_by(lines.c.id).limit(limit)))

    def periods(self, till: Till, *, limit: int, before: str | None) -> list[str]:
        """Months with lines, newest first."""
        wanted = select(lines.c.period).distinct().where(*_books(till))
        if before is not None:
            wanted = wanted.where(lines.c.period < before)
        return list(self._session.scalars(wanted.order_by(lines.c.period.desc()).limit(limit)))

    def statement(self, till: Till, period: str) -> Statement:
        """A month of the merchant's books, added up from their lines."""
        before = self._session.execute(_summed(lines.c.period < period, *_books(till))).one()
        totals = self._session.execute(
            _summed(lines.c.period == period, *_books(till)).add_columns(lines.c.kind).group_by(lines.c.kind)
        )
        return Statement.of(period, _sum(before), [(row.kind, _sum(row), row.lines) for row in totals])

    def keep(self, reconciliation: Reconciliation) -> None:
        self._session.add(reconciliation)

    def reconciliations(self, till: Till, *, period: str | None, limit: int, after: str | None) -> list[Reconciliation]:
        """What was handed in, newest first."""
        wanted = select(Reconciliation).where(*_handed_in(till))
        if period is not None:
            wanted = wanted.where(reconciliations.c.period == period)
        if after is not None:
            wanted = wanted.where(reconciliations.c.id < after)
        return list(self._session.scalars(wanted.order_by(reconciliations.c.id.desc()).limit(limit)))

    def reconciliation(self, till: Till, reconciliation: str) -> Reconciliation:
        """`NotFound` when this merchant has none of that id in this mode."""
        wanted = select(Reconciliation).where(*_handed_in(till), reconciliations.c.id == reconciliation)
        if (found := self._session.scalar(wanted)) is None:
            raise NotFound("没有此对账单")
        return found


def _handed_in(till: Till) -> tuple[ColumnElement[bool], ...]:
    of = reconciliations.c
    return of.community == till.community, of.merchant == till.merchant, of.mode == till.mode


def _books(till: Till) -> tuple[ColumnElement[bool], ...]:
    """Live and test books of each merchant are apart."""
    return lines.c.community == till.community, lines.c.merchant == till.merchant, lines.c.mode == till.mode


def _summed(*where: ColumnElement[bool]) -> Select[tuple[int, int, int]]:
    return select(
        func.coalesce(func.sum(lines.c.points), 0).label("points"),
        func.coalesce(func.sum(lines.c.amount_fen), 0).label("amount_fen"),
        func.count().label("lines"),
    ).where(*where)


def _sum(row: Row[Any]) -> Sum:
    return Sum(points=int(row.points), amount_fen=int(row.amount_fen))
