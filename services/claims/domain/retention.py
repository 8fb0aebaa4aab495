"""How long evidence is kept: for a while after its claims were decided, briefly if no claim names it (R10)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from contracts import ids
from contracts.calendar import day_of
from contracts.policy import Policy
from services.claims.domain.claims import Status

DECIDED = (Status.REFUSED, Status.WITHDRAWN, Status.FINAL)
"""Claims whose evidence is not needed for a decision any more."""


@dataclass(frozen=True, kw_only=True)
class RetentionLimits:
    """Instants before which evidence is deleted."""

    uploads: datetime
    """Uploads that no claim and no inspection names."""
    evidence: datetime
    """Evidence of claims that were decided before, and photos of inspections."""

    @classmethod
    def of(cls, policy: Policy, now: datetime) -> Self:
        """Return the limits by a community's policy."""
        return cls(
            uploads=now - timedelta(days=policy.upload_retention_days),
            evidence=now - timedelta(days=policy.evidence_retention_days),
        )


@dataclass(eq=False, kw_only=True)
class RetentionRun:
    """One deletion of a community's expired evidence, for its report."""

    community: str
    at: datetime
    uploads: int
    """Files that no claim named."""
    evidence: int
    """Files of decided claims and of inspections."""
    complete: bool
    """False if more remained than one run deletes."""
    id: str = field(default_factory=lambda: ids.new("rtn"))

    def is_of_today(self, now: datetime) -> bool:
        """Return whether nothing is left to do on the day of `now`."""
        return self.complete and day_of(self.at) == day_of(now)
