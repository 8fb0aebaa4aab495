"""What claims tells: which rulebook is in force, and what was declared (R7–R11). The words of a claim stay at home."""

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
"""Whose passbook an entry goes to: the household's, or the head's own (R20, R22)."""


@dataclass(frozen=True, kw_only=True)
class RuleItem:
    """One line of a rulebook as other services need it."""

    code: str
    category: Category
    score: int


@dataclass(frozen=True, kw_only=True)
class _ClaimsEvent(Event):
    publisher: ClassVar[str] = "claims"


@dataclass(frozen=True, kw_only=True)
class RulebookAdopted(_ClaimsEvent):
    """From that day on, acts are scored by this version of the rulebook."""

    subject_field: ClassVar[str] = "rulebook"

    rulebook: str
    version: int
    effective_from: date
    items: tuple[RuleItem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Declared(_ClaimsEvent):
    subject_field: ClassVar[str] = "claim"

    claim: str
    person: str
    """Who did the deed."""
    household: str | None
    """His household on the day of the act; none for a head who lives in no household here."""
    courtyard: str
    """Where that household lived on that day (or the courtyard he heads); it keeps the credit (R3)."""
    book: BookKind
    declared_by: str
    """Who declared it: himself, his head, or a grid officer (R6, R8)."""
    day: date
    """The day of the act in Asia/Shanghai."""
    item: str
    category: Category
    points: int
    """Score × quantity, by the rulebook in force on `day`."""
    rulebook: str
    flagged: bool = False
    """Its evidence looks like something declared before (R10)."""
    system_made: bool = False
    """The platform's own record is the proof; no first review (R11)."""
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ClaimSubmitted(_Declared):
    """A deed was declared."""


@dataclass(frozen=True, kw_only=True)
class ClaimResubmitted(_Declared):
    """A returned claim came back, changed."""


@dataclass(frozen=True, kw_only=True)
class ClaimWithdrawn(_ClaimsEvent):
    """The claimant took it back before it was decided."""

    subject_field: ClassVar[str] = "claim"

    claim: str
    by: str
    at: datetime
