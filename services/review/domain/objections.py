"""A resident objects, the branch rules; the entry waits meanwhile, it alone (R16)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts import ids
from contracts.errors import AlreadyDecided, Invalid, ReasonRequired, Recused
from contracts.review import EntryObjected, ObjectionRuled
from services.review.domain.entries import Correction, Entry
from services.review.domain.judges import Judge
from services.review.domain.publications import Publication


class Outcome(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What the branch found; `points` is what an upheld entry should have been worth."""

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
    """The parties: those with an interest in the entry, and the objector. None of them rules."""
    raised_at: datetime
    outcome: Outcome = Outcome.OPEN
    ruled_by: str | None = None
    ruling_reason: str | None = None
    ruled_at: datetime | None = None
    reminded_at: datetime | None = None
    """When the branch was first reminded of it."""
    version: int = 1

    @classmethod
    def to(cls, entry: Entry, publication: Publication, objector: str, reason: str, at: datetime) -> "Objection":
        """Freeze the entry within the window. Raises `WindowClosed`, `AlreadyObjected`."""
        publication.must_take_objections(at)
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
        return EntryObjected(
            community=self.community, sequence=self.version, objection=self.id, entry=self.entry, at=self.raised_at
        )

    def rule(self, ruling: Ruling, entry: Entry, by: Judge, at: datetime) -> Correction | None:
        """Close it and let the entry go on its way. Upheld, a correction stands beside it.

        Raises `AlreadyDecided`, `Recused`, `ReasonRequired`; nothing has changed then.
        """
        by.must_be_of_the_branch()
        if self.outcome is not Outcome.OPEN:
            raise AlreadyDecided(facts={"outcome": self.outcome.value})
        by.must_have_no_interest_in(entry)
        if by.person == self.objector:
            raise Recused("您是异议提出人，应当回避")
        if not ruling.reason:
            raise ReasonRequired(errors=[{"pointer": "/reason", "detail": "裁定必须说明理由"}])
        correction = self._correction(ruling, entry, by, at)
        self.outcome, self.ruled_by, self.ruling_reason, self.ruled_at = ruling.outcome, by.person, ruling.reason, at
        self.version += 1
        entry.unfreeze()
        return correction

    def forget(self) -> None:
        """Lose the objector's words, once the branch needs them no more."""
        self.reason = ""

    def ruled(self) -> ObjectionRuled:
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

    def _correction(self, ruling: Ruling, entry: Entry, by: Judge, at: datetime) -> Correction | None:
        upheld = ruling.outcome is Outcome.UPHELD
        if upheld != (ruling.points is not None):
            raise Invalid(errors=[{"pointer": "/points", "detail": "异议成立时（且仅在此时）须给出更正后的积分"}])
        if ruling.points is None:
            return None
        return entry.correct(ruling.points, ruling.reason, by, at, objection=self.id)
