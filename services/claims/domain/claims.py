"""Claims: a deed declared with its time, place, cause and evidence, and its status since (R8, R11)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self, TypedDict

from contracts.calendar import day_of
from contracts.claims import ActUndone, BookKind, Category, ClaimResubmitted, ClaimSubmitted, ClaimWithdrawn
from contracts.errors import Forbidden, InTheFuture, RoleMissing, TooLate, WrongState
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
from services.claims.domain.rulebooks import Item, Rulebook


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
"""Claims that count towards caps; returned, refused and withdrawn ones do not."""

UNDECIDED = (Status.SUBMITTED, Status.RETURNED, Status.ENDORSED)
"""Claims that may be withdrawn: the working group has not decided yet."""

SENT_BACK = (Status.RETURNED, Status.REFUSED)
"""Claims that a reviewer answered with a reason instead of points."""

UNJUDGED = (Status.SUBMITTED, Status.ENDORSED)
"""Claims that wait for the first review or for the working group."""

_APPROVED_ORDER = (Status.APPROVED, Status.PUBLISHED, Status.FINAL)

ReviewDecision = ClaimReturned | ClaimRefused | ClaimEndorsed
EntryEvent = EntryApproved | EntryFinalized | EntryCorrected


CLOCK_TOLERANCE = timedelta(minutes=5)
"""How much a phone's clock may be fast."""


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """A deed as the declarer describes it."""

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

    def require_in_time(self, declared_at: datetime, policy: Policy) -> None:
        """Raise `InTheFuture` or `TooLate` when the act was not in the days before `declared_at` that count.

        Some minutes in the future are a phone whose clock is fast.
        """
        if self.happened_at > declared_at + CLOCK_TOLERANCE:
            raise InTheFuture(errors=[{"pointer": "/happened_at", "detail": "晚于现在"}])
        limit = policy.late_declaration_days
        if (day_of(declared_at) - self.day).days > limit:
            raise TooLate(
                f"行为发生 {limit} 天内可以申报",
                errors=[{"pointer": "/happened_at", "detail": f"早于 {limit} 天前"}],
                facts={"late_declaration_days": limit},
            )


@dataclass(frozen=True, kw_only=True)
class Claimant:
    """The person who did the deed, with their household, credited courtyard and book on the day of the act."""

    person: str
    household: str | None
    courtyard: str
    book: BookKind


class DeedFields(TypedDict):
    """The fields of a `Claim` that follow from its deed."""

    person: str
    household: str | None
    courtyard: str
    book: BookKind
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
    evidence: list[str]
    flags: list[Flag]
    public: bool


class EventFields(TypedDict):
    """The fields that the events of a submitted and of a resubmitted claim share."""

    community: str
    sequence: int
    claim: str
    person: str
    household: str | None
    courtyard: str
    book: BookKind
    declared_by: str
    day: date
    item: str
    category: Category
    points: int
    rulebook: str
    flagged: bool
    system_made: bool
    public: bool


@dataclass(frozen=True, kw_only=True)
class AdmittedDeed:
    """A declaration that the rules admit, with the facts it is scored by."""

    declaration: Declaration
    claimant: Claimant
    item: Item
    rulebook: Rulebook
    flags: Sequence[Flag]

    def claim_fields(self) -> DeedFields:
        return {
            "person": self.claimant.person,
            "household": self.claimant.household,
            "courtyard": self.claimant.courtyard,
            "book": self.claimant.book,
            "item": self.item.code,
            "category": self.item.category,
            "title": self.item.title,
            "unit": self.item.unit,
            "rulebook": self.rulebook.id,
            "rulebook_version": self.rulebook.version,
            "quantity": self.declaration.quantity,
            "points": self.item.score * self.declaration.quantity,
            "day": self.declaration.day,
            "happened_at": self.declaration.happened_at,
            "place": self.declaration.place,
            "cause": self.declaration.cause,
            "evidence": list(self.declaration.evidence),
            "flags": list(self.flags),
            "public": self.item.public,
        }


PAPER_AFTER = timedelta(days=3)
"""How long a person has to open what was declared for them, before it is to be told on paper (R6)."""


