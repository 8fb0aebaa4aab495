"""Orders and their vouchers: from reserved stock to goods handed over, or back on the shelf (R25, R28)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from contracts import ids
from contracts.calendar import day_of
from contracts.errors import VoucherAlreadyRedeemed, VoucherExpired, WrongMerchant, WrongState
from contracts.exchange import OrderCancelled, OrderPlaced, VoucherIssued, VoucherLapsed, VoucherRedeemed
from services.exchange.domain.codes import voucher_code
from services.exchange.domain.purchases import Events, Mode, Payer, Purchase
from services.exchange.domain.rewards import Reward

ANSWER_WITHIN = timedelta(hours=1)
"""An order the bank has not answered by then is cancelled, so that it does not keep stock from others."""


class State(StrEnum):
    """placed → confirmed → redeemed; or refused (points), cancelled (someone), lapsed (time)."""

    PLACED = "placed"
    CONFIRMED = "confirmed"
    REDEEMED = "redeemed"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


COUNTED = (State.PLACED, State.CONFIRMED, State.REDEEMED)
"""What counts towards a household's limit."""


@dataclass(eq=False, kw_only=True)
class Order(Purchase):
    """`quantity` of one reward, paid by a hold; once the points are held it carries the voucher."""

    reward: str
    quantity: int
    household: str
    placed_by: str
    placed_at: datetime
    voucher_days: int
    state: str = State.PLACED
    voucher: str | None = None
    code: str | None = None
    expires_at: datetime
    """Until when the order waits for the bank; then until when the voucher is honoured."""
    merchant: str | None = None

    @classmethod
    def place(
        cls,
        reward: Reward,
        quantity: int,
        payer: Payer,
        *,
        ordered_before: int,
        voucher_days: int,
        at: datetime,
        mode: Mode = "live",
    ) -> tuple[Self, Events]:
        """Reserve stock and ask the bank for the points. Raises what `Reward.reserve` raises."""
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
            voucher_days=voucher_days,
            expires_at=at + ANSWER_WITHIN,
        )
        order._record("placed", at, by=payer.acting, points=order.points)
        return order, [OrderPlaced(**order._fact(at))]

    def hold_refused_for(self, reward: Reward, available: int, at: datetime) -> None:
        """The account cannot cover it; the stock goes back."""
        if self.hold_refused(available, at):
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

    def redeem(self, reward: Reward, *, merchant: str, at: datetime) -> Events:
        """Honour the voucher, once across all tills; the bank is told to capture. Raises as `must_be_honoured`."""
        self.must_be_honoured(reward, merchant=merchant, at=at)
        self.state, self.merchant = State.REDEEMED, merchant
        self._record("redeemed", at, merchant=merchant)
        if self.mode == "live":
            reward.sell(self.quantity)
        return [VoucherRedeemed(**self._fact(at), voucher=self._voucher, merchant=merchant)]

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
        self.state = State.CONFIRMED
        self.voucher, self.code = ids.new("vou"), voucher_code()
        self.expires_at = at + timedelta(days=self.voucher_days)
        self._record("confirmed", at, points=self.points)
        return [VoucherIssued(**self._fact(at), voucher=self._voucher, expires_at=self.expires_at)]

    def _denied(self, at: datetime, available: int) -> None:
        self.state = State.REFUSED
        self._record("refused", at, available=available)

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
