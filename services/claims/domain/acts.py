"""Acts: what the platform's own lists say somebody did, such as taking part or finishing a course (R11)."""

from dataclasses import dataclass
from datetime import datetime

from contracts.errors import Refusal


@dataclass(kw_only=True, eq=False)
class Act:
    """One person's part in something that happened; counted as a claim, or kept with the reason why it is not."""

    community: str
    id: str
    person: str
    item: str
    happened_at: datetime
    place: str
    cause: str
    recorded_by: str
    recorded_at: datetime
    claim: str | None = None
    refused: str | None = None
    """The code by which the rules refused to count it."""
    reason: str = ""

    def counted(self, claim: str) -> None:
        """It became that claim."""
        self.claim = claim

    def not_counted(self, refusal: Refusal) -> None:
        """It happened, but earns nothing: a cap is reached, or the person did not live here that day."""
        self.refused, self.reason = refusal.code, refusal.detail
