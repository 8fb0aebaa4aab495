"""Claims: a deed declared with its time, place, cause and proof, and what became of it (R8, R11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from contracts.calendar import day_of
from contracts.claims import BookKind, Category, ClaimResubmitted, ClaimSubmitted, ClaimWithdrawn
from contracts.errors import Forbidden, InTheFuture, TooLate, WrongState
from contracts.policy import Policy
from contracts.review import (
    ClaimEndorsed,
    ClaimRefused,
    ClaimReturned,
    EntryApproved,
    EntryCorrected,
    EntryFinalized,
)
from services.claims.domain.evidence import Flag
from services.claims.domain.rulebook import Item, Rulebook


class Status(StrEnum):
    """Submitted → (returned → submitted) → endorsed → approved → published → final; or refused, or withdrawn."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    ENDORSED = "endorsed"
    REFUSED = "refused"
    APPROVED = "approved"
    PUBLISHED = "published"
    FINAL = "final"


COUNTED = (Status.SUBMITTED, Status.ENDORSED, Status.APPROVED, Status.PUBLISHED, Status.FINAL)
"""What takes from a cap. Returned, refused and withdrawn claims free it."""

UNDECIDED = (Status.SUBMITTED, Status.RETURNED, Status.ENDORSED)
"""Until the working group decides, the claimant may take his claim back."""

_APPROVED_ORDER = (Status.APPROVED, Status.PUBLISHED, Status.FINAL)

