"""Orders and their vouchers, from reserving stock to redemption, or to giving the stock back (R25, R28)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from contracts import ids
from contracts.calendar import day_of
from contracts.errors import (
    InsufficientPoints,
    RewardUnavailable,
    VoucherAlreadyRedeemed,
    VoucherExpired,
    WrongMerchant,
    WrongState,
)
from contracts.exchange import (
    CodesIssued,
    OrderCancelled,
    OrderPlaced,
    VoucherIssued,
    VoucherLapsed,
    VoucherLapsing,
    VoucherRedeemed,
)
from contracts.policy import Policy
from services.exchange.domain.codes import voucher_code
from services.exchange.domain.purchases import Events, Mode, Payer, Purchase
from services.exchange.domain.rewards import NOTHING_BEFORE, Gives, Ordered, Reward

HOLD_TIMEOUT = timedelta(hours=1)
"""An order whose hold is not answered by then is cancelled, so that its stock is free again."""


class State(StrEnum):
    """placed → confirmed → redeemed, or placed → issued for codes; or refused (points), cancelled, lapsed (time)."""

    PLACED = "placed"
    CONFIRMED = "confirmed"
    REDEEMED = "redeemed"
    ISSUED = "issued"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


STATES_THAT_COUNT = (State.PLACED, State.CONFIRMED, State.REDEEMED, State.ISSUED)
"""The states of orders that count towards limits."""


@dataclass(eq=False, kw_only=True)
class Order(Purchase):
    """`quantity` of one reward, paid by a hold; once the points are held it has a voucher, or its codes."""

    reward: str
    quantity: int
    household: str
    placed_by: str
    placed_at: datetime
    gives: Gives = "voucher"
    voucher_days: int
    reminder_days: int
    state: str = State.PLACED
    voucher: str | None = None
    code: str | None = None
    expires_at: datetime
    """When the order is cancelled for want of an answer; once it has a voucher, when that lapses."""
    remind_at: datetime | None = None
    """When to remind its holder of the voucher."""
    reminded_at: datetime | None = None
    merchant: str | None = None

    @classmethod
    def place(
        cls,
        reward: Reward,
        quantity: int,
        payer: Payer,
        *,
        policy: Policy,
        ordered_before: Ordered = NOTHING_BEFORE,
        at: datetime,
        mode: Mode = "live",
    ) -> tuple[Self, Events]:
        """Return a new order that has reserved stock, and the request for its hold.

        Raises what `Reward.reserve` raises.
        """
        if mode == "test" and reward.gives == "codes":
            raise RewardUnavailable("此商品发放券码，没有可供测试的兑换券")
        if mode == "live":
            reward.reserve(quantity, day=day_of(at), ordered_before=ordered_before)
        order = cls(
            community=reward.community,
            id=ids.new("ord"),
            mode=mode,
            account=payer.account,
            person=payer.person,
            points=reward.points * quantity,
            hold=ids.new("hld"),
            version=0,
            reward=reward.id,
            quantity=quantity,
            household=payer.household,
            placed_by=payer.acting,
            placed_at=at,
            gives=reward.gives,
            voucher_days=policy.voucher_days,
            reminder_days=policy.voucher_reminder_days,
            expires_at=at + HOLD_TIMEOUT,
        )
        order._add_step("placed", at, by=payer.acting, points=order.points)
        return order, [OrderPlaced(**order._facts(at))]

    def hold_placed_for(self, reward: Reward, at: datetime) -> Events:
        """Like `hold_placed`; a merchant's own codes count as sold from now on (R25)."""
        events = self.hold_placed(at)
        if self.state == State.ISSUED and events:
            reward.sell(self.quantity)
        return events

    def hold_refused_for(
        self, reward: Reward, available: int, at: datetime, reason: str = InsufficientPoints.code
    ) -> None:
        """Like `hold_refused`, and give the stock back."""
        if self.hold_refused(available, at, reason):
            self._return_stock(reward)

    def cancel(self, reward: Reward, *, by: str, at: datetime) -> Events:
        """Cancel the order before it is redeemed or has ended. Raises WrongState afterwards."""
        if self.state not in (State.PLACED, State.CONFIRMED):
            raise WrongState("订单已经完成或取消", facts={"status": str(self.state)})
        self.state = State.CANCELLED
        self._add_step("cancelled", at, by=by)
        self._return_stock(reward)
        return self._release(at)

    def lapse(self, reward: Reward, *, at: datetime) -> Events:
        """End an overdue order: its voucher was not redeemed, or its hold never answered. Does nothing before that."""
        if self.state not in (State.PLACED, State.CONFIRMED) or at < self.expires_at:
            return []
        self.state = State.LAPSED if self.state == State.CONFIRMED else State.CANCELLED
        self._add_step("lapsed" if self.state == State.LAPSED else "unanswered", at)
        self._return_stock(reward)
        return self._release(at)

    def remind(self, at: datetime) -> Events:
        """Return, once, the reminder that the voucher lapses soon. Does nothing before `remind_at`."""
        if self.state != State.CONFIRMED or self.remind_at is None or self.reminded_at is not None:
            return []
        if at < self.remind_at:
            return []
        self.reminded_at = at
        self._add_step("reminded", at, days=self.days_left(at))
        return [VoucherLapsing(**self._facts(at), voucher=self._voucher, expires_at=self.expires_at)]

    def days_left(self, at: datetime) -> int | None:
        """Return the whole days until the voucher lapses, or None without a redeemable voucher."""
        if self.state != State.CONFIRMED:
            return None
        return max(0, (self.expires_at - at).days)

    def require_redeemable(self, reward: Reward, *, merchant: str, at: datetime) -> None:
        """Raise WrongMerchant, VoucherAlreadyRedeemed or VoucherExpired unless `merchant` may redeem it now."""
        if not reward.redeemable_at(merchant):
            raise WrongMerchant
        if self.state == State.REDEEMED:
            raise VoucherAlreadyRedeemed(facts={"redeemed_at": self.step("redeemed")["at"]})
        if self.state == State.CANCELLED:
            raise VoucherExpired("该兑换券的订单已取消")
        if self.state != State.CONFIRMED or at >= self.expires_at:
            raise VoucherExpired(facts={"expired_at": self.expires_at.isoformat()})

    def redeem(self, reward: Reward, *, merchant: str, at: datetime, **who: str) -> Events:
        """Redeem the voucher, which captures its hold. Raises what `require_redeemable` raises."""
        self.require_redeemable(reward, merchant=merchant, at=at)
        self.state, self.merchant = State.REDEEMED, merchant
        self._add_step("redeemed", at, merchant=merchant, **who)
        if self.mode == "live":
            reward.sell(self.quantity)
        return [VoucherRedeemed(**self._facts(at), voucher=self._voucher, merchant=merchant)]

    def honour_benefit(self, reward: Reward, *, by: str, at: datetime) -> Events:
        """Redeem the voucher of a community benefit, for which no merchant is owed anything (R25).

        Raises what `require_redeemable` raises, and WrongMerchant for a reward that merchants redeem.
        """
        if reward.kind != "priority":
            raise WrongMerchant("此兑换券请到合作商家核销")
        return self.redeem(reward, merchant=self.community, at=at, by=by)

    def step(self, name: str) -> dict[str, Any]:
        """Return the first entry of `history` for a step. Raises KeyError."""
        for entry in self.history:
            if entry["step"] == name:
                return entry
        raise KeyError(name)

    @property
    def _is_waiting(self) -> bool:
        return self.state == State.PLACED

    def _confirm(self, at: datetime) -> Events:
        if self.gives == "codes":
            self.state = State.ISSUED
            self._add_step("issued", at, points=self.points)
            return [CodesIssued(**self._facts(at))]
        self.state = State.CONFIRMED
        self.voucher, self.code = ids.new("vou"), voucher_code()
        self.expires_at = at + timedelta(days=self.voucher_days)
        self.remind_at = self.expires_at - timedelta(days=min(self.reminder_days, self.voucher_days / 2))
        self._add_step("confirmed", at, points=self.points)
        return [VoucherIssued(**self._facts(at), voucher=self._voucher, expires_at=self.expires_at)]

    def _refuse(self, at: datetime, available: int, reason: str) -> None:
        self.state = State.REFUSED
        self._add_step("refused", at, available=available, reason=reason)

    def _release_events(self, at: datetime) -> Events:
        if self.state == State.LAPSED:
            return [VoucherLapsed(**self._facts(at), voucher=self._voucher)]
        return [OrderCancelled(**self._facts(at))]

    def _return_stock(self, reward: Reward) -> None:
        if self.mode == "live":
            reward.give_back(self.quantity)

    @property
    def _voucher(self) -> str:
        assert self.voucher is not None, "only a confirmed order has a voucher"
        return self.voucher

    def _facts(self, at: datetime) -> dict[str, Any]:
        return {
            "community": self.community,
            "sequence": self.version,
            "order": self.id,
            "hold": self.hold,
            "account": self.account,
            "person": self.person,
            "points": self.points,
            "at": at,
        }
