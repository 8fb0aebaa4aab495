"""A household's printed card 户码卡 at a till: for those without a phone, with a PIN nobody can try out (R6, R25).

Whether a PIN fits is reckoned in the gateway, since that takes a processor its time; what follows from it is decided
here, one attempt after the other.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.errors import CardInvalid, CardLimitReached, CardLocked

TRIES = 5
"""Wrong PINs in a row, whatever the till; the last one locks the card."""

LOCKED_FOR = timedelta(days=1)


@dataclass(eq=False, kw_only=True)
class Card:
    """The exchange's copy of a card, with what tills made of it."""

    community: str
    digest: str
    household: str
    pin_hash: str | None
    revoked: bool = False
    sequence: int = 1
    tries: int = 0
    locked_until: datetime | None = None

    def accept(self, pin_fits: bool, at: datetime) -> bool:
        """Whether that PIN opens the card; a wrong one is counted, the fifth locks it for a day.

        Raises CardInvalid for a void card, CardLocked for one that is locked: then nothing is counted, and nothing is
        said of the PIN.
        """
        if self.revoked:
            raise CardInvalid
        if self.locked_until is not None and at < self.locked_until:
            raise CardLocked(facts={"locked_until": self.locked_until.isoformat()})
        self.tries, self.locked_until = (0 if pin_fits else self.tries + 1), None
        if self.tries >= TRIES:
            self.tries, self.locked_until = 0, at + LOCKED_FOR
        return pin_fits

    @property
    def tries_left(self) -> int:
        """How many more wrong PINs it takes to lock it; none once it is."""
        return 0 if self.locked_until is not None else TRIES - self.tries


def must_stay_within(limit: int, spent: int, points: int) -> None:
    """Raises CardLimitReached when `points` more than the `spent` of today exceed the day's limit."""
    if spent + points > limit:
        raise CardLimitReached(
            f"户码卡每日最多支付 {limit} 分，今日还可支付 {max(0, limit - spent)} 分", facts={"limit": limit}
        )
