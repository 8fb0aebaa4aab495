"""Orders and their vouchers: from reserved stock to goods handed over, or back on the shelf (R25, R28)."""

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

ANSWER_WITHIN = timedelta(hours=1)
"""An order the bank has not answered by then is cancelled, so that it does not keep stock from others."""


class State(StrEnum):
    """placed → confirmed → redeemed, or placed → issued for codes; or refused (points), cancelled, lapsed (time)."""

    PLACED = "placed"
    CONFIRMED = "confirmed"
    REDEEMED = "redeemed"
    ISSUED = "issued"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


COUNTED = (State.PLACED, State.CONFIRMED, State.REDEEMED, State.ISSUED)
"""What counts towards limits."""


@dataclass(eq=False, kw_only=True)
class Order(Purchase):
    """`quantity` of one reward, paid by a hold; once the points are held it carries the voucher, or has its codes."""

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
    """Until when the order waits for the bank; then until when the voucher is honoured."""
    remind_at: datetime | None = None
    """When its holder is to be reminded of the voucher."""
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
        """Reserve stock and ask the bank for the points. Raises what `Reward.reserve` raises."""
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
            expires_at=at + ANSWER_WITHIN,
        )
        order._record("placed", at, by=payer.acting, points=order.points)
        return order, [OrderPlaced(**order._fact(at))]

    def hold_placed_for(self, reward: Reward, at: datetime) -> Events:
        """The bank set the points aside; a merchant's own codes are sold with that (R25)."""
        events = self.hold_placed(at)
        if self.state == State.ISSUED and events:
            reward.sell(self.quantity)
        return events

    def hold_refused_for(
        self, reward: Reward, available: int, at: datetime, reason: str = InsufficientPoints.code
    ) -> None:
        """The account cannot cover it, or is closed; the stock goes back."""
        if self.hold_refused(available, at, reason):
            self._give_back(reward)

    def cancel(self, reward: Reward, *, by: str, at: datetime) -> Events:
        """Take the order back before it is honoured. Raises WrongState afterwards."""
        if self.state not in (State.PLACED, State.CONFIRMED):
            raise WrongState("订单已经完成或取消", facts={"status": str(self.state)})
        self.state = State.CANCELLED
        self._record("cancelled", at, by=by)
        self._give_back(reward)
        return self._release(at)

    def lapse(self, reward: Reward, *, at: datetime) -> Events:
        """Time is up: nobody honoured the voucher, or the bank never answered. Nothing happens before that."""
        if self.state not in (State.PLACED, State.CONFIRMED) or at < self.expires_at:
            return []
        self.state = State.LAPSED if self.state == State.CONFIRMED else State.CANCELLED
        self._record("lapsed" if self.state == State.LAPSED else "unanswered", at)
        self._give_back(reward)
        return self._release(at)

    def remind(self, at: datetime) -> Events:
        """Tell the holder, once, that the voucher lapses before long. Nothing happens before its day."""
        if self.state != State.CONFIRMED or self.remind_at is None or self.reminded_at is not None:
            return []
        if at < self.remind_at:
            return []
        self.reminded_at = at
        self._record("reminded", at, days=self.days_left(at))
        return [VoucherLapsing(**self._fact(at), voucher=self._voucher, expires_at=self.expires_at)]

    def days_left(self, at: datetime) -> int | None:
        """Whole days until the voucher lapses; none without a voucher that can be honoured."""
        if self.state != State.CONFIRMED:
            return None
        return max(0, (self.expires_at - at).days)

    def must_be_honoured(self, reward: Reward, *, merchant: str, at: datetime) -> None:
        """What a till asks before it hands anything over.

        Raises WrongMerchant, VoucherAlreadyRedeemed, VoucherExpired.
        """
        if not reward.honoured_by(merchant):
            raise WrongMerchant
        if self.state == State.REDEEMED:
            raise VoucherAlreadyRedeemed(facts={"redeemed_at": self.history_of("redeemed")["at"]})
        if self.state == State.CANCELLED:
            raise VoucherExpired("该兑换券的订单已取消")
        if self.state != State.CONFIRMED or at >= self.expires_at:
            raise VoucherExpired(facts={"expired_at": self.expires_at.isoformat()})

    def redeem(self, reward: Reward, *, merchant: str, at: datetime, **who: str) -> Events:
        """Honour the voucher, once across all tills; the bank is told to capture. Raises as `must_be_honoured`."""
        self.must_be_honoured(reward, merchant=merchant, at=at)
        self.state, self.merchant = State.REDEEMED, merchant
        self._record("redeemed", at, merchant=merchant, **who)
        if self.mode == "live":
            reward.sell(self.quantity)
        return [VoucherRedeemed(**self._fact(at), voucher=self._voucher, merchant=merchant)]

    def honour_benefit(self, reward: Reward, *, by: str, at: datetime) -> Events:
        """The community itself gave the priority it had promised; nothing is owed to any merchant (R25).

        Raises as `must_be_honoured`; WrongMerchant for what only a merchant can hand over.
        """
        if reward.kind != "priority":
            raise WrongMerchant("此兑换券请到合作商家核销")
        return self.redeem(reward, merchant=self.community, at=at, by=by)

    def history_of(self, step: str) -> dict[str, Any]:
        """When and why that step was taken; KeyError if it was not."""
        for entry in self.history:
            if entry["step"] == step:
                return entry
        raise KeyError(step)

    @property
    def _waiting(self) -> bool:
        return self.state == State.PLACED

    def _granted(self, at: datetime) -> Events:
        if self.gives == "codes":
            self.state = State.ISSUED
            self._record("issued", at, points=self.points)
            return [CodesIssued(**self._fact(at))]
        self.state = State.CONFIRMED
        self.voucher, self.code = ids.new("vou"), voucher_code()
        self.expires_at = at + timedelta(days=self.voucher_days)
        self.remind_at = self.expires_at - timedelta(days=min(self.reminder_days, self.voucher_days / 2))
        self._record("confirmed", at, points=self.points)
        return [VoucherIssued(**self._fact(at), voucher=self._voucher, expires_at=self.expires_at)]

    def _denied(self, at: datetime, available: int, reason: str) -> None:
        self.state = State.REFUSED
        self._record("refused", at, available=available, reason=reason)

    def _given_up(self, at: datetime) -> Events:
        if self.state == State.LAPSED:
            return [VoucherLapsed(**self._fact(at), voucher=self._voucher)]
        return [OrderCancelled(**self._fact(at))]

    def _give_back(self, reward: Reward) -> None:
        if self.mode == "live":
            reward.give_back(self.quantity)

    @property
    def _voucher(self) -> str:
        assert self.voucher is not None, "only a confirmed order has a voucher"
        return self.voucher

    def _fact(self, at: datetime) -> dict[str, Any]:
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
