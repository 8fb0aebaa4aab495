"""Orders and their vouchers, from reserving stock to redemption, or to giving the stock back (R6, R25, R28)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from contracts import ids
from contracts.calendar import day_of, start_of
from contracts.errors import (
    InsufficientPoints,
    ProxyLimitReached,
    RedemptionNotUndoable,
    RewardUnavailable,
    RoleMissing,
    VoucherAlreadyRedeemed,
    VoucherExpired,
    WrongMerchant,
    WrongState,
)
from contracts.exchange import (
    CodesIssued,
    ConsentRequested,
    OrderCancelled,
    OrderPlaced,
    RedemptionUndone,
    VoucherIssued,
    VoucherLapsed,
    VoucherLapsing,
    VoucherRedeemed,
)
from contracts.policy import Policy
from services.exchange.domain.codes import voucher_code
from services.exchange.domain.purchases import Consent, Events, Mode, Payer, Purchase
from services.exchange.domain.rewards import NOTHING_BEFORE, Gives, Ordered, Reward

HOLD_TIMEOUT = timedelta(hours=1)
"""An order whose hold is not answered by then is cancelled, so that its stock is free again."""


class State(StrEnum):
    """placed → confirmed → redeemed, or placed → issued for codes; or refused (points), cancelled, lapsed (time).

    redeemed → undone, if the till redeemed it by mistake.

    An order that somebody else placed may wait between placed and confirmed as awaiting_consent (R6).
    """

    PLACED = "placed"
    AWAITING_CONSENT = "awaiting_consent"
    CONFIRMED = "confirmed"
    REDEEMED = "redeemed"
    UNDONE = "undone"
    ISSUED = "issued"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


OPEN_STATES = (State.PLACED, State.AWAITING_CONSENT, State.CONFIRMED)
"""The states of orders that end by time if nothing else ends them."""

STATES_THAT_COUNT = (*OPEN_STATES, State.REDEEMED, State.ISSUED)
"""The states of orders that count towards limits."""

PAPER_AFTER = timedelta(days=3)
"""How long a person has to open, in the app, what was ordered for them, before it is to be told on paper (R6)."""


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
    consent: Consent = "not_needed"
    consent_hours: int = 72
    consented_at: datetime | None = None
    """When the person agreed in the app; None for other kinds of consent."""
    seen_at: datetime | None = None
    """When the person opened an order that somebody else had placed for them."""
    told_at: datetime | None = None
    told_by: str | None = None
    """Who handed them the notice on paper."""

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
            consent=payer.consent,
            consent_hours=policy.consent_hours,
        )
        order._add_step("placed", at, by=payer.acting, points=order.points)
        return order, [OrderPlaced(**order._facts(at), placed_by=payer.acting)]

    def hold_placed_for(self, reward: Reward, at: datetime) -> Events:
        """Like `hold_placed`; a merchant's own codes count as sold from now on (R25)."""
        events = self.hold_placed(at)
        self._sell_codes(reward, events)
        return events

    def hold_refused_for(
        self, reward: Reward, available: int, at: datetime, reason: str = InsufficientPoints.code
    ) -> None:
        """Like `hold_refused`, and give the stock back."""
        if self.hold_refused(available, at, reason):
            self._return_stock(reward)

    def cancel(self, reward: Reward, *, by: str, at: datetime) -> Events:
        """Cancel the order before it is redeemed or has ended. Raises WrongState afterwards."""
        self._require_open()
        return self._cancel(reward, "cancelled", by, at)

    def give_consent(self, reward: Reward, *, by: str, at: datetime) -> Events:
        """Agree to an order that somebody else placed; it goes on as soon as its points are held (R6).

        Raises RoleMissing for anybody but its person, WrongState if it does not wait for consent.
        """
        self._require_consent_of(by)
        self.consented_at = at
        self._add_step("consented", at, by=by)
        if self.state != State.AWAITING_CONSENT:
            return []
        events = self._confirm(at)
        self._sell_codes(reward, events)
        return events

    def refuse_consent(self, reward: Reward, *, by: str, at: datetime) -> Events:
        """Refuse an order that somebody else placed, which cancels it. Raises what `give_consent` raises."""
        self._require_consent_of(by)
        return self._cancel(reward, "consent_refused", by, at)

    def mark_seen(self, by: str, at: datetime) -> None:
        """Note that its person has opened an order that somebody else placed; only the first time counts."""
        if by == self.person != self.placed_by and self.seen_at is None:
            self.seen_at = self.changed_at = at

    def mark_told(self, by: str, at: datetime) -> None:
        """Note that `by` handed the notice on paper to its person.

        Raises RoleMissing for who placed it, WrongState if it needs no notice or was told before.
        """
        if by == self.placed_by:
            raise RoleMissing("代办人不能自己送达通知，须由他人送达")
        if self.told_at is not None or self.placed_by == self.person:
            raise WrongState("此订单不需要送达，或已经送达")
        self.told_at, self.told_by, self.changed_at = at, by, at

    def needs_paper(self, at: datetime) -> bool:
        """Whether its person is still to hear on paper of what was ordered for them (R6).

        At once after consent by card, whose holders have no phone; otherwise if they did not open it in time.
        """
        if self.consent == "not_needed" or self.told_at is not None or self.seen_at is not None:
            return False
        return self.consent == "card" or at >= self.placed_at + PAPER_AFTER

    def lapse(self, reward: Reward, *, at: datetime) -> Events:
        """End an overdue order: its voucher was not redeemed, or its hold never answered. Does nothing before that."""
        if self.state not in OPEN_STATES or at < self.expires_at:
            return []
        step = _LAPSES[State(self.state)]
        self.state = State.LAPSED if self.state == State.CONFIRMED else State.CANCELLED
        self._add_step(step, at)
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
        if self.state in (State.CANCELLED, State.UNDONE):
            raise VoucherExpired("该兑换券的订单已取消，或其核销已撤销")
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

    def undo_redemption(
        self, reward: Reward, *, till: str | None, within: timedelta, at: datetime
    ) -> tuple[str, Events]:
        """Undo a redemption that was a mistake: its points and its stock go back. Return the refund's id.

        `till` redeemed it. The voucher stays used up. Raises RedemptionNotUndoable when it is too late or was done.
        """
        if self.state == State.UNDONE:
            raise RedemptionNotUndoable("该核销已经撤销", facts={"reason": "undone"})
        redeemed_at = datetime.fromisoformat(self.step("redeemed")["at"])
        if at >= redeemed_at + within:
            minutes = int(within.total_seconds() // 60)
            raise RedemptionNotUndoable(
                f"只能在核销后 {minutes} 分钟内撤销", facts={"reason": "too_late", "minutes": minutes}
            )
        assert self.merchant is not None, "a redeemed order has a merchant"
        refund = ids.new("rfd")
        self.state = State.UNDONE
        self._add_step("redemption_undone", at, merchant=self.merchant, till=till, refund=refund, points=self.points)
        if self.mode == "live":
            reward.take_back(self.quantity)
        facts = self._facts(at)
        return refund, [RedemptionUndone(**facts, voucher=self._voucher, merchant=self.merchant, refund=refund)]

    @property
    def undone_at(self) -> str | None:
        """When its redemption was undone."""
        return str(self.step("redemption_undone")["at"]) if self.state == State.UNDONE else None

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
        if self.consent == "app" and self.consented_at is None:
            self.state = State.AWAITING_CONSENT
            self.expires_at = at + timedelta(hours=self.consent_hours)
            self._add_step("awaiting_consent", at, points=self.points)
            return [ConsentRequested(**self._facts(at), placed_by=self.placed_by, expires_at=self.expires_at)]
        if self.gives == "codes":
            self.state = State.ISSUED
            self._add_step("issued", at, points=self.points)
            return [CodesIssued(**self._facts(at))]
        self.state = State.CONFIRMED
        self.voucher, self.code = ids.new("vou"), voucher_code()
        self.expires_at = start_of(day_of(at) + timedelta(days=self.voucher_days + 1)).astimezone(UTC)
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

    def _cancel(self, reward: Reward, step: str, by: str, at: datetime) -> Events:
        self.state = State.CANCELLED
        self._add_step(step, at, by=by)
        self._return_stock(reward)
        return self._release(at)

    def _require_open(self) -> None:
        if self.state not in OPEN_STATES:
            raise WrongState("订单已经完成或取消", facts={"status": str(self.state)})

    def _require_consent_of(self, by: str) -> None:
        if by != self.person:
            raise RoleMissing("只有本人可以同意或拒绝代办的订单")
        self._require_open()
        if self.consent != "app" or self.consented_at is not None:
            raise WrongState("此订单不需要本人同意，或已经同意", facts={"status": str(self.state)})

    def _sell_codes(self, reward: Reward, events: Events) -> None:
        if self.state == State.ISSUED and events:
            reward.sell(self.quantity)

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


_LAPSES = {
    State.PLACED: "unanswered",
    State.AWAITING_CONSENT: "consent_lapsed",
    State.CONFIRMED: "lapsed",
}


def require_within_proxy_limit(limit: int, spent: int, points: int) -> None:
    """Raise ProxyLimitReached when what one person spent for others today and `points` exceed `limit` (R6)."""
    if spent + points > limit:
        left = max(0, limit - spent)
        raise ProxyLimitReached(f"每人每日最多为他人代办 {limit} 分，今日还可代办 {left} 分", facts={"limit": limit})
