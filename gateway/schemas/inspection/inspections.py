"""Replies about inspections with the names that the gateway adds, and what it filters by (R18, R19)."""

from typing import Annotated, Literal, TypedDict

from contracts import fields
from contracts.calls import inspection as calls
from contracts.schema import Doc


class NamedScore(calls.Score):
    inspector_name: str | None


class Assignment(calls.Assignment):
    """An inspector's share of a round, and how many of its courtyards are recorded."""

    inspector_name: str | None


class Progress(calls.Inspection):
    """A round with what was recorded, by whom, and which courtyards are still missing."""

    criteria: Annotated[list[calls.Criterion], Doc("Those of its `checklist_version`")]
    scores: list[NamedScore]
    missing: list[calls.Missing]
    total: int
    assignments: list[Assignment]


class Record(TypedDict):
    """One courtyard in a round: its score with the criteria, and its rectification."""

    inspection: calls.Inspection
    criteria: Annotated[list[calls.Criterion], Doc("The criteria of the marks")]
    score: NamedScore
    rectification: calls.Rectification | None


class Place(calls.Place):
    head_name: Annotated[str | None, Doc("Masked: 王* (*policy*)")]


class Ranking(calls.Inspection):
    community_id: str
    ranking: list[Place]


class RankingQuery(TypedDict):
    listed: Annotated[
        Literal["red", "black"] | None, fields.Choice("red", "black", load_default=None), Doc("Only that list")
    ]
