"""Replies about inspections with the names that the gateway adds, and what it filters by (R18, R19)."""

from typing import Annotated, Literal, TypedDict

from contracts import fields
from contracts.calls import inspection as calls
from contracts.schema import Doc, Instant, Month
from gateway.schemas.claims.evidence import EvidenceLinks


class ShownScore(calls.Score):
    inspector_name: str | None
    evidence_links: Annotated[list[EvidenceLinks], Doc("To its photos; of those that were deleted none")]


class ShownReinspection(ShownScore):
    passed: bool


class ShownRectification(calls.Rectification):
    reinspection: ShownReinspection | None  # type: ignore[misc]  # with more fields


class Assignment(calls.Assignment):
    """An inspector's share of a round, and how many of its courtyards are recorded."""

    inspector_name: str | None


class Progress(calls.Inspection):
    """A round with what was recorded, by whom, and which courtyards are still missing."""

    criteria: Annotated[list[calls.Criterion], Doc("Those of its `checklist_version`")]
    scores: list[ShownScore]
    missing: list[calls.Missing]
    total: int
    assignments: list[Assignment]


class CourtyardRecord(TypedDict):
    """One courtyard in a round: its score with the criteria, and its rectification."""

    inspection: calls.Inspection
    criteria: Annotated[list[calls.Criterion], Doc("The criteria of the marks")]
    score: ShownScore
    rectification: ShownRectification | None


class PublicInspection(TypedDict):
    """A closed round as the public sees it."""

    id: str
    period: Month
    state: Literal["open", "closed"]
    checklist_version: int
    opened_at: Instant
    closed_at: Instant | None


class PublicPlace(TypedDict):
    """A courtyard's place; the head is named as the holder of that office, never by id."""

    courtyard_id: str
    number: int | None
    head_name: Annotated[str | None, Doc("On the day the round closed; masked: 王* (*policy*)")]
    score: float
    rank: Annotated[int, Doc("Ties share a rank: 1, 2, 2, 4")]
    points: int
    listed: calls.Listed
    rectification: calls.PutRight | None


class PublicRanking(PublicInspection):
    community_id: str
    ranking: list[PublicPlace]


class Place(calls.Place):
    head_name: Annotated[str | None, Doc("Masked: 王* (*policy*)")]


class RankedInspection(calls.Inspection):
    """A closed round, for those who closed it."""

    community_id: str
    ranking: list[Place]


class RankingQuery(TypedDict):
    listed: Annotated[
        Literal["red", "black"] | None, fields.Choice("red", "black", load_default=None), Doc("Only that list")
    ]
