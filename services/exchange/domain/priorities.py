"""Showing that one has priority, to whom one chooses: a code that is good once, for five minutes (R26).

Whoever shows it consents to that one question. The answer tells what priority there is, and nothing of points.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from contracts.errors import PriorityCodeInvalid
from services.exchange.domain import codes

CODE_LIFE = timedelta(minutes=5)


@dataclass(eq=False, kw_only=True)
class PriorityCode:
    """A resident's leave to be asked about once; afterwards the record of who asked."""

    community: str
    digest: str
    person: str
    expires_at: datetime
    used_at: datetime | None = None
    merchant: str | None = None

    @classmethod
    def issue(cls, *, community: str, person: str, at: datetime) -> tuple[Self, str]:
        """The kept code, and the digits to show, which are not kept."""
        digits = codes.priority_code()
        kept = cls(community=community, digest=codes.digest(digits), person=person, expires_at=at + CODE_LIFE)
        return kept, digits

    def use(self, merchant: str, at: datetime) -> None:
        """Let `merchant` ask. Raises PriorityCodeInvalid the second time, and after five minutes."""
        if self.used_at is not None or at >= self.expires_at:
            raise PriorityCodeInvalid
        self.used_at, self.merchant = at, merchant
