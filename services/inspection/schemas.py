"""What goes in and out of inspection over RPC: JSON primitives to domain and back."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from marshmallow import Schema, fields, post_load

from contracts import errors
from contracts.inspection import Ranked
from services.inspection.domain import (
    Checklist,
    Criterion,
    Inspection,
    Place,
    Rectification,
    Reinspection,
    Score,
    Share,
    Visit,
)

Row = dict[str, Any]


class CriterionSchema(Schema):
    code = fields.String(required=True)
    title = fields.String(required=True)
    weight = fields.Integer(required=True)
    max_mark = fields.Integer(required=True)

    @post_load
    def make(self, data: Row, **_: Any) -> Criterion:
        return Criterion(**data)


class ChecklistSchema(Schema):
    version = fields.Integer()
    criteria = fields.List(fields.Nested(CriterionSchema))
    adopted_by = fields.String()
    adopted_at = fields.AwareDateTime()


class ShareSchema(Schema):
    inspector_id = fields.String(required=True, attribute="inspector")
    grid_ids = fields.List(fields.String(), load_default=list, attribute="grids")
    rows = fields.List(fields.Integer(), load_default=list)
    courtyard_ids = fields.List(fields.String(), load_default=list, attribute="courtyards")

    @post_load
    def make(self, data: Row, **_: Any) -> Share:
        return Share(**data)


class ScoreSchema(Schema):
    courtyard_id = fields.String(attribute="courtyard")
    version = fields.Integer()
    marks = fields.Dict(keys=fields.String(), values=fields.Integer())
    score = fields.Float()
    evidence_ids = fields.List(fields.String())
    note = fields.String()
    inspector_id = fields.String(attribute="inspector")
    recorded_at = fields.AwareDateTime()


class ReinspectionSchema(ScoreSchema):
    passed = fields.Boolean()


class RectificationSchema(Schema):
    id = fields.String()
    courtyard_id = fields.String(attribute="courtyard")
    inspection_id = fields.String(attribute="inspection")
    reason = fields.String()
    due = fields.Date()
    state = fields.String()
    ordered_by_id = fields.String(attribute="ordered_by")
    ordered_at = fields.AwareDateTime()


class InspectionSchema(Schema):
    id = fields.String()
    period = fields.String()
    state = fields.String()
    checklist_version = fields.Integer()
    opened_by = fields.String()
    opened_at = fields.AwareDateTime()
    closed_at = fields.AwareDateTime(allow_none=True)


def criteria(rows: list[Row]) -> list[Criterion]:
    """The criteria that `rows` describe; raises `marshmallow.ValidationError`."""
    return list(CriterionSchema(many=True).load(rows))


def shares(rows: list[Row]) -> list[Share]:
    """The shares that `rows` describe; raises `marshmallow.ValidationError`."""
    return list(ShareSchema(many=True).load(rows))


def day(written: str) -> date:
    """The day that is written; `Invalid` if it is none."""
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise errors.Invalid("应为日期，例如 2026-11-05", [{"pointer": "/due", "detail": "不是日期"}]) from error


def checklist(found: Checklist) -> Row:
    return dict(ChecklistSchema().dump(found))


def score(found: Score) -> Row:
    return dict(ScoreSchema().dump(found))


def inspection(found: Inspection) -> Row:
    return dict(InspectionSchema().dump(found))


def page(found: list[Any], limit: int, shown: list[Row], key: str) -> Row:
    """A page of what was read one further than `limit`."""
    return {"data": shown[:limit], "next_cursor": str(shown[limit - 1][key]) if len(found) > limit else None}


def progress(found: Inspection, scores: Mapping[str, Score], layout: Mapping[str, Place]) -> Row:
    """A round with what was recorded, which courtyards are missing, and how far each inspector's share is (R18)."""
    return {
        **inspection(found),
        "scores": [score(scores[courtyard]) for courtyard in sorted(scores)],
        "missing": _missing(set(layout), scores, layout),
        "total": len(layout),
        "assignments": [_share(share, scores, layout) for share in found.shares],
    }


def _share(share: Share, scores: Mapping[str, Score], layout: Mapping[str, Place]) -> Row:
    mine = share.covers(layout)
    missing = _missing(mine, scores, layout)
    return {**ShareSchema().dump(share), "total": len(mine), "recorded": len(mine) - len(missing), "missing": missing}


def _missing(among: set[str], scores: Mapping[str, Score], layout: Mapping[str, Place]) -> list[Row]:
    missing = sorted(among - scores.keys(), key=lambda courtyard: layout[courtyard].number)
    return [{"courtyard_id": courtyard, "number": layout[courtyard].number} for courtyard in missing]


def rectification(found: Rectification, again: Reinspection | None, today: date) -> Row:
    """An order with what was found when the courtyard was looked at again."""
    return {
        **RectificationSchema().dump(found),
        "overdue": found.is_overdue(today),
        "reinspection": ReinspectionSchema().dump(again) if again else None,
    }


def ranking(
    found: Inspection, courtyards: Mapping[str, int], heads: Mapping[str, str], orders: Mapping[str, Row]
) -> Row:
    """The places of a closed round, best first, with heads and what was put right since (R19)."""
    places = [
        _place(place, courtyards)
        | {"head_id": heads.get(place.courtyard), "rectification": orders.get(place.courtyard)}
        for place in found.ranking
    ]
    return {**inspection(found), "community_id": found.community, "ranking": places}


def put_right(order: Rectification, again: Reinspection | None, today: date) -> Row:
    """What the public is shown of an order: its deadline and its result."""
    return {
        "due": order.due.isoformat(),
        "state": order.state,
        "overdue": order.is_overdue(today),
        "score": again.score if again else None,
    }


def visit(found: Visit, order: Row | None) -> Row:
    """A round in the history of one courtyard."""
    place = asdict(found.place) if found.place else dict.fromkeys(("score", "rank", "points", "listed"))
    place.pop("courtyard", None)
    return {
        "inspection_id": found.inspection,
        "period": found.period,
        "closed_at": found.closed_at.isoformat() if found.closed_at else None,
        "ranked": found.ranked,
        **place,
        "score_change": found.score_change,
        "rank_change": found.rank_change,
        "rectification": order,
    }


def _place(place: Ranked, courtyards: Mapping[str, int]) -> Row:
    told = asdict(place)
    courtyard = told.pop("courtyard")
    return {"courtyard_id": courtyard, "number": courtyards.get(courtyard), **told}
