"""Events of claims: adopted rulebooks and declared deeds (R7–R11). The text of a claim is not in events."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from contracts.event import Event

Category = Literal["living_environment", "neighbourhood", "charity", "public_order", "other"]
"""人居环境, 小区建设, 爱心公益, 社会综治, 其他 (R7)."""

CATEGORIES: dict[Category, str] = {
    "living_environment": "人居环境",
    "neighbourhood": "小区建设",
    "charity": "爱心公益",
    "public_order": "社会综治",
    "other": "其他",
}

BookKind = Literal["household", "head"]
"""The passbook of an entry: the household's, or the head's own (R20, R22)."""


@dataclass(frozen=True, kw_only=True)
class RuleItem:
    """The part of a rulebook's item that other services need."""

    code: str
    category: Category
    score: int


@dataclass(frozen=True, kw_only=True)
class _ClaimsEvent(Event):
    publisher: ClassVar[str] = "claims"


@dataclass(frozen=True, kw_only=True)
class RulebookAdopted(_ClaimsEvent):
    """Deeds from `effective_from` on are scored by this version of the rulebook."""

    subject_field: ClassVar[str] = "rulebook"

    rulebook: str
    version: int
    effective_from: date
    items: tuple[RuleItem, ...] = ()
    by: str | None = None
    """Who adopted it."""
    drafted_by: str | None = None
    """Who wrote it: somebody else, if `loosened` names items."""
    loosened: tuple[str, ...] = ()
    """The items by which somebody gets or loses more points than by the version before."""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class _Declared(_ClaimsEvent):
    subject_field: ClassVar[str] = "claim"

    claim: str
    person: str
    """The person who did the deed."""
    household: str | None
    """The person's household on the day of the deed; None for a head without a household here."""
    courtyard: str
    """The household's courtyard on that day, or the head's courtyard; it keeps the credit (R3)."""
    book: BookKind
    declared_by: str
    """The declarer: the person themselves, their head, or a grid officer (R6, R8)."""
    day: date
    """The day of the deed in Asia/Shanghai."""
    item: str
    category: Category
    points: int
    """Score × quantity, by the rulebook in force on `day`."""
    rulebook: str
    flagged: bool = False
    """The evidence resembles earlier evidence (R10)."""
    system_made: bool = False
    """Recorded by the platform, which is the proof; no first review (R11)."""
    public: bool = True
    """Whether lists may name who did it; the working group gives what is not public its first review (R14)."""
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ClaimSubmitted(_Declared):
    """A deed was declared."""

    recorded_by: str | None = None
    """Who recorded the act, if the platform made the claim of a record (R11)."""
    also_recorded_by: tuple[str, ...] = ()
    """Who else had a part in that record."""


@dataclass(frozen=True, kw_only=True)
class ClaimResubmitted(_Declared):
    """A returned claim was changed and submitted again."""


@dataclass(frozen=True, kw_only=True)
class ClaimWithdrawn(_ClaimsEvent):
    """The claimant withdrew the claim before the final decision."""

    subject_field: ClassVar[str] = "claim"

    claim: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ActUndone(_ClaimsEvent):
    """The record that a claim counts was taken back (R33). `sequence` is the claim's version after that.

    An undecided claim was withdrawn; of one that is approved review takes the points back or proposes a correction.
    """

    subject_field: ClassVar[str] = "claim"

    claim: str
    record: str
    by: str
    at: datetime
