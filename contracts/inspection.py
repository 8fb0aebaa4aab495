"""What inspection tells: a round ended, who earned points by rank, what is to be put right (R18, R19)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """One courtyard's place; ties share a rank (1, 2, 2, 4)."""

    courtyard: str
    score: float
    rank: int
    points: int
    listed: Literal["red", "black"] | None = None
    """Whether the courtyard is on the red or the black list 红黑榜 of the round (R19)."""


@dataclass(frozen=True, kw_only=True)
class _InspectionEvent(Event):
    publisher: ClassVar[str] = "inspection"


@dataclass(frozen=True, kw_only=True)
class InspectionClosed(_InspectionEvent):
    """The round is over and its ranking stands."""

    subject_field: ClassVar[str] = "inspection"

    inspection: str
    period: str
    ranking: tuple[Ranked, ...] = ()
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AwardProposed(_InspectionEvent):
    """A head's points for his courtyard's rank; they go through approval and publication like all points (R19)."""

    subject_field: ClassVar[str] = "award"

    award: str
    inspection: str
    period: str
    courtyard: str
    person: str
    """The courtyard's head on `day`."""
    household: str | None
    day: date
    """The day the round closed."""
    rank: int
    points: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class _RectificationEvent(_InspectionEvent):
    subject_field: ClassVar[str] = "rectification"

    rectification: str
    inspection: str
    courtyard: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class RectificationOrdered(_RectificationEvent):
    """A courtyard is to put something right (整改) until the end of a day, or until another than it was told (R19)."""

    due: date


@dataclass(frozen=True, kw_only=True)
class RectificationChecked(_RectificationEvent):
    """It was looked at again; the rank of the month stays as it was (R19)."""

    passed: bool
    score: float
