"""Checklists, rounds, scores and places (R18, R19)."""

import marshmallow as ma

from gateway import fields
from gateway.schemas import Schema


class Criterion(Schema):
    """Marks from 0 to `max_mark`, counted with `weight`."""

    code = fields.Text(40, required=True, pattern=r"[A-Za-z0-9_-]+\Z")
    title = fields.Text(100, required=True)
    weight = fields.Count(1, 100, required=True)
    max_mark = fields.Count(1, 100, required=True)


class ChecklistForm(Schema):
    criteria = fields.List(fields.Nested(Criterion), required=True, validate=ma.validate.Length(1, 50))


class Checklist(Schema):
    version = ma.fields.Integer(required=True)
    criteria = ma.fields.List(ma.fields.Nested(Criterion), required=True)
    adopted_by = ma.fields.String(required=True)
    adopted_at = ma.fields.String(required=True, metadata={"format": "date-time"})


class InspectionForm(Schema):
    period = fields.Period(required=True)


class Inspection(Schema):
    id = ma.fields.String(required=True)
    period = ma.fields.String(required=True, metadata={"example": "2026-11"})
    state = ma.fields.String(required=True, metadata={"enum": ["open", "closed"]})
    checklist_version = ma.fields.Integer(required=True)
    opened_by = ma.fields.String(required=True)
    opened_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    closed_at = ma.fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


class ScoreForm(Schema):
    """`version` counts up on the inspector's phone; a repeat of the same one changes nothing, an older one is 409."""

    version = fields.Count(1, required=True)
    marks = fields.Dict(
        keys=fields.Text(40), values=fields.Count(0, 100), required=True, metadata={"example": {"yard": 9, "gate": 10}}
    )
    evidence_ids = fields.List(fields.Id("evd"), load_default=list, validate=ma.validate.Length(max=20))
    note = fields.Text(500, least=0, load_default="")


class Score(Schema):
    courtyard_id = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)
    marks = ma.fields.Dict(required=True)
    score = ma.fields.Float(required=True, metadata={"description": "Out of 100, weighted"})
    evidence_ids = ma.fields.List(ma.fields.String(), required=True)
    note = ma.fields.String(required=True)
    inspector_id = ma.fields.String(required=True)
    recorded_at = ma.fields.String(required=True, metadata={"format": "date-time"})


class Missing(Schema):
    courtyard_id = ma.fields.String(required=True)
    number = ma.fields.Integer(required=True)


class Progress(Inspection):
    """A round with what was recorded and which courtyards are still missing."""

    scores = ma.fields.List(ma.fields.Nested(Score), required=True)
    missing = ma.fields.List(ma.fields.Nested(Missing), required=True)
    total = ma.fields.Integer(required=True)


class CloseForm(Schema):
    accept_missing = fields.Boolean(
        load_default=False, metadata={"description": "Close although courtyards were missed; those are not ranked"}
    )


class Place(Schema):
    courtyard_id = ma.fields.String(required=True)
    number = ma.fields.Integer(required=True, allow_none=True)
    score = ma.fields.Float(required=True)
    rank = ma.fields.Integer(required=True, metadata={"description": "Ties share a rank: 1, 2, 2, 4"})
    points = ma.fields.Integer(required=True)


class Ranking(Inspection):
    ranking = ma.fields.List(ma.fields.Nested(Place), required=True)
