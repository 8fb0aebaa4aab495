"""Events of review: decisions, published lists, objections, and final points (R12–R17)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from contracts.claims import BookKind, Category
from contracts.event import Event

Origin = Literal["claim", "award"]
"""The origin of an entry: a claim, or an inspection award."""


@dataclass(frozen=True, kw_only=True)
class _ReviewEvent(Event):
    publisher: ClassVar[str] = "review"


@dataclass(frozen=True, kw_only=True)
class _Judged(_ReviewEvent):
    subject_field: ClassVar[str] = "review"

    review: str
    origin: Origin
    source: str
    """The id of the claim or the award."""
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ClaimReturned(_Judged):
    """The reviewer returned the claim for more proof or detail (补正)."""

    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ClaimRefused(_Judged):
    """The claim was refused, at first review or at final approval."""

    reason: str = ""
    false_claim: bool = False
    """The deed was invented; a community may suspend people who declare such claims repeatedly."""


@dataclass(frozen=True, kw_only=True)
class ClaimEndorsed(_Judged):
    """The first review endorsed the claim (R12); the working group decides next."""


@dataclass(frozen=True, kw_only=True)
class ApprovalVoted(_Judged):
    """A member of the working group approved the score; the quorum for an entry is not reached yet (R13)."""

    points: int
    votes: int
    """Number of members who have approved this score."""
    quorum: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class _Attributed(_ReviewEvent):
    """An entry with all fields that the ledger needs to credit and explain it."""

    subject_field: ClassVar[str] = "entry"

    entry: str
    origin: Origin
    source: str
    book: BookKind
    person: str
    household: str | None
    courtyard: str
    day: date
    item: str
    category: Category
    period: str
    points: int
    """Positive or negative, never zero in a correction."""
    at: datetime


@dataclass(frozen=True, kw_only=True)
class EntryApproved(_Attributed):
    """The working group approved an entry for the list of `period` (R13); its points are pending (R17)."""

    by: str
    reason: str = ""
    """The reason for an adjusted score; empty otherwise."""


@dataclass(frozen=True, kw_only=True)
class PeriodPublished(_ReviewEvent):
    """The list of a month was published; objections are possible until the window closes (R14)."""

    subject_field: ClassVar[str] = "publication"

    publication: str
    period: str
    entries: int
    points: int
    window_closes_at: datetime
    at: datetime
    by: str | None = None
    """A member of the working group, or `clock`."""


@dataclass(frozen=True, kw_only=True)
class EntryObjected(_ReviewEvent):
    """An objection to an entry was made; it freezes this entry only (R16)."""

    subject_field: ClassVar[str] = "objection"

    objection: str
    entry: str
    at: datetime
    by: str | None = None
    """Who objects, to be told of the ruling; None in events of before 0.2. Never shown to whom the entry is of."""


@dataclass(frozen=True, kw_only=True)
class ObjectionRuled(_ReviewEvent):
    """The branch ruled on an objection: upheld (a correction follows) or dismissed (R16)."""

    subject_field: ClassVar[str] = "objection"

    objection: str
    entry: str
    upheld: bool
    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class EntryFinalized(_Attributed):
    """The entry's points are final and are to be credited (R17). Emitted exactly once per entry."""

    by: str | None = None
    """The person who settled the month, or ruled on the entry later; `clock` if it was automatic."""


@dataclass(frozen=True, kw_only=True)
class EntryCorrected(_Attributed):
    """A new entry corrects an original; `points` is the difference (R16). Emitted exactly once per correction."""

    correction: str
    """The id of the correcting entry; `entry` is the corrected one."""
    by: str | None = None
    """Who ruled on the objection, or proposed the correction."""
    confirmed_by: str | None = None
    """Who confirmed it, unless it follows from an objection."""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CorrectionProposed(_ReviewEvent):
    """A member of the branch proposed to correct a final entry; it waits for another person (R16)."""

    subject_field: ClassVar[str] = "correction"

    correction: str
    entry: str
    points: int
    """The difference it would make."""
    corrected_to: int
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PeriodSettled(_ReviewEvent):
    """After the objection window, every entry not under objection became final."""

    subject_field: ClassVar[str] = "publication"

    publication: str
    period: str
    entries: int
    points: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class _Overdue(_ReviewEvent):
    """A reminder to a reviewer of overdue cases, at most once a day."""

    subject_field: ClassVar[str] = "judge"

    judge: str
    day: date
    waiting: int
    """Number of cases overdue for this reviewer."""
    longest_days: int
    """Days that the oldest of them has waited."""
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ReviewOverdue(_Overdue):
    """First reviews have waited longer than the community's limit (R12)."""

    claims: tuple[str, ...] = ()
    """The claims without an earlier reminder."""


@dataclass(frozen=True, kw_only=True)
class RulingOverdue(_Overdue):
    """Objections have waited for the branch longer than the community's limit (R16)."""

    entries: tuple[str, ...] = ()
    """The entries under objection without an earlier reminder."""


OfficeDecisionKind = Literal[
    "appointed",
    "appointment_ended",
    "settings_changed",
    "proposal_made",
    "proposal_decided",
    "score_adjusted",
    "correction_proposed",
    "correction_confirmed",
    "correction_refused",
    "rulebook_adopted",
    "reward_changed",
    "reward_proposed",
    "reward_approved",
    "reward_refused",
    "daily_limit_approached",
    "spending_wait_opened",
    "spending_wait_ruled",
]
"""What the record of office decisions holds, which residents can read."""

LimitedDuty = Literal["approval", "correction"]


@dataclass(frozen=True, kw_only=True)
class OfficeDecisionRecorded(_ReviewEvent):
    """A decision of an office was added to the record that residents can read (R4, R15)."""

    subject_field: ClassVar[str] = "decision"

    decision: str
    kind: OfficeDecisionKind
    about: str
    """The id of what was decided on."""
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class DailyLimitApproached(_ReviewEvent):
    """One person has used four fifths of what they may approve or correct in a day; branch and committee look."""

    subject_field: ClassVar[str] = "person"

    person: str
    duty: LimitedDuty
    day: date
    points: int
    limit: int
    recipients: tuple[str, ...] = ()
    at: datetime
