"""Priority codes: a resident shows one to consent to a single question about their priorities (R26).

The answer names the priorities and says nothing of points.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from contracts.errors import PriorityCodeInvalid
from services.exchange.domain import codes

CODE_LIFETIME = timedelta(minutes=5)


@dataclass(eq=False, kw_only=True)
class PriorityCode:
    """A resident's consent to one question; once used, which merchant asked and when."""

    community: str
    digest: str
    person: str
    expires_at: datetime
    used_at: datetime | None = None
    merchant: str | None = None

    @classmethod
    def issue(cls, *, community: str, person: str, at: datetime) -> tuple[Self, str]:
        """Return a new code to store, and its digits to show, which are not stored."""
        digits = codes.priority_code()
        code = cls(community=community, digest=codes.digest(digits), person=person, expires_at=at + CODE_LIFETIME)
        return code, digits

    def use(self, merchant: str, at: datetime) -> None:
        """Use the code up for a question of `merchant`. Raises PriorityCodeInvalid for a used or expired code."""
        if self.used_at is not None or at >= self.expires_at:
            raise PriorityCodeInvalid
        self.used_at, self.merchant = at, merchant
