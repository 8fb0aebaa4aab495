"""The printed card 户码卡 of a household whose members have no phone (R6)."""

from dataclasses import dataclass
from datetime import datetime

from contracts import cards
from contracts.calendar import day_of
from contracts.errors import WrongState
from contracts.registry import CardIssued, CardRevoked


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
    revoked_at: datetime | None = None

    @classmethod
    def issue(
        cls, community: str, household: str, code: str, code_cipher: bytes, pin_hash: str, by: str, at: datetime
    ) -> tuple["Card", CardIssued]:
        """Issue a card. `code` is plain text, `pin_hash` the hash of `contracts.cards.pin_secret`."""
        digest = cards.digest(code)
        card = cls(
            community=community, digest=digest, household=household, code_cipher=code_cipher, by=by, issued_at=at
        )
        return card, CardIssued(
            community=community,
            household=household,
            card_digest=digest,
            pin_hash=pin_hash,
            since=day_of(at),
            issued_by=by,
        )

    def revoke(self, at: datetime) -> CardRevoked:
        """Make the card invalid. Raises `WrongState` when it is already."""
        if self.revoked_at:
            raise WrongState("该卡已作废")
        self.revoked_at = at
        return CardRevoked(community=self.community, sequence=2, household=self.household, card_digest=self.digest)
