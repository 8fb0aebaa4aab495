"""The printed card 户码卡 of a household whose members have no phone (R6).

Whoever issues a card sees its PIN. It pays when a second person activates it, or when nobody refused it in time.
"""

from dataclasses import dataclass
from datetime import datetime

from contracts import cards
from contracts.calendar import day_of
from contracts.errors import AlreadyDecided, Recused, WrongState
from contracts.registry import CardActivated, CardActivatedAs, CardIssued, CardRevoked


@dataclass(eq=False, kw_only=True)
class Card:
    """A code that identifies a household at a till, with a PIN that is not stored. A household has one valid card."""

    community: str
    digest: str
    household: str
    code_cipher: bytes
    """The encrypted code; it is decrypted only to be printed again."""
    by: str
    issued_at: datetime
    active_from: datetime
    """From when on it pays."""
    activated_by: str | None = None
    """None: nobody; it pays when `active_from` has come."""
    activated_at: datetime | None = None
    activated_as: CardActivatedAs | None = None
    revoked_at: datetime | None = None

    @classmethod
    def issue(
        cls,
        community: str,
        household: str,
        code: str,
        code_cipher: bytes,
        pin_hash: str,
        by: str,
        at: datetime,
        *,
        active_from: datetime,
    ) -> tuple["Card", CardIssued]:
        """Issue a card that waits until `active_from`. `code` is plain text, `pin_hash` that of `pin_secret`."""
        digest = cards.digest(code)
        card = cls(
            community=community,
            digest=digest,
            household=household,
            code_cipher=code_cipher,
            by=by,
            issued_at=at,
            active_from=active_from,
        )
        return card, CardIssued(
            community=community,
            household=household,
            card_digest=digest,
            pin_hash=pin_hash,
            since=day_of(at),
            issued_by=by,
            active_from=active_from,
        )

    def is_active(self, at: datetime) -> bool:
        """Return whether the card pays."""
        return self.revoked_at is None and at >= self.active_from

    def activate(self, by: str, activated_as: CardActivatedAs, at: datetime) -> CardActivated:
        """Let the card pay at once.

        Raises `WrongState` for a void card, `AlreadyDecided` for one that pays, `Recused` for a witness who issued it.
        """
        if self.revoked_at:
            raise WrongState("该卡已作废")
        if self.is_active(at):
            raise AlreadyDecided("该卡已启用")
        if activated_as == "witness" and by == self.by:
            raise Recused("本人办的户码卡须由本户成员或另一位工作人员确认启用")
        self.active_from = self.activated_at = at
        self.activated_by, self.activated_as = by, activated_as
        return CardActivated(
            community=self.community,
            sequence=2,
            household=self.household,
            card_digest=self.digest,
            active_from=at,
            by=by,
            activated_as=activated_as,
        )

    def revoke(self, at: datetime) -> CardRevoked:
        """Make the card invalid. Raises `WrongState` when it is already."""
        if self.revoked_at:
            raise WrongState("该卡已作废")
        self.revoked_at = at
        return CardRevoked(community=self.community, sequence=3, household=self.household, card_digest=self.digest)