Judged = ClaimReturned | ClaimRefused | ClaimEndorsed
Entered = EntryApproved | EntryFinalized | EntryCorrected


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What somebody declares: the deed in his words."""

    item: str
    quantity: int
    happened_at: datetime
    place: str
    cause: str
    evidence: tuple[str, ...] = ()

    @property
    def day(self) -> date:
        """The day of the act in Asia/Shanghai."""
        return day_of(self.happened_at)

    def must_be_in_time(self, declared_at: datetime, policy: Policy) -> None:
        """Neither ahead of its declaration nor too long before it. Raises `InTheFuture`, `TooLate`."""
        if self.happened_at > declared_at:
            raise InTheFuture(errors=[{"pointer": "/happened_at", "detail": "晚于现在"}])
        limit = policy.late_declaration_days
        if (day_of(declared_at) - self.day).days > limit:
            raise TooLate(
                f"行为发生 {limit} 天内可以申报",
                errors=[{"pointer": "/happened_at", "detail": f"早于 {limit} 天前"}],
                facts={"late_declaration_days": limit},
            )


@dataclass(frozen=True, kw_only=True)
class Doer:
    """Who did it, as he stood on the day of the act: his household, the courtyard that gets the credit, the book."""

    person: str
    household: str | None
    courtyard: str
    book: BookKind


@dataclass(kw_only=True, eq=False)
class Claim:
    """One declared deed. The score is fixed by the rulebook in force on its day; the judging is review's."""

    community: str
    id: str
    person: str
    household: str | None
    courtyard: str
    book: BookKind
    declared_by: str
    submitted_at: datetime
    changed_at: datetime
    system_made: bool
    status: Status
    # The deed, as last declared
    item: str
    category: Category
    title: str
    unit: str
    rulebook: str
    rulebook_version: int
    quantity: int
    points: int
    day: date
    happened_at: datetime
    place: str
    cause: str
    evidence: list[str] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    # What review made of it
    judged: int = 0
    """The version of the review whose judgement was last heard."""
    entry: str | None = None
    period: str | None = None
    approved_points: int | None = None
    corrected_points: int = 0
    version: int = 1

    @classmethod
    def declare(
        cls,
        *,
        community: str,
        id: str,
        declaration: Declaration,
        doer: Doer,
        item: Item,
        rulebook: Rulebook,
        flags: Sequence[Flag],
        by: str,
        at: datetime,
        system_made: bool = False,
    ) -> Self:
        """A claim as first declared; `item` has admitted it, and the caps have room for it."""
        return cls(
            community=community,
            id=id,
            declared_by=by,
            submitted_at=at,
            changed_at=at,
            system_made=system_made,
            status=Status.ENDORSED if system_made else Status.SUBMITTED,
            **_deed(declaration, doer, item, rulebook, flags),
        )

    def declare_again(
        self,
        *,
        declaration: Declaration,
        doer: Doer,
        item: Item,
        rulebook: Rulebook,
        flags: Sequence[Flag],
        at: datetime,
    ) -> None:
        """After a return: the deed in its new words, judged from the beginning."""
        self.must_be_returned()
        for name, value in _deed(declaration, doer, item, rulebook, flags).items():
            setattr(self, name, value)
        self._to(Status.SUBMITTED, at)

    def withdraw(self, by: str, at: datetime) -> ClaimWithdrawn:
        """The claimant takes it back before it is decided. Raises `Forbidden`, `WrongState`."""
        self.must_be_of(by)
        if self.status not in UNDECIDED:
            raise WrongState("已经作出决定的申报不能撤回", facts={"status": self.status.value})
        self._to(Status.WITHDRAWN, at)
        return ClaimWithdrawn(community=self.community, sequence=self.version, claim=self.id, by=by, at=at)

    def forget(self, at: datetime) -> ClaimWithdrawn | None:
        """Lose its words and proof with its person's data; undecided it is withdrawn, for nobody could judge it now."""
        self.place = self.cause = ""
        self.evidence, self.flags = [], []
        if self.status not in UNDECIDED:
            return None
        self._to(Status.WITHDRAWN, at)
        return ClaimWithdrawn(community=self.community, sequence=self.version, claim=self.id, by=self.person, at=at)

    def must_be_of(self, person: str) -> None:
        """Only who did it and who declared it may change it."""
        if person not in (self.person, self.declared_by):
            raise Forbidden("只有申报人可以修改或撤回申报")

    def must_be_returned(self) -> None:
        if self.status is not Status.RETURNED:
            raise WrongState("只有退回补正的申报可以修改", facts={"status": self.status.value})

    def submitted(self) -> ClaimSubmitted:
        return ClaimSubmitted(**self._declared(), at=self.submitted_at)

    def resubmitted(self) -> ClaimResubmitted:
        return ClaimResubmitted(**self._declared(), at=self.changed_at)

    def hear_judgement(self, event: Judged) -> None:
        """Follow what a judge said. Events may come late: an older one, or one overtaken by approval, changes nothing.

        A withdrawal stands against everything but a decision: review, too, lets it pass until then.
        """
        if event.sequence <= self.judged or self.status in _APPROVED_ORDER:
            return
        self.judged = event.sequence
        if self.status is Status.WITHDRAWN and not isinstance(event, ClaimRefused):
            return
        self._to(_SAYS[type(event)], event.at)

    def hear_entry(self, event: Entered) -> None:
        """Follow the entry that came of it; never a step back, whatever the order of arrival."""
        self.entry, self.period = event.entry, event.period
        match event:
            case EntryCorrected():
                self.corrected_points += event.points
            case EntryFinalized():
                self.approved_points = event.points
                self._advance(Status.FINAL, event.at)
            case EntryApproved():
                self.approved_points = event.points
                self._advance(Status.APPROVED, event.at)

    def _advance(self, status: Status, at: datetime) -> None:
        reached = _APPROVED_ORDER.index(self.status) if self.status in _APPROVED_ORDER else -1
        if _APPROVED_ORDER.index(status) > reached:
            self._to(status, at)

    def _to(self, status: Status, at: datetime) -> None:
        self.status, self.changed_at = status, at
        self.version += 1

    def _declared(self) -> Mapping[str, Any]:
        return {
            "community": self.community,
            "sequence": self.version,
            "claim": self.id,
            "person": self.person,
            "household": self.household,
            "courtyard": self.courtyard,
            "book": self.book,
            "declared_by": self.declared_by,
            "day": self.day,
            "item": self.item,
            "category": self.category,
            "points": self.points,
            "rulebook": self.rulebook,
            "flagged": bool(self.flags),
            "system_made": self.system_made,
        }


_SAYS: dict[type[Judged], Status] = {
    ClaimReturned: Status.RETURNED,
    ClaimRefused: Status.REFUSED,
    ClaimEndorsed: Status.ENDORSED,
}


def _deed(
    declaration: Declaration, doer: Doer, item: Item, rulebook: Rulebook, flags: Sequence[Flag]
) -> dict[str, Any]:
    return {
        "person": doer.person,
        "household": doer.household,
        "courtyard": doer.courtyard,
        "book": doer.book,
        "item": item.code,
        "category": item.category,
        "title": item.title,
        "unit": item.unit,
        "rulebook": rulebook.id,
        "rulebook_version": rulebook.version,
        "quantity": declaration.quantity,
        "points": item.score * declaration.quantity,
        "day": declaration.day,
        "happened_at": declaration.happened_at,
        "place": declaration.place,
        "cause": declaration.cause,
        "evidence": list(declaration.evidence),
        "flags": list(flags),
    }