@dataclass(kw_only=True, eq=False)
class Claim:
    """One declared deed. Its score follows from the rulebook in force on its day; review decides on it."""

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
    public: bool = True
    # The result of review
    judged: int = 0
    """The `sequence` of the last applied decision."""
    entry: str | None = None
    period: str | None = None
    approved_points: int | None = None
    corrected_points: int = 0
    version: int = 1
    # Whether the person heard of what somebody else declared for them (R6)
    seen_at: datetime | None = None
    """When the person opened it."""
    told_at: datetime | None = None
    told_by: str | None = None
    """Who handed them the notice on paper."""

    @classmethod
    def submit(
        cls, *, community: str, id: str, deed: AdmittedDeed, by: str, at: datetime, system_made: bool = False
    ) -> Self:
        """Return a new claim. One that the platform makes starts as endorsed, without first review (R11)."""
        return cls(
            community=community,
            id=id,
            declared_by=by,
            submitted_at=at,
            changed_at=at,
            system_made=system_made,
            status=Status.ENDORSED if system_made else Status.SUBMITTED,
            **deed.claim_fields(),
        )

    def resubmit(self, deed: AdmittedDeed, at: datetime) -> ClaimResubmitted:
        """Replace the deed of a returned claim, which is then reviewed from the beginning. Raises `WrongState`."""
        self.require_returned()
        for name, value in deed.claim_fields().items():
            setattr(self, name, value)
        self._set_status(Status.SUBMITTED, at)
        return ClaimResubmitted(**self._event_fields(), at=at)

    def withdraw(self, by: str, at: datetime) -> ClaimWithdrawn:
        """Withdraw the claim before it is decided. Raises `Forbidden`, `WrongState`."""
        self.require_declarer(by)
        if self.status not in UNDECIDED:
            raise WrongState("已经作出决定的申报不能撤回", facts={"status": self.status.value})
        return self._withdraw(by, at)

    def take_back(self, record: str, by: str, at: datetime) -> list[ClaimWithdrawn | ActUndone]:
        """Take back a claim whose record was taken back: withdraw it if it is undecided, else let review correct it."""
        withdrawn = [self._withdraw(by, at)] if self.status in UNDECIDED else []
        undone = ActUndone(community=self.community, sequence=self.version, claim=self.id, record=record, by=by, at=at)
        return [*withdrawn, undone]

    def erase_personal_data(self, at: datetime) -> ClaimWithdrawn | None:
        """Empty texts and evidence; withdraw the claim if it is undecided, since it can no longer be reviewed."""
        self.place = self.cause = ""
        self.evidence, self.flags = [], []
        return self._withdraw(self.person, at) if self.status in UNDECIDED else None

    def mark_seen(self, by: str, at: datetime) -> None:
        """Note that the person has opened what somebody else declared for them; only the first time counts."""
        if by == self.person != self.declared_by and self.seen_at is None:
            self.seen_at = at

    def mark_told(self, by: str, at: datetime) -> None:
        """Note that `by` handed the notice on paper to the person.

        Raises `RoleMissing` for the declarer, `WrongState` if it needs no notice or was told before.
        """
        if by == self.declared_by:
            raise RoleMissing("代办人不能自己送达通知，须由他人送达")
        if self.told_at is not None or self.declared_by == self.person or self.system_made:
            raise WrongState("此申报不需要送达，或已经送达")
        self.told_at, self.told_by = at, by

    def require_declarer(self, person: str) -> None:
        """Raise `Forbidden` unless `person` did or declared the deed."""
        if person not in (self.person, self.declared_by):
            raise Forbidden("只有申报人可以修改或撤回申报")

    def require_returned(self) -> None:
        """Raise `WrongState` unless the claim was returned."""
        if self.status is not Status.RETURNED:
            raise WrongState("只有退回补正的申报可以修改", facts={"status": self.status.value})

    def submitted(self, recorded_by: Sequence[str] = ()) -> ClaimSubmitted:
        """Return the event of a claim that was just submitted; `recorded_by` recorded the act that it counts."""
        first, *others = recorded_by or (None,)
        return ClaimSubmitted(
            **self._event_fields(),
            at=self.submitted_at,
            recorded_by=first,
            also_recorded_by=tuple(each for each in others if each),
        )

    def apply_decision(self, event: ReviewDecision) -> None:
        """Take over a decision on the claim, in any order of arrival.

        An event older than the last one, or that an approval has overtaken, changes nothing. A withdrawal gives way to
        a refusal only, as in review.
        """
        if event.sequence <= self.judged or self.status in _APPROVED_ORDER:
            return
        self.judged = event.sequence
        if self.status is Status.WITHDRAWN and not isinstance(event, ClaimRefused):
            return
        self._set_status(_STATUS_AFTER[type(event)], event.at)

    def apply_entry(self, event: EntryEvent) -> None:
        """Take over what became of the claim's entry, in any order of arrival; the status never goes back."""
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

    def _withdraw(self, by: str, at: datetime) -> ClaimWithdrawn:
        self._set_status(Status.WITHDRAWN, at)
        return ClaimWithdrawn(community=self.community, sequence=self.version, claim=self.id, by=by, at=at)

    def _advance(self, status: Status, at: datetime) -> None:
        reached = _APPROVED_ORDER.index(self.status) if self.status in _APPROVED_ORDER else -1
        if _APPROVED_ORDER.index(status) > reached:
            self._set_status(status, at)

    def _set_status(self, status: Status, at: datetime) -> None:
        self.status, self.changed_at = status, at
        self.version += 1

    def _event_fields(self) -> EventFields:
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
            "public": self.public,
        }


_STATUS_AFTER: dict[type[ReviewDecision], Status] = {
    ClaimReturned: Status.RETURNED,
    ClaimRefused: Status.REFUSED,
    ClaimEndorsed: Status.ENDORSED,
}
