"""What the community owes a merchant: one line per redemption, capture and refund, never changed (R27)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self

from contracts import ids
from contracts.calendar import day_of, period_of
from contracts.errors import RedemptionNotUndoable
from services.exchange.domain.merchants import Till
from services.exchange.domain.orders import Order
from services.exchange.domain.payments import Payment
from services.exchange.domain.purchases import Mode

Kind = Literal["redemption", "capture", "refund"]


@dataclass(eq=False, kw_only=True)
class Line:
    """`points` and `amount_fen` as owed to the merchant: refunds are negative."""

    community: str
    id: str
    merchant: str
    mode: Mode
    kind: Kind
    period: str
    points: int
    amount_fen: int
    at: datetime
    source: str
    """The order or the payment it settles."""
    key: str
    till: str | None = None
    shop: str | None = None
    merchant_reference: str | None = None

    @classmethod
    def of_redemption(
        cls, order: Order, till: Till, *, merchant_reference: str | None, point_value_fen: int, at: datetime
    ) -> Self:
        """Return the line of a redeemed voucher."""
        return cls(
            id=ids.new("lin"),
            kind="redemption",
            points=order.points,
            amount_fen=order.points * point_value_fen,
            merchant_reference=merchant_reference,
            **_common(order, till, at),
        )

    @classmethod
    def of_undoing(
        cls, refund: str, redemption: "Line", order: Order, till: Till, *, merchant_reference: str | None, at: datetime
    ) -> Self:
        """Return the line that takes a redemption back, with its value; it has the refund's id.

        Raises RedemptionNotUndoable for another till than the one that redeemed it.
        """
        if (till.name, till.shop) != (redemption.till, redemption.shop):
            raise RedemptionNotUndoable("只能在原收银台撤销", facts={"reason": "another_till", "till": redemption.till})
        return cls(
            id=refund,
            kind="refund",
            points=-redemption.points,
            amount_fen=-redemption.amount_fen,
            merchant_reference=merchant_reference,
            **_common(order, till, at),
        )

    @classmethod
    def of_capture(cls, payment: Payment, till: Till, *, point_value_fen: int, at: datetime) -> Self:
        """Return the line of a captured payment."""
        return cls(
            id=ids.new("lin"),
            kind="capture",
            points=payment.captured,
            amount_fen=payment.captured * point_value_fen,
            merchant_reference=payment.merchant_reference,
            **_common(payment, till, at),
        )

    @classmethod
    def of_refund(
        cls,
        refund: str,
        points: int,
        payment: Payment,
        till: Till,
        *,
        merchant_reference: str,
        point_value_fen: int,
        at: datetime,
    ) -> Self:
        """Return the line of a refund; it has the refund's id."""
        return cls(
            id=refund,
            kind="refund",
            points=-points,
            amount_fen=-points * point_value_fen,
            merchant_reference=merchant_reference,
            **_common(payment, till, at),
        )


def _common(source: Order | Payment, till: Till, at: datetime) -> dict[str, Any]:
    return {
        "community": source.community,
        "merchant": till.merchant,
        "mode": till.mode,
        "period": period_of(day_of(at)),
        "at": at,
        "source": source.id,
        "key": till.key,
        "till": till.name,
        "shop": till.shop or (source.shop if isinstance(source, Payment) else None),
    }


@dataclass(frozen=True, kw_only=True)
class Sum:
    """A sum of points and of their value in fen."""

    points: int = 0
    amount_fen: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(points=self.points + other.points, amount_fen=self.amount_fen + other.amount_fen)


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A merchant's month: the opening balance, the sums of its lines, the closing balance."""

    period: str
    opening: Sum
    redemptions: Sum = Sum()
    captures: Sum = Sum()
    refunds: Sum = Sum()
    lines: int = 0

    @classmethod
    def of(cls, period: str, opening: Sum, totals: Iterable[tuple[Kind, Sum, int]]) -> Self:
        """Return the statement of the totals per kind: (kind, sum, number of lines)."""
        by_kind = {kind: (total, count) for kind, total, count in totals}
        none = (Sum(), 0)
        return cls(
            period=period,
            opening=opening,
            redemptions=by_kind.get("redemption", none)[0],
            captures=by_kind.get("capture", none)[0],
            refunds=by_kind.get("refund", none)[0],
            lines=sum(count for _, count in by_kind.values()),
        )

    @property
    def total(self) -> Sum:
        """Σ redemptions + captures − refunds of the month."""
        return self.redemptions + self.captures + self.refunds

    @property
    def closing(self) -> Sum:
        """The balance after the month, with which the next one opens."""
        return self.opening + self.total
