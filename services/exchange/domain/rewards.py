"""What points buy, and how many are left: stock is never sold twice (R25, R28)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Self

from contracts import ids
from contracts.errors import Invalid, LimitReached, OutOfStock, RewardUnavailable

Kind = Literal["goods", "coupon", "discount", "priority"]
"""善治超市的商品, 优惠券, 打折卡, 优先享受社区福利 (R25)."""


@dataclass(eq=False, kw_only=True)
class Reward:
    """One line of the shelf. `reserved` is ordered but not yet honoured, `sold` is honoured; together ≤ `stock`."""

    community: str
    id: str
    kind: Kind
    name: str
    points: int
    stock: int
    description: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    """The last day it can be ordered."""
    limit_per_household: int | None = None
    merchants: list[str] = field(default_factory=list)
    """Where it is honoured; none named: at every partner merchant of the community."""
    listed: bool = True
    reserved: int = 0
    sold: int = 0
    version: int = 1
    created_at: datetime

    @classmethod
    def offer(cls, *, community: str, at: datetime, **terms: Any) -> Self:
        """Put a new reward on the shelf; `terms` as in `revise`."""
        reward = cls(community=community, id=ids.new("rwd"), created_at=at, **terms)
        reward._must_make_sense()
        return reward

    def revise(self, **terms: Any) -> None:
        """Replace the terms of the offer. Orders already placed keep theirs."""
        for name, value in terms.items():
            setattr(self, name, value)
        self._must_make_sense()
        self.version += 1

    @property
    def left(self) -> int:
        """How many can still be ordered."""
        return self.stock - self.reserved - self.sold

    def reserve(self, quantity: int, *, day: date, ordered_before: int) -> None:
        """Set `quantity` aside for an order of a household that has `ordered_before` of it already.

        Raises RewardUnavailable, LimitReached, OutOfStock.
        """
        self.must_be_there(quantity, day=day)
        if self.limit_per_household is not None and ordered_before + quantity > self.limit_per_household:
            raise LimitReached(
                f"每户限兑 {self.limit_per_household} 份，已兑 {ordered_before} 份",
                facts={"limit": self.limit_per_household, "ordered": ordered_before},
            )
        self.reserved += quantity

    def must_be_there(self, quantity: int, *, day: date) -> None:
        """Raises RewardUnavailable, OutOfStock."""
        if not self.on_offer(day):
            raise RewardUnavailable
        if quantity > self.left:
            raise OutOfStock(f"仅剩 {self.left} 份" if self.left else "", facts={"left": self.left})

    def give_back(self, quantity: int) -> None:
        """An order came to nothing; others may have it."""
        self.reserved -= quantity

    def sell(self, quantity: int) -> None:
        """What was reserved has been handed over."""
        self.reserved -= quantity
        self.sold += quantity

    def on_offer(self, day: date) -> bool:
        """Whether it can be ordered on that day, stock aside."""
        return (
            self.listed
            and (self.starts_on is None or self.starts_on <= day)
            and (self.ends_on is None or day <= self.ends_on)
        )

    def honoured_by(self, merchant: str) -> bool:
        """Whether that merchant hands it over."""
        return not self.merchants or merchant in self.merchants

    def _must_make_sense(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise Invalid(errors=[{"pointer": "/ends_on", "detail": "结束日期不能早于开始日期"}])
        if self.left < 0:
            raise Invalid(
                errors=[{"pointer": "/stock", "detail": f"库存不能少于已订和已兑的 {self.reserved + self.sold} 份"}]
            )
