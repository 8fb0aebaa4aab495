"""Till payments: a pay code or card, a hold of ten minutes, then capture or void, and refunds (R27, R28)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from contracts import ids
from contracts.errors import AmountExceedsHold, HoldAlreadyResolved, PaycodeInvalid, WrongState
from contracts.exchange import PaymentAuthorized, PaymentCaptured, PaymentRefunded, PaymentVoided
from services.exchange.domain import codes
from services.exchange.domain.cards import Card
from services.exchange.domain.merchants import Till
from services.exchange.domain.purchases import Events, Mode, Payer, Purchase

PAYCODE_LIFETIME = timedelta(seconds=60)
HOLD_LIFETIME = timedelta(minutes=10)


@dataclass(eq=False, kw_only=True)
class Paycode:
    """A resident's consent to charge one passbook once, within a minute."""

    community: str
    digest: str
    mode: Mode
    account: str
    household: str
    person: str
    expires_at: datetime
    used_at: datetime | None = None

    @classmethod
    def issue(cls, payer: Payer, *, community: str, at: datetime, mode: Mode = "live") -> tuple[Self, str]:
        """Return a new pay code to store, and its digits to show, which are not stored."""
        digits = codes.paycode()
        code = cls(
            community=community,
            digest=codes.digest(digits),
            mode=mode,
            account=payer.account,
            household=payer.household,
            person=payer.person,
            expires_at=at + PAYCODE_LIFETIME,
        )
        return code, digits

    def use(self, at: datetime) -> None:
        """Use the code up. Raises PaycodeInvalid for a used or expired code."""
        if self.used_at is not None or at >= self.expires_at:
            raise PaycodeInvalid
        self.used_at = at


class State(StrEnum):
    """pending → authorized → captured; or refused (points), voided (the till), expired (time).

    A refused payment leaves its merchant reference free for another try.
    """

    PENDING = "pending"
    AUTHORIZED = "authorized"
    REFUSED = "refused"
    CAPTURED = "captured"
    VOIDED = "voided"
    EXPIRED = "expired"


OPEN_STATES = (State.PENDING, State.AUTHORIZED)


@dataclass(eq=False, kw_only=True)
class Payment(Purchase):
    """One authorization of a merchant: Σ refunds ≤ `captured` ≤ `points`."""

    merchant: str
    merchant_reference: str
    till: str | None = None
    shop: str | None = None
    card: str | None = None
    """The digest of the card it was paid with; None for a pay code."""
    state: str = State.PENDING
    captured: int = 0
    refunded: int = 0
    created_at: datetime
    expires_at: datetime

    @classmethod
    def authorize(
        cls,
        paycode: Paycode,
        points: int,
        till: Till,
        *,
        merchant_reference: str,
        at: datetime,
    ) -> tuple[Self, Events]:
        """Use up a pay code and return a payment with the request for its hold. Raises PaycodeInvalid."""
        paycode.use(at)
        return cls._request(
            paycode.account, paycode.person, points, till, merchant_reference=merchant_reference, card=None, at=at
        )

    @classmethod
    def authorize_by_card(
        cls, card: Card, holder: str, points: int, till: Till, *, merchant_reference: str, at: datetime
    ) -> tuple[Self, Events]:
        """Return a payment by a household's accepted card with the request for its hold.

        `holder` is the person who stands for the household.
        """
        return cls._request(
            card.household, holder, points, till, merchant_reference=merchant_reference, card=card.digest, at=at
        )

    @classmethod
    def _request(
        cls,
        account: str,
        person: str,
        points: int,
        till: Till,
        *,
        merchant_reference: str,
        card: str | None,
        at: datetime,
    ) -> tuple[Self, Events]:
        payment = cls(
            community=till.community,
            id=ids.new("pay"),
            mode=till.mode,
            account=account,
            person=person,
            points=points,
            hold=ids.new("hld"),
            version=0,
            merchant=till.merchant,
            merchant_reference=merchant_reference,
            till=till.name,
            shop=till.shop,
            card=card,
            created_at=at,
            expires_at=at + HOLD_LIFETIME,
        )
        step = "requested" if card is None else "requested_by_card"
        payment._add_step(step, at, merchant=till.merchant, points=points)
        return payment, [PaymentAuthorized(**payment._facts(at), expires_at=payment.expires_at)]

    def capture(self, points: int | None, at: datetime) -> Events:
        """Capture `points`, by default all of the hold; the rest is released.

        Raises HoldAlreadyResolved, AmountExceedsHold, WrongState while the hold is not answered.
        """
        self._require_open(at)
        if self.state == State.PENDING:
            raise WrongState("积分尚未冻结，请稍后查询", facts={"status": str(self.state)})
        taken = self.points if points is None else points
        if taken > self.points:
            raise AmountExceedsHold(facts={"held": self.points})
        self.state, self.captured = State.CAPTURED, taken
        self._add_step("taken", at, points=taken)
        return [PaymentCaptured(**self._facts(at, taken))]

    def void(self, at: datetime) -> Events:
        """Release the hold. Raises HoldAlreadyResolved."""
        self._require_open(at)
        self.state = State.VOIDED
        self._add_step("voided", at)
        return self._release(at)

    def expire(self, at: datetime) -> Events:
        """End a payment that was not captured in time and release its hold. Does nothing before that."""
        if self.state not in OPEN_STATES or at < self.expires_at:
            return []
        self.state = State.EXPIRED
        self._add_step("expired", at)
        return self._release(at)

    def refund(self, points: int, at: datetime) -> tuple[str, Events]:
        """Refund `points` of what was captured and return the refund's id. Raises WrongState, AmountExceedsHold."""
        if self.state != State.CAPTURED:
            raise WrongState("只能退还已扣的积分", facts={"status": str(self.state)})
        if points > self.captured - self.refunded:
            raise AmountExceedsHold(
                "退还积分超过已扣积分", facts={"captured": self.captured, "refunded": self.refunded}
            )
        self.refunded += points
        refund = ids.new("rfd")
        self._add_step("refunded", at, points=points, refund=refund)
        return refund, [PaymentRefunded(**self._facts(at, points), refund=refund)]

    def state_at(self, at: datetime) -> str:
        """Return the state, `expired` as soon as the time is over, whether or not it was stored yet."""
        return str(State.EXPIRED) if self.state in OPEN_STATES and at >= self.expires_at else self.state

    def _require_open(self, at: datetime) -> None:
        if (status := self.state_at(at)) not in OPEN_STATES:
            raise HoldAlreadyResolved(facts={"status": status})

    @property
    def _is_waiting(self) -> bool:
        return self.state == State.PENDING

    def _confirm(self, at: datetime) -> Events:
        self.state = State.AUTHORIZED
        self._add_step("authorized", at, points=self.points)
        return []

    def _refuse(self, at: datetime, available: int, reason: str) -> None:
        self.state = State.REFUSED
        self._add_step("refused", at, available=available, reason=reason)

    def _release_events(self, at: datetime) -> Events:
        return [PaymentVoided(**self._facts(at))]

    def _facts(self, at: datetime, points: int | None = None) -> dict[str, Any]:
        return {
            "community": self.community,
            "sequence": self.version,
            "payment": self.id,
            "hold": self.hold,
            "account": self.account,
            "person": self.person,
            "merchant": self.merchant,
            "points": self.points if points is None else points,
            "at": at,
        }
