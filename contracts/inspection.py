"""Events of inspection: closed rounds, awards by rank, rectifications (R18, R19)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """A courtyard's place in a round; ties share a rank (1, 2, 2, 4)."""

    courtyard: str
    score: float
    rank: int
    points: int
    listed: Literal["red", "black"] | None = None
    """Red or black list 红黑榜 of the round, if the courtyard is on one (R19)."""


@dataclass(frozen=True, kw_only=True)
class _InspectionEvent(Event):
    publisher: ClassVar[str] = "inspection"


@dataclass(frozen=True, kw_only=True)
class InspectionClosed(_InspectionEvent):
    """The round was closed; its ranking is final."""

    subject_field: ClassVar[str] = "inspection"

    inspection: str
    period: str
    ranking: tuple[Ranked, ...] = ()
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AwardProposed(_InspectionEvent):
    """Points for a head by the rank of their courtyard, subject to approval and publication like all points (R19)."""

    subject_field: ClassVar[str] = "award"

    award: str
    inspection: str
    period: str
    courtyard: str
    person: str
    """The courtyard's head on `day`."""
    household: str | None
    day: date
    """The day on which the round closed."""
    rank: int
    points: int
    at: datetime
    decided_by: tuple[str, ...] = ()
    """Who recorded a score of the round or closed it: every one of them has a part in every rank (R13)."""


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
    """A courtyard has to correct a fault (整改) by the end of `due`; also emitted when `due` changes (R19)."""

    due: date


@dataclass(frozen=True, kw_only=True)
class RectificationChecked(_RectificationEvent):
    """The rectification was re-inspected; the rank of the month does not change (R19)."""

    passed: bool
    score: float
