"""Rewards: what points buy, and how many are left. Stock is never sold twice (R25, R28)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NotRequired, Self, TypedDict, Unpack

from contracts import ids
from contracts.errors import Invalid, LimitReached, OutOfStock, RewardUnavailable, WrongState

Kind = Literal["goods", "coupon", "discount", "priority"]
"""善治超市的商品, 优惠券, 打折卡, 优先享受社区福利 (R25)."""

Gives = Literal["voucher", "codes"]
"""What a buyer gets: our voucher, redeemed at a partner's till, or a merchant's own codes, redeemed elsewhere."""


MOST_OFF_PERCENT = 20
"""How far one person alone lowers a price, below the one that two people agreed on."""

_IDENTITY = ("kind", "name", "description")
"""The terms that say what a reward is: whoever changes them offers something else at the old price."""


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """How much of a reward a household and a person ordered before, except orders that came to nothing."""

    household: int = 0
    person: int = 0


NOTHING_BEFORE = Ordered()


class Terms(TypedDict):
    """The terms of an offer."""

    kind: Kind
    name: str
    points: int
    description: NotRequired[str]
    starts_on: NotRequired[date | None]
    ends_on: NotRequired[date | None]
    limit_per_household: NotRequired[int | None]
    limit_per_person: NotRequired[int | None]
    gives: NotRequired[Gives]
    merchants: NotRequired[list[str]]
    listed: NotRequired[bool]


@dataclass(eq=False, kw_only=True)
class Reward:
    """A reward and its stock: `reserved` is ordered, `sold` is redeemed; together they are at most `stock`."""

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
    """The SHA-256 of the uploaded picture, which the gateway stores."""
    merchants: list[str] = field(default_factory=list)
    """The merchants that redeem it; empty: every partner merchant of the community."""
    listed: bool = True
    approved_points: int | None = None
    """The price that two people agreed on last; None while a new reward waits for the second one."""
    proposal: str | None = None
    """The proposal that waits for another person."""
    reserved: int = 0
    sold: int = 0
    version: int = 1
    created_at: datetime

    @classmethod
    def offer(cls, *, community: str, at: datetime, stock: int | None = None, **terms: Unpack[Terms]) -> Self:
        """Return a new reward. Raises Invalid for contradicting terms."""
        reward = cls(community=community, id=ids.new("rwd"), created_at=at, stock=0, **terms)
        reward._set_stock(stock)
        reward._check_terms()
        return reward

    def needs_second_person(self, terms: Terms) -> bool:
        """Return whether somebody else has to approve these terms: a new reward, another one, or a much lower price."""
        if self.approved_points is None or self._is_another(terms):
            return True
        return terms["points"] * 100 < self.approved_points * (100 - MOST_OFF_PERCENT)

    def _is_another(self, terms: Terms) -> bool:
        """Return whether the terms say that the reward is something else; those left out stay."""
        return any(terms.get(name, getattr(self, name)) != getattr(self, name) for name in _IDENTITY)

    def changes(self, terms: Terms) -> dict[str, Any]:
        """Return the terms that differ from those in force, dates as text."""
        given = {name: value for name, value in terms.items() if value != getattr(self, name)}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in given.items()}

    def restock(self, stock: int | None) -> None:
        """Replace the stock. Raises Invalid for one below what was ordered, or for a reward that gives codes."""
        self._set_stock(stock)
        self._check_terms()
        self.version += 1

    def apply(self, points: int, changes: Mapping[str, Any]) -> None:
        """Put into effect what two people agreed on. Existing orders keep their terms. Raises Invalid."""
        for name, value in changes.items():
            setattr(self, name, date.fromisoformat(value) if name in ("starts_on", "ends_on") and value else value)
        self._check_terms()
        self.approved_points, self.proposal = points, None
        self.version += 1

    def revise(self, *, stock: int | None = None, **terms: Unpack[Terms]) -> None:
        """Replace the terms of the offer. Existing orders keep theirs.

        Raises Invalid for contradicting terms, a stock below what was ordered, or another `gives`.
        """
        if terms.get("gives", self.gives) != self.gives:
            raise Invalid(errors=[{"pointer": "/gives", "detail": "已上架的商品不能更改，请另外新增"}])
        for name, value in terms.items():
            setattr(self, name, value)
        self._set_stock(stock)
        self._check_terms()
        self.version += 1

    def set_picture(self, sha256: str) -> None:
        """Show this picture from now on."""
        self.picture = sha256
        self.version += 1

    def add_codes(self, codes: Sequence[str]) -> None:
        """Raise the stock by the number of `codes` (R25).

        Raises WrongState for a reward that gives vouchers, Invalid for repeated codes.
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
        """Reserve `quantity` for a buyer who ordered so much before.

        Raises RewardUnavailable, LimitReached, OutOfStock.
        """
        self.require_available(quantity, day=day)
        _require_within_limit("户", self.limit_per_household, ordered_before.household, quantity)
        _require_within_limit("人", self.limit_per_person, ordered_before.person, quantity)
        self.reserved += quantity

    @property
    def limited(self) -> bool:
        """Whether what a buyer ordered before counts."""
        return self.limit_per_household is not None or self.limit_per_person is not None

    def require_available(self, quantity: int, *, day: date) -> int:
        """Return the points of `quantity`. Raise RewardUnavailable or OutOfStock unless it can be ordered that day."""
        if not self.on_offer(day):
            raise RewardUnavailable
        if quantity > self.left:
            raise OutOfStock(f"仅剩 {self.left} 份" if self.left else "", facts={"left": self.left})
        return self.points * quantity

    def give_back(self, quantity: int) -> None:
        """Make what an ended order had reserved available again."""
        self.reserved -= quantity

    def sell(self, quantity: int) -> None:
        """Count what was reserved as sold."""
        self.reserved -= quantity
        self.sold += quantity

    def take_back(self, quantity: int) -> None:
        """Make what was sold by mistake available again."""
        self.sold -= quantity

    def on_offer(self, day: date) -> bool:
        """Return whether it can be ordered on that day, stock aside."""
        return (
            self.listed
            and self.approved_points is not None
            and (self.starts_on is None or self.starts_on <= day)
            and (self.ends_on is None or day <= self.ends_on)
        )

    def redeemable_at(self, merchant: str) -> bool:
        """Return whether that merchant redeems it."""
        return not self.merchants or merchant in self.merchants

    def _set_stock(self, stock: int | None) -> None:
        if self.gives == "codes":
            if stock not in (None, self.stock):
                raise Invalid(errors=[{"pointer": "/stock", "detail": "库存等于上传的券码数，请勿填写"}])
        elif stock is None:
            raise Invalid(errors=[{"pointer": "/stock", "detail": "必填"}])
        else:
            self.stock = stock

    def _check_terms(self) -> None:
        if self.gives == "codes" and self.kind not in ("coupon", "discount"):
            raise Invalid(errors=[{"pointer": "/gives", "detail": "只有优惠券和打折卡可以发放券码"}])
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise Invalid(errors=[{"pointer": "/ends_on", "detail": "结束日期不能早于开始日期"}])
        if self.left < 0:
            raise Invalid(
                errors=[{"pointer": "/stock", "detail": f"库存不能少于已订和已兑的 {self.reserved + self.sold} 份"}]
            )


def _require_within_limit(whose: str, limit: int | None, ordered: int, quantity: int) -> None:
    if limit is not None and ordered + quantity > limit:
        raise LimitReached(f"每{whose}限兑 {limit} 份，已兑 {ordered} 份", facts={"limit": limit, "ordered": ordered})
