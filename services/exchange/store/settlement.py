"""Settlement lines, which are only ever added, and reconciliations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from contracts.errors import NotFound, ReferenceReused
from messaging.sql.listing import Listing
from services.exchange.domain.merchants import Till
from services.exchange.domain.payments import Payment
from services.exchange.domain.reconciliation import Reconciliation
from services.exchange.domain.settlement import Kind, Line, Statement, Sum
from services.exchange.store.sales import Sales
from services.exchange.store.tables import reconciliations
from services.exchange.store.tables import settlement_lines as lines


class SettlementRepository:
    """Stores one community's settlement lines and reconciliations, and adds lines up to statements."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, line: Line) -> None:
        """Store a new line. Raises ReferenceReused when another line of this kind has its merchant reference.

        A voucher or payment never settles twice, since its row is locked; a unique index enforces it once more.
        """
        try:
            with self._session.begin_nested():
                self._session.add(line)
        except IntegrityError as taken:
            if taken.orig.diag.constraint_name != "settlement_lines_by_reference":  # type: ignore[union-attr]
                raise
            raise ReferenceReused(facts={"merchant_reference": line.merchant_reference}) from taken

    def value_of(self, payment: Payment) -> int:
        """Return the value in fen of a point when the payment was captured; its refunds have the same."""
        capture = select(lines.c.amount_fen / lines.c.points).where(
            lines.c.community == self._community, lines.c.source == payment.id, lines.c.kind == "capture"
        )
        return int(self._session.execute(capture).scalar_one())

    def list(
        self,
        till: Till,
        *,
        period: str | None = None,
        reference: str | None = None,
        shop: str | None = None,
        since: datetime | None = None,
    ) -> Listing[Line]:
        """Return a till's lines, oldest first; all, or of a month, a merchant reference or a shop, or added since."""
        rows = select(Line).where(*self._lines_of(till))
        if period is not None:
            rows = rows.where(lines.c.period == period)
        if reference is not None:
            rows = rows.where(lines.c.merchant_reference == reference)
        if shop is not None:
            rows = rows.where(lines.c.shop == shop)
        if since is not None:
            rows = rows.where(lines.c.at >= since)
        return Listing(self._session, rows, lines.c.id, newest_first=False)

    def list_sales(self, till: Till, kind: Kind, sales: Sales, since: datetime | None) -> Listing[Line]:
        """Return a till's lines of one kind, newest first; `since`: those added or undone then or later."""
        rows = sales.restrict(select(Line).where(*self._sales_of(till, kind)), lines, at=lines.c.at)
        if since is not None:
            rows = rows.where(or_(lines.c.at >= since, lines.c.source.in_(self._undone_since(till, since))))
        return Listing(self._session, rows, lines.c.id)

    def get(self, till: Till, kind: Kind, line: str) -> Line:
        """Return a line of the till's merchant and mode. Raises NotFound."""
        found = self._session.scalar(select(Line).where(*self._sales_of(till, kind), lines.c.id == line))
        if found is None:
            raise NotFound("没有此笔交易")
        return found

    def list_periods(self, till: Till, period: str | None, since: datetime | None) -> Listing[str]:
        """Return the months with lines, newest first; all or one, or those that got lines since."""
        rows = select(lines.c.period).distinct().where(*self._lines_of(till))
        if period is not None:
            rows = rows.where(lines.c.period == period)
        if since is not None:
            rows = rows.where(lines.c.at >= since)
        return Listing(self._session, rows, lines.c.period)

    def statement(self, till: Till, period: str) -> Statement:
        """Return a month's statement, added up from its lines."""
        before = self._session.execute(_summed(lines.c.period < period, *self._lines_of(till))).one()
        totals = self._session.execute(
            _summed(lines.c.period == period, *self._lines_of(till)).add_columns(lines.c.kind).group_by(lines.c.kind)
        )
        return Statement.of(period, _sum(before), [(row.kind, _sum(row), row.lines) for row in totals])

    def add_reconciliation(self, reconciliation: Reconciliation) -> None:
        self._session.add(reconciliation)

    def list_reconciliations(
        self, till: Till, *, period: str | None, limit: int, after: str | None
    ) -> Sequence[Reconciliation]:
        """Return a till's reconciliations, newest first."""
        rows = select(Reconciliation).where(*self._reconciliations_of(till))
        if period is not None:
            rows = rows.where(reconciliations.c.period == period)
        if after is not None:
            rows = rows.where(reconciliations.c.id < after)
        return self._session.scalars(rows.order_by(reconciliations.c.id.desc()).limit(limit)).all()

    def get_reconciliation(self, till: Till, reconciliation: str) -> Reconciliation:
        """Return a reconciliation of the till's merchant and mode. Raises NotFound."""
        rows = select(Reconciliation).where(*self._reconciliations_of(till), reconciliations.c.id == reconciliation)
        if (found := self._session.scalar(rows)) is None:
            raise NotFound("没有此对账单")
        return found

    def _lines_of(self, till: Till) -> tuple[ColumnElement[bool], ...]:
        return lines.c.community == self._community, lines.c.merchant == till.merchant, lines.c.mode == till.mode

    def _sales_of(self, till: Till, kind: Kind) -> tuple[ColumnElement[bool], ...]:
        """Lines of a kind; refunds are those of payments, not of redemptions that were undone."""
        of_kind = (*self._lines_of(till), lines.c.kind == kind)
        return (*of_kind, lines.c.source.startswith("pay_", autoescape=True)) if kind == "refund" else of_kind

    def _undone_since(self, till: Till, since: datetime) -> Select[tuple[str]]:
        """Select the orders whose redemptions were undone at `since` or later."""
        undoing = lines.alias("undoing").c
        return select(undoing.source).where(
            undoing.community == self._community,
            undoing.merchant == till.merchant,
            undoing.mode == till.mode,
            undoing.kind == "refund",
            undoing.at >= since,
        )

    def _reconciliations_of(self, till: Till) -> tuple[ColumnElement[bool], ...]:
        of = reconciliations.c
        return of.community == self._community, of.merchant == till.merchant, of.mode == till.mode


def _summed(*where: ColumnElement[bool]) -> Select[tuple[int, int, int]]:
    return select(
        func.coalesce(func.sum(lines.c.points), 0).label("points"),
        func.coalesce(func.sum(lines.c.amount_fen), 0).label("amount_fen"),
        func.count().label("lines"),
    ).where(*where)


def _sum(row: Row[Any]) -> Sum:
    return Sum(points=int(row.points), amount_fen=int(row.amount_fen))
