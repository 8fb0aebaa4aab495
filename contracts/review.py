"""What review tells: each judgement, the published list, objections, and which points became final (R12–R17)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from contracts.claims import BookKind, Category
from contracts.event import Event

Origin = Literal["claim", "award"]
"""What an entry came from: a claim, or an inspection award."""


@dataclass(frozen=True, kw_only=True)
class _ReviewEvent(Event):
    publisher: ClassVar[str] = "review"


@dataclass(frozen=True, kw_only=True)
class _Judged(_ReviewEvent):
    subject_field: ClassVar[str] = "review"

    review: str
    origin: Origin
    source: str
    """The claim's or the award's id."""
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ClaimReturned(_Judged):
    """The judge asks for more (补正)."""

    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ClaimRefused(_Judged):
    """Refused, at first review or at final approval."""

    reason: str = ""
    false_claim: bool = False
    """The deed was made up; a community may suspend whoever declares so again and again."""


@dataclass(frozen=True, kw_only=True)
class ClaimEndorsed(_Judged):
    """The first review says yes (R12); the working group decides next."""


@dataclass(frozen=True, kw_only=True)
class ApprovalVoted(_Judged):
    """A member of the working group approved the score; others must before there is an entry (R13)."""

    points: int
    votes: int
    """Members who approve this score by now."""
    quorum: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class _Attributed(_ReviewEvent):
    """An entry with all that the ledger must know to credit and explain it."""

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
    """The working group approved it for the list of `period` (R13); its points are pending (R17)."""

    by: str
    reason: str = ""
    """Why the score was adjusted, if it was."""


@dataclass(frozen=True, kw_only=True)
class PeriodPublished(_ReviewEvent):
    """The list of a month is public; it may be objected to until the window closes (R14)."""

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
    """Someone objected to one entry, which freezes alone (R16)."""

    subject_field: ClassVar[str] = "objection"

    objection: str
    entry: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ObjectionRuled(_ReviewEvent):
    """The branch ruled: upheld (a correction follows) or dismissed (R16)."""

    subject_field: ClassVar[str] = "objection"

    objection: str
    entry: str
    upheld: bool
    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class EntryFinalized(_Attributed):
    """The entry's points are final and become the ledger's (R17). Exactly once per entry."""

    by: str | None = None
    """Who settled the month, or ruled on the entry after that; `clock` if nobody's hand did."""


@dataclass(frozen=True, kw_only=True)
class EntryCorrected(_Attributed):
    """A new entry beside the original; `points` is the difference (R16). Exactly once per correction."""

    correction: str
    """The id of the correcting entry; `entry` is the one it corrects."""
    by: str | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PeriodSettled(_ReviewEvent):
    """The window closed and every entry not under objection became final."""

    subject_field: ClassVar[str] = "publication"

    publication: str
    period: str
    entries: int
    points: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class _Overdue(_ReviewEvent):
    """One judge is reminded, at most once a day, of what has waited on his desk for too long."""

    subject_field: ClassVar[str] = "judge"

    judge: str
    day: date
    waiting: int
    """How much of it is overdue before him."""
    longest_days: int
    """For how many days the first of it has been waiting."""
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ReviewOverdue(_Overdue):
    """First reviews have waited for longer than the community allows (R12)."""

    claims: tuple[str, ...] = ()
    """Those of which nobody had been reminded before."""


@dataclass(frozen=True, kw_only=True)
class RulingOverdue(_Overdue):
    """Objections have waited for the branch for longer than the community allows (R16)."""

    entries: tuple[str, ...] = ()
    """The entries under objection of which nobody had been reminded before."""
