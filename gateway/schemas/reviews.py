"""Cases before their judges, and what judges say (R12, R13)."""

import marshmallow as ma

from contracts import fields
from contracts.claims import CATEGORIES
from gateway.paging import Page
from gateway.schemas import Schema

_INSTANT = {"format": "date-time"}
_DECISION = {"description": "endorse belongs to the first review, approve to the final one"}
_POINTS = {"description": "Adjusts the score; only with approve, and with a reason"}


class ReviewQuery(Page):
    stage = fields.Choice(
        "first",
        "final",
        load_default="first",
        metadata={"description": "Waiting for the first review, or for the working group"},
    )
    overdue = fields.Choice(
        "true",
        load_default=None,
        metadata={"description": "First reviews that wait too long: one's own, for group and branch everybody's"},
    )


class DecisionForm(Schema):
    decision = fields.Choice("endorse", "return", "refuse", "approve", required=True, metadata=_DECISION)
    reason = fields.Text(
        500,
        least=0,
        example="情况属实",
        load_default="",
        metadata={"description": "Needed to return, refuse or adjust"},
    )
    points = fields.Count(-100_000, 100_000, load_default=None, allow_none=True, metadata=_POINTS)
    false_claim = fields.Boolean(
        load_default=False, metadata={"description": "With refuse: the deed was made up (see the community's settings)"}
    )


class DecisionOnForm(DecisionForm):
    review_id = fields.Id("rev", required=True)


class DecisionsForm(Schema):
    decisions = fields.List(fields.Nested(DecisionOnForm), required=True, validate=ma.validate.Length(1, 2000))


class DecisionAnswer(Schema):
    """What became of one of many: the stage the case is at now, or the code and detail of the refusal."""

    review_id = ma.fields.String(required=True)
    ok = ma.fields.Boolean(required=True)
    stage = ma.fields.String(required=True, allow_none=True)
    code = ma.fields.String(required=True, allow_none=True)
    detail = ma.fields.String(required=True, allow_none=True)


class DecisionAnswers(Schema):
    data = ma.fields.List(ma.fields.Nested(DecisionAnswer), required=True)


class Deed(Schema):
    """Who did what, when, for how many points."""

    id = ma.fields.String(required=True)
    origin = ma.fields.String(required=True, metadata={"enum": ["claim", "award"]})
    courtyard_id = ma.fields.String(required=True, metadata={"description": "Where the household lived on that day"})
    day = ma.fields.String(required=True, metadata={"format": "date"})
    item = ma.fields.String(required=True)
    category = ma.fields.String(required=True, metadata={"enum": list(CATEGORIES)})
    book = ma.fields.String(required=True, metadata={"enum": ["household", "head"]})
    points = ma.fields.Integer(required=True)


class ClaimSummary(Schema):
    """What the claimant wrote, for those who must judge it."""

    title = ma.fields.String()
    unit = ma.fields.String()
    quantity = ma.fields.Integer()
    place = ma.fields.String()
    cause = ma.fields.String()
    happened_at = ma.fields.String(metadata=_INSTANT)
    declared_by_id = ma.fields.String()
    evidence_ids = ma.fields.List(ma.fields.String())
    flags = ma.fields.List(ma.fields.Dict())


class Review(Deed):
    source_id = ma.fields.String(required=True, metadata={"description": "The claim or award that is judged"})
    person_id = ma.fields.String(required=True)
    person_name = ma.fields.String(allow_none=True)
    household_id = ma.fields.String(required=True, allow_none=True)
    period = ma.fields.String(required=True, metadata={"description": "The month of the act"})
    stage = ma.fields.String(
        required=True, metadata={"enum": ["first", "final", "returned", "refused", "approved", "withdrawn"]}
    )
    level = ma.fields.String(
        required=True, metadata={"enum": ["head", "officer", "group"], "description": "Whose turn the first review is"}
    )
    flagged = ma.fields.Boolean(required=True, metadata={"description": "Its proof looks like something seen before"})
    system_made = ma.fields.Boolean(required=True)
    endorsed_by_id = ma.fields.String(required=True, allow_none=True)
    endorsed_by_name = ma.fields.String(allow_none=True)
    opened_at = ma.fields.String(required=True, metadata=_INSTANT)
    changed_at = ma.fields.String(required=True, metadata=_INSTANT)
    waiting_days = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": "Since when it waits for its judges, in days"}
    )
    overdue = ma.fields.Boolean(required=True, metadata={"description": "A first review longer than `reminder_days`"})
    claim = ma.fields.Nested(ClaimSummary, allow_none=True)


class Decision(Schema):
    id = ma.fields.String(required=True)
    stage = ma.fields.String(required=True)
    judge_id = ma.fields.String(required=True)
    judge_name = ma.fields.String(allow_none=True)
    decision = ma.fields.String(required=True)
    reason = ma.fields.String(required=True)
    points_before = ma.fields.Integer(required=True)
    points = ma.fields.Integer(required=True)
    at = ma.fields.String(required=True, metadata=_INSTANT)


class Case(Review):
    """A review with every judge's word on it."""

    decisions = ma.fields.List(ma.fields.Nested(Decision), required=True)
