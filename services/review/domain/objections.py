"""Objections of residents to published entries, and the rulings of the branch (R16)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts import ids
from contracts.errors import AlreadyDecided, Invalid, ReasonRequired, Recused
from contracts.review import EntryObjected, ObjectionRuled
from services.review.domain.entries import Correction, Entry
from services.review.domain.publications import Publication
from services.review.domain.reviewers import Reviewer


class Outcome(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """A decision of the branch; `points` is what the entry is worth when the objection is upheld."""

    outcome: Outcome
    reason: str
    points: int | None = None


@dataclass(kw_only=True, eq=False)
class Objection:
    """One resident's objection to one published entry."""

    community: str
    id: str
    entry: str
    review: str
    publication: str
    objector: str
    reason: str
    interested: tuple[str, ...]
    """People with an interest in the entry, and the objector: none of them may rule."""
    raised_at: datetime
    outcome: Outcome = Outcome.OPEN
    ruled_by: str | None = None
    ruling_reason: str | None = None
    ruled_at: datetime | None = None
    reminded_at: datetime | None = None
    """When the branch was first reminded."""
    version: int = 1

    @classmethod
    def raise_against(
        cls, entry: Entry, publication: Publication, objector: str, reason: str, at: datetime
    ) -> "Objection":
        """Return an objection and freeze its entry. Raises `WindowClosed`, `AlreadyObjected`."""
        publication.require_open_window(at)
        entry.freeze()
        return cls(
            community=entry.community,
            id=ids.new("obj"),
            entry=entry.id,
            review=entry.review,
            publication=publication.id,
            objector=objector,
            reason=reason,
            interested=tuple(dict.fromkeys((*entry.interested, objector))),
            raised_at=at,
        )

    def raised(self) -> EntryObjected:
        """Return the event of a new objection."""
        return EntryObjected(
            community=self.community,
            sequence=self.version,
            objection=self.id,
            entry=self.entry,
            at=self.raised_at,
            by=self.objector,
        )

    def rule(self, ruling: Ruling, entry: Entry, by: Reviewer, at: datetime) -> Correction | None:
        """Rule on the objection, unfreeze the entry, and return the correction of an upheld one.

        Raises `AlreadyDecided`, `Recused`, `ReasonRequired`, `Invalid`, and changes nothing then.
        """
        if self.outcome is not Outcome.OPEN:
            raise AlreadyDecided(facts={"outcome": self.outcome.value})
        by.require_no_interest(entry)
        if by.person == self.objector:
            raise Recused("您是异议提出人，应当回避")
        if not ruling.reason:
            raise ReasonRequired(errors=[{"pointer": "/reason", "detail": "裁定必须说明理由"}])
        correction = self._correction(ruling, entry, by, at)
        self.outcome, self.ruled_by, self.ruling_reason, self.ruled_at = ruling.outcome, by.person, ruling.reason, at
        self.version += 1
        entry.unfreeze()
        return correction

    def redact(self) -> None:
        """Delete the text of the objection, after the ruling and when one of its people was erased."""
        self.reason = ""

    def ruled(self) -> ObjectionRuled:
        """Return the event of the ruling."""
        assert self.ruled_by
        assert self.ruled_at
        return ObjectionRuled(
            community=self.community,
            sequence=self.version,
            objection=self.id,
            entry=self.entry,
            upheld=self.outcome is Outcome.UPHELD,
            by=self.ruled_by,
            reason=self.ruling_reason or "",
            at=self.ruled_at,
        )

    def _correction(self, ruling: Ruling, entry: Entry, by: Reviewer, at: datetime) -> Correction | None:
        upheld = ruling.outcome is Outcome.UPHELD
        if upheld != (ruling.points is not None):
            raise Invalid(errors=[{"pointer": "/points", "detail": "异议成立时（且仅在此时）须给出更正后的积分"}])
        if ruling.points is None:
            return None
        entry.difference_to(ruling.points, ruling.reason, by)
        entry.require_within(ruling.points)
        return entry.correct(ruling.points, ruling.reason, by, at, objection=self.id)
