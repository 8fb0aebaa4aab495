"""Rulebooks, their lines and their caps (R7)."""

import marshmallow as ma
from flask_smorest.fields import Upload

from contracts import fields
from contracts.claims import CATEGORIES
from gateway.schemas import Schema


class RuleCap(Schema):
    """At most so many points, or so many times the unit, in a span of time, of a person or a household."""

    points = fields.Count(1, 1_000_000)
    times = fields.Count(1, 1_000_000)
    per = fields.Choice("day", "week", "month", "year", required=True)
    of = fields.Choice("person", "household", load_default="person")

    @ma.validates_schema(skip_on_field_errors=True)
    def one_kind(self, data: dict[str, object], **kwargs: object) -> None:
        if ("points" in data) is ("times" in data):
            raise ma.ValidationError("上限须为 points 或 times 之一")


class RuleItem(Schema):
    code = fields.Text(40, required=True, example="cleanup")
    category = fields.Choice(*CATEGORIES, required=True)
    title = fields.Text(60, required=True, example="参加环境卫生整治")
    score = fields.Count(-1000, 1000, required=True, metadata={"description": "Points a unit; negative: a deduction"})
    unit = fields.Text(10, example="次", load_default="次")
    max_quantity = fields.Count(1, 1000, load_default=1, metadata={"description": "Units one claim may hold"})
    claimable_by = fields.Choice("resident", "head", "both", load_default="both")
    evidence_required = fields.Boolean(load_default=True)
    deduction = fields.Boolean(load_default=False)
    system = fields.Boolean(load_default=False, metadata={"description": "Made by the platform's own record (R11)"})
    caps = fields.List(
        fields.Nested(RuleCap),
        load_default=list,
        validate=ma.validate.Length(max=8),
        metadata={"example": [{"times": 1, "per": "day", "of": "person"}]},
    )
    active = fields.Boolean(load_default=True)


class RulebookForm(Schema):
    title = fields.Text(100, example="积分细则", load_default="积分细则")
    items = fields.List(fields.Nested(RuleItem), required=True, validate=ma.validate.Length(1, 500))


class RulebookSheet(Schema):
    """The same as a spreadsheet, in the form that `GET …?format=xlsx` gives."""

    file = Upload(required=True, metadata={"description": "xlsx"})


class AdoptionForm(Schema):
    effective_from = fields.Day(required=True)


class RulebookHead(Schema):
    """A rulebook without its lines."""

    id = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    status = ma.fields.String(required=True, metadata={"enum": ["draft", "adopted", "discarded"]})
    effective_from = ma.fields.String(required=True, allow_none=True, metadata={"format": "date"})
    created_by_id = ma.fields.String(required=True)
    created_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    adopted_by_id = ma.fields.String(required=True, allow_none=True)
    adopted_at = ma.fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


class Rulebook(RulebookHead):
    items = ma.fields.List(ma.fields.Nested(RuleItem), required=True)


class RulebookQuery(Schema):
    format = fields.Choice("json", "xlsx", metadata={"description": "Otherwise as the Accept header says"})


class CurrentQuery(RulebookQuery):
    day = fields.Day(load_default=None, metadata={"description": "The day of an act; today unless given"})
