"""A household's printed card 户码卡 at a till, protected by a PIN, for those without a phone (R6, R25).

The gateway verifies the PIN, since argon2 takes processor time; wrong attempts are counted here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.errors import CardInvalid, CardLimitReached, CardLocked, CardNotActive
from contracts.instants import instant

MAX_WRONG_PINS = 5
"""Wrong PINs in a row, at any tills; the last one locks the card."""

LOCKED_FOR = timedelta(days=1)


@dataclass(eq=False, kw_only=True)
class Card:
    """The exchange's copy of a card, with its wrong PINs and its lock."""

    community: str
    digest: str
    household: str
    pin_hash: str | None
    issued_by: str | None = None
    """Who issued it and has seen its PIN; None for cards of before 0.2."""
    active_from: datetime | None = None
    """From when on it pays; None for cards of before 0.2: at once."""
    revoked: bool = False
    sequence: int = 1
    tries: int = 0
    locked_until: datetime | None = None

    def accept(self, pin_fits: bool, at: datetime, *, locked_for: timedelta = LOCKED_FOR) -> bool:
        """Count an attempt and return whether the PIN was right; the fifth wrong one in a row locks the card.

        Raises CardInvalid for a revoked card, CardNotActive for one that waits and CardLocked for a locked one; such
        attempts are not counted.
        """
        if self.revoked:
            raise CardInvalid
        if self.active_from is not None and at < self.active_from:
            raise CardNotActive(facts={"active_from": instant(self.active_from)})
        if self.locked_until is not None and at < self.locked_until:
            raise CardLocked(facts={"locked_until": self.locked_until.isoformat()})
        self.tries, self.locked_until = (0 if pin_fits else self.tries + 1), None
        if self.tries >= MAX_WRONG_PINS:
            self.tries, self.locked_until = 0, at + locked_for
        return pin_fits

    @property
    def tries_left(self) -> int:
        """How many more wrong PINs lock the card; 0 while it is locked."""
        return 0 if self.locked_until is not None else MAX_WRONG_PINS - self.tries


def require_within_limit(limit: int, spent: int, points: int) -> None:
    """Raise CardLimitReached when today's `spent` and `points` together exceed the daily `limit`."""
    if spent + points > limit:
        raise CardLimitReached(
            f"户码卡每日最多支付 {limit} 分，今日还可支付 {max(0, limit - spent)} 分", facts={"limit": limit}
        )
