"""What inspection tells: a round of the monthly inspection ended, and who earned points by rank (R18, R19)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """One courtyard's place; ties share a rank (1, 2, 2, 4)."""

    courtyard: str
    score: float
    rank: int
    points: int


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
