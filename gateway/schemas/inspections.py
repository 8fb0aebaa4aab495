"""Checklists, rounds, scores and places (R18, R19)."""

import marshmallow as ma

from gateway import fields
from gateway.paging import Page
from gateway.schemas import Schema


class Criterion(Schema):
    """Marks from 0 to `max_mark`, counted with `weight`."""

    code = fields.Text(40, required=True, example="yard", pattern=r"[A-Za-z0-9_-]+")
    title = fields.Text(100, required=True, example="院内整洁")
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
    note = fields.Text(500, least=0, example="门前有杂物", load_default="")


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


class AssignmentForm(Schema):
    """What one inspector is to look at: whole grids, whole rows, single courtyards, or any of these together."""

    inspector_id = fields.Id("per", required=True)
    grid_ids = fields.List(fields.Id("grd"), load_default=list, validate=ma.validate.Length(max=100))
    rows = fields.List(fields.Count(1, 10_000), load_default=list, validate=ma.validate.Length(max=100))
    courtyard_ids = fields.List(fields.Id("cty"), load_default=list, validate=ma.validate.Length(max=1000))


class AssignmentsForm(Schema):
    assignments = fields.List(fields.Nested(AssignmentForm), required=True, validate=ma.validate.Length(max=200))


class Assignment(Schema):
    """An inspector's share, and how far it is."""

    inspector_id = ma.fields.String(required=True)
    inspector_name = ma.fields.String(required=True, allow_none=True)
    grid_ids = ma.fields.List(ma.fields.String(), required=True)
    rows = ma.fields.List(ma.fields.Integer(), required=True)
    courtyard_ids = ma.fields.List(ma.fields.String(), required=True)
    total = ma.fields.Integer(required=True, metadata={"description": "Courtyards in it"})
    recorded = ma.fields.Integer(required=True, metadata={"description": "Of these, by whomever"})
    missing = ma.fields.List(ma.fields.Nested(Missing), required=True)


class NamedScore(Score):
    inspector_name = ma.fields.String(required=True, allow_none=True)


class Progress(Inspection):
    """A round with what was recorded, by whom, and which courtyards are still missing."""

    criteria = ma.fields.List(
        ma.fields.Nested(Criterion), required=True, metadata={"description": "Those of its own checklist_version"}
    )
    scores = ma.fields.List(ma.fields.Nested(NamedScore), required=True)
    missing = ma.fields.List(ma.fields.Nested(Missing), required=True)
    total = ma.fields.Integer(required=True)
    assignments = ma.fields.List(ma.fields.Nested(Assignment), required=True)


class CloseForm(Schema):
    accept_missing = fields.Boolean(
        load_default=False, metadata={"description": "Close although courtyards were missed; those are not ranked"}
    )


class RectificationForm(Schema):
    reason = fields.Text(
        500, required=True, example="清理门前杂物", metadata={"description": "What is to be put right"}
    )
    due = fields.Day(required=True, metadata={"description": "The last day for it"})


class ReinspectionForm(ScoreForm):
    """As a score, with a verdict. Versions are counted apart from those of the round."""

    passed = fields.Boolean(
        required=True, truthy={True}, falsy={False}, metadata={"description": "What was ordered has been put right"}
    )


class Reinspection(Score):
    passed = ma.fields.Boolean(required=True)


_STATES = {"enum": ["ordered", "failed", "passed"]}


class Rectification(Schema):
    """What a courtyard was told to put right 整改, and what was found when it was looked at again."""

    id = ma.fields.String(required=True)
    inspection_id = ma.fields.String(required=True)
    courtyard_id = ma.fields.String(required=True)
    reason = ma.fields.String(required=True)
    due = ma.fields.String(required=True, metadata={"format": "date"})
    state = ma.fields.String(required=True, metadata=_STATES)
    overdue = ma.fields.Boolean(required=True)
    ordered_by_id = ma.fields.String(required=True)
    ordered_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    reinspection = ma.fields.Nested(Reinspection, required=True, allow_none=True)


class Record(Schema):
    """What a round says of one courtyard, and why."""

    inspection = ma.fields.Nested(Inspection, required=True)
    criteria = ma.fields.List(
        ma.fields.Nested(Criterion), required=True, metadata={"description": "What the marks were given for"}
    )
    score = ma.fields.Nested(NamedScore, required=True)
    rectification = ma.fields.Nested(Rectification, required=True, allow_none=True)


class PutRight(Schema):
    """What the public sees of it."""

    due = ma.fields.String(required=True, metadata={"format": "date"})
    state = ma.fields.String(required=True, metadata=_STATES)
    overdue = ma.fields.Boolean(required=True)
    score = ma.fields.Float(
        required=True, allow_none=True, metadata={"description": "When it was looked at again; the rank stays"}
    )


_LISTED = {"enum": ["red", "black", None], "description": "On the red or the black list 红黑榜 (*policy* how many)"}


class Place(Schema):
    courtyard_id = ma.fields.String(required=True)
    number = ma.fields.Integer(required=True, allow_none=True)
    head_id = ma.fields.String(required=True, allow_none=True, metadata={"description": "On the day the round closed"})
    head_name = ma.fields.String(required=True, allow_none=True, metadata={"description": "Masked: 王* (*policy*)"})
    score = ma.fields.Float(required=True)
    rank = ma.fields.Integer(required=True, metadata={"description": "Ties share a rank: 1, 2, 2, 4"})
    points = ma.fields.Integer(required=True)
    listed = ma.fields.String(required=True, allow_none=True, metadata=_LISTED)
    rectification = ma.fields.Nested(PutRight, required=True, allow_none=True)


class Ranking(Inspection):
    community_id = ma.fields.String(required=True)
    ranking = ma.fields.List(ma.fields.Nested(Place), required=True)


class RankingQuery(Schema):
    listed = fields.Choice("red", "black", load_default=None, metadata={"description": "Only that list"})


class RankingsQuery(Page):
    community_id = fields.Id("com", required=True, metadata={"description": "Whose rounds"})


class Visit(Schema):
    """A closed round in a courtyard's history; no score and no rank where it was missed."""

    inspection_id = ma.fields.String(required=True)
    period = ma.fields.String(required=True, metadata={"example": "2026-11"})
    closed_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    score = ma.fields.Float(required=True, allow_none=True)
    rank = ma.fields.Integer(required=True, allow_none=True)
    ranked = ma.fields.Integer(required=True, metadata={"description": "How many courtyards have a rank"})
    points = ma.fields.Integer(required=True, allow_none=True)
    listed = ma.fields.String(required=True, allow_none=True, metadata=_LISTED)
    score_change = ma.fields.Float(
        required=True, allow_none=True, metadata={"description": "Since the round before; positive is better"}
    )
    rank_change = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": "Places won since the round before"}
    )
    rectification = ma.fields.Nested(PutRight, required=True, allow_none=True)
