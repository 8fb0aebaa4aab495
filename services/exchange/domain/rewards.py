"""What points buy, and how many are left: stock is never sold twice (R25, R28)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Self

from contracts import ids
from contracts.errors import Invalid, LimitReached, OutOfStock, RewardUnavailable, WrongState

Kind = Literal["goods", "coupon", "discount", "priority"]
"""善治超市的商品, 优惠券, 打折卡, 优先享受社区福利 (R25)."""

Gives = Literal["voucher", "codes"]
"""What a buyer gets: our voucher, honoured by a partner's till, or codes of a merchant's own, honoured outside."""


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """How much of a reward was ordered before, not counting what came to nothing."""

    household: int = 0
    person: int = 0


NOTHING_BEFORE = Ordered()


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
    limit_per_person: int | None = None
    gives: Gives = "voucher"
    picture: str | None = None
    """The SHA-256 of what was uploaded; the gateway keeps the picture."""
    merchants: list[str] = field(default_factory=list)
    """Where it is honoured; none named: at every partner merchant of the community."""
    listed: bool = True
    reserved: int = 0
    sold: int = 0
    version: int = 1
    created_at: datetime

    @classmethod
    def offer(cls, *, community: str, at: datetime, stock: int | None = None, **terms: Any) -> Self:
        """Put a new reward on the shelf; `terms` as in `revise`."""
        reward = cls(community=community, id=ids.new("rwd"), created_at=at, stock=0, **terms)
        reward._set_stock(stock)
        reward._must_make_sense()
        return reward

    def revise(self, *, stock: int | None = None, **terms: Any) -> None:
        """Replace the terms of the offer. Orders already placed keep theirs.

        Raises Invalid for terms that contradict each other, what was promised, or what the reward has always given.
        """
        if terms.get("gives", self.gives) != self.gives:
            raise Invalid(errors=[{"pointer": "/gives", "detail": "已上架的商品不能更改，请另外新增"}])
        for name, value in terms.items():
            setattr(self, name, value)
        self._set_stock(stock)
        self._must_make_sense()
        self.version += 1

    def picture_as(self, sha256: str) -> None:
        """Show this picture from now on."""
        self.picture = sha256
        self.version += 1

    def stock_up(self, codes: Sequence[str]) -> None:
        """That many more can be ordered: the stock of a reward that gives codes is its pool (R25).

        Raises WrongState when it gives vouchers, Invalid for a code named twice.
        """
        if self.gives != "codes":
            raise WrongState("此商品发放兑换券，不使用券码")
        first = {code: place for place, code in reversed(list(enumerate(codes)))}
        again = [place for place, code in enumerate(codes) if first[code] != place]
        if again:
            raise Invalid(errors=[{"pointer": f"/codes/{place}", "detail": "与前面的券码重复"} for place in again])
        self.stock += len(codes)
        self.version += 1

    @property
    def left(self) -> int:
        """How many can still be ordered."""
        return self.stock - self.reserved - self.sold

    def reserve(self, quantity: int, *, day: date, ordered_before: Ordered) -> None:
        """Set `quantity` aside for somebody who, and whose household, ordered so much before.

        Raises RewardUnavailable, LimitReached, OutOfStock.
        """
        self.must_be_there(quantity, day=day)
        _must_stay_within("户", self.limit_per_household, ordered_before.household, quantity)
        _must_stay_within("人", self.limit_per_person, ordered_before.person, quantity)
        self.reserved += quantity

    @property
    def limited(self) -> bool:
        """Whether it matters how much somebody ordered before."""
        return self.limit_per_household is not None or self.limit_per_person is not None

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

    def _set_stock(self, stock: int | None) -> None:
        if self.gives == "codes":
            if stock not in (None, self.stock):
                raise Invalid(errors=[{"pointer": "/stock", "detail": "库存等于上传的券码数，请勿填写"}])
        elif stock is None:
            raise Invalid(errors=[{"pointer": "/stock", "detail": "必填"}])
        else:
            self.stock = stock

    def _must_make_sense(self) -> None:
        if self.gives == "codes" and self.kind not in ("coupon", "discount"):
            raise Invalid(errors=[{"pointer": "/gives", "detail": "只有优惠券和打折卡可以发放券码"}])
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise Invalid(errors=[{"pointer": "/ends_on", "detail": "结束日期不能早于开始日期"}])
        if self.left < 0:
            raise Invalid(
                errors=[{"pointer": "/stock", "detail": f"库存不能少于已订和已兑的 {self.reserved + self.sold} 份"}]
            )


def _must_stay_within(whose: str, limit: int | None, ordered: int, quantity: int) -> None:
    if limit is not None and ordered + quantity > limit:
        raise LimitReached(f"每{whose}限兑 {limit} 份，已兑 {ordered} 份", facts={"limit": limit, "ordered": ordered})
