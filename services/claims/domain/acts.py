"""Acts that the platform's own lists record, such as taking part in an activity or finishing a course (R11)."""

from dataclasses import dataclass
from datetime import datetime

from contracts.errors import Refusal


@dataclass(kw_only=True, eq=False)
class Act:
    """One person's part in an activity: counted as a claim, or stored with the reason why it does not count."""

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
    """The code of the refusal."""
    reason: str = ""

    def count_as(self, claim: str) -> None:
        """Note the claim that the act became."""
        self.claim = claim

    def refuse(self, refusal: Refusal) -> None:
        """Note why the act earns nothing, such as a reached cap."""
        self.refused, self.reason = refusal.code, refusal.detail
