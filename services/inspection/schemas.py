"""What goes in and out of inspection over RPC: JSON primitives to domain and back."""

from dataclasses import asdict
from typing import Any

from marshmallow import Schema, fields, post_load

from contracts.inspection import Ranked
from services.inspection.domain import Checklist, Criterion, Inspection, Score


class CriterionSchema(Schema):
    code = fields.String(required=True)
    title = fields.String(required=True)
    weight = fields.Integer(required=True)
    max_mark = fields.Integer(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Criterion:
        return Criterion(**data)


class ChecklistSchema(Schema):
    version = fields.Integer()
    criteria = fields.List(fields.Nested(CriterionSchema))
    adopted_by = fields.String()
    adopted_at = fields.AwareDateTime()


class ScoreSchema(Schema):
    courtyard_id = fields.String(attribute="courtyard")
    version = fields.Integer()
    marks = fields.Dict(keys=fields.String(), values=fields.Integer())
    score = fields.Float()
    evidence_ids = fields.List(fields.String())
    note = fields.String()
    inspector_id = fields.String(attribute="inspector")
    recorded_at = fields.AwareDateTime()


class InspectionSchema(Schema):
    id = fields.String()
    period = fields.String()
    state = fields.String()
    checklist_version = fields.Integer()
    opened_by = fields.String()
    opened_at = fields.AwareDateTime()
    closed_at = fields.AwareDateTime(allow_none=True)


def criteria(rows: list[dict[str, Any]]) -> list[Criterion]:
    """The criteria that `rows` describe; raises `marshmallow.ValidationError`."""
    return list(CriterionSchema(many=True).load(rows))


def checklist(found: Checklist) -> dict[str, Any]:
    return dict(ChecklistSchema().dump(found))


def score(found: Score) -> dict[str, Any]:
    return dict(ScoreSchema().dump(found))


def inspection(found: Inspection) -> dict[str, Any]:
    return dict(InspectionSchema().dump(found))


def progress(found: Inspection, scores: dict[str, Score], courtyards: dict[str, int]) -> dict[str, Any]:
    """A round with what was recorded and which courtyards are still missing (R18)."""
    return {
        **inspection(found),
        "scores": [score(scores[courtyard]) for courtyard in sorted(scores)],
        "missing": [
            {"courtyard_id": courtyard, "number": number}
            for courtyard, number in sorted(courtyards.items(), key=lambda item: item[1])
            if courtyard not in scores
        ],
        "total": len(courtyards),
    }


def ranking(found: Inspection, courtyards: dict[str, int]) -> dict[str, Any]:
    """The places of a closed round, best first (R19)."""
    return {**inspection(found), "ranking": [_place(place, courtyards) for place in found.ranking]}


def _place(place: Ranked, courtyards: dict[str, int]) -> dict[str, Any]:
    told = asdict(place)
    courtyard = told.pop("courtyard")
    return {"courtyard_id": courtyard, "number": courtyards.get(courtyard), **told}
