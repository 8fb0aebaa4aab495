"""Entries: what was approved, on a month's list. Their points never change; corrections add a difference (R13–R17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts import ids
from contracts.errors import AlreadyObjected, Invalid, NotFinal, ReasonRequired, WrongState
from contracts.event import Event
from contracts.review import EntryApproved, EntryCorrected, EntryFinalized
from services.review.domain.deed import Deed
from services.review.domain.reviewers import Reviewer


class EntryState(StrEnum):
    """Approved → published ⇄ frozen → final. Pending in the passbook until final (R17)."""

    APPROVED = "approved"
    PUBLISHED = "published"
    FROZEN = "frozen"
    FINAL = "final"


@dataclass(kw_only=True, eq=False)
class Correction:
    """A difference to an entry, from an upheld objection or by the branch after settlement (R16)."""

    community: str
    id: str
    entry: str
    points: int
    """The difference: never zero."""
    corrected_to: int
    """What the entry is worth with it."""
    reason: str
    by: str
    interested: tuple[str, ...]
    objection: str | None
    at: datetime
    confirmed_by: str | None = None
    """Who confirmed it, after somebody else had proposed it; None when it follows from an objection."""


@dataclass(kw_only=True, eq=False)
class Entry(Deed):
    """A deed on a month's list. `points` is as approved; `corrected` is the sum of its corrections."""

    id: str
    review: str
    period: str
    state: EntryState
    publication: str | None
    approved_by: str
    approved_at: datetime
    corrected: int = 0
    finalized_at: datetime | None = None
    declared_points: int | None = None
    """The score as declared, before any adjustment; None in entries of before this was stored."""
    version: int = 1

    @property
    def score(self) -> int:
        """The points of the rulebook, or of the rank, before any adjustment."""
        return self.points if self.declared_points is None else self.declared_points

    def require_within(self, points: int, times: int = 1) -> None:
        """Raise `Invalid` for points beyond the score, or the approved points if those are more, `times` over."""
        most = max(abs(self.score) * times, abs(self.points))
        if abs(points) > most:
            detail = f"更正后的积分应在 {-most} 与 {most} 之间（项目分值 {self.score} 分）"
            raise Invalid(detail, errors=[{"pointer": "/points", "detail": detail}])

    def approved(self, reason: str) -> EntryApproved:
        """Return the event of the approval; `reason` is that of the member whose vote completed it."""
        return EntryApproved(
            **self.attribution(),
            sequence=self.version,
            entry=self.id,
            period=self.period,
            points=self.points,
            by=self.approved_by,
            reason=reason,
            at=self.approved_at,
        )

    def freeze(self) -> None:
        """Exclude the entry from settlement while an objection is open (R16). Raises `AlreadyObjected`."""
        if self.state is EntryState.FROZEN:
            raise AlreadyObjected()
        self._move(EntryState.PUBLISHED, EntryState.FROZEN)

    def unfreeze(self) -> None:
        self._move(EntryState.FROZEN, EntryState.PUBLISHED)

    def finalize(self, corrections: Sequence[Correction], by: str, at: datetime) -> list[Event]:
        """Make the entry final and return its events, with those of the `corrections` made so far.

        `by` settled its list, or ruled on it after that. Raises `WrongState` unless it is published.
        """
        self._move(EntryState.PUBLISHED, EntryState.FINAL)
        self.finalized_at = at
        final = EntryFinalized(
            **self.attribution(),
            sequence=self.version,
            entry=self.id,
            period=self.period,
            points=self.points,
            by=by,
            at=at,
        )
        return [final, *(self.corrected_by(correction, at) for correction in corrections)]

    def difference_to(self, to: int, reason: str, by: Reviewer) -> int:
        """Return what a correction to `to` changes.

        Raises `Recused`, `ReasonRequired`, `Invalid` when nothing would change.
        """
        by.require_no_interest(self)
        if not reason:
            raise ReasonRequired(errors=[{"pointer": "/reason", "detail": "更正必须说明理由"}])
        difference = to - self.points - self.corrected
        if not difference:
            raise Invalid("更正后的积分与现值相同", errors=[{"pointer": "/points", "detail": f"现值为 {to}"}])
        return difference

    def correct(
        self,
        to: int,
        reason: str,
        by: Reviewer,
        at: datetime,
        objection: str | None = None,
        *,
        id: str | None = None,
        confirmed_by: str | None = None,
    ) -> Correction:
        """Return a correction with the difference to `to`. The ledger gets it when the entry is final, not before.

        Raises as `difference_to` does.
        """
        difference = self.difference_to(to, reason, by)
        self.corrected += difference
        return Correction(
            community=self.community,
            id=id or ids.new("cor"),
            entry=self.id,
            points=difference,
            corrected_to=to,
            reason=reason,
            by=by.person,
            interested=self.interested,
            objection=objection,
            at=at,
            confirmed_by=confirmed_by,
        )

    def correct_final(
        self,
        to: int,
        reason: str,
        by: Reviewer,
        at: datetime,
        *,
        id: str | None = None,
        confirmed_by: str | None = None,
    ) -> tuple[Correction, EntryCorrected]:
        """Correct a final entry. Raises `NotFinal` before its month has settled, and as `correct` does."""
        self.require_final()
        correction = self.correct(to, reason, by, at, id=id, confirmed_by=confirmed_by)
        return correction, self.corrected_by(correction, at)

    def corrected_by(self, correction: Correction, at: datetime) -> EntryCorrected:
        """Return the event by which the ledger posts a correction. Raises `NotFinal`."""
        self.require_final()
        self.version += 1
        return EntryCorrected(
            **self.attribution(),
            sequence=self.version,
            entry=self.id,
            correction=correction.id,
            period=self.period,
            points=correction.points,
            by=correction.by,
            confirmed_by=correction.confirmed_by,
            reason=correction.reason,
            at=at,
        )

    def require_final(self) -> None:
        """Raise `NotFinal` unless the entry is final."""
        if self.state is not EntryState.FINAL:
            raise NotFinal()

    def _move(self, source: EntryState, target: EntryState) -> None:
        if self.state is not source:
            raise WrongState()
        self.state = target
        self.version += 1
