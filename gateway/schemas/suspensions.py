"""Suspensions of somebody's own declaring."""

import marshmallow as ma

from contracts import fields
from gateway.schemas import Schema


class SuspensionForm(Schema):
    person_id = fields.Id("per", required=True)
    until = fields.Day(required=True, metadata={"description": "The first day on which the person may declare again"})
    reason = fields.Text(500, required=True, example="两次虚报")


class LiftForm(Schema):
    reason = fields.Text(500, required=True, example="已说明情况")


class Suspension(Schema):
    """The person may not declare for himself; his head or grid officer may still declare for him."""

    id = ma.fields.String(required=True)
    person_id = ma.fields.String(required=True)
    person_name = ma.fields.String(allow_none=True)
    reason = ma.fields.String(required=True)
    made_by_id = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "null: by the community's policy"}
    )
    made_by_name = ma.fields.String(allow_none=True)
    made_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    until = ma.fields.String(required=True, metadata={"format": "date"})
    lifted_by_id = ma.fields.String(required=True, allow_none=True)
    lifted_by_name = ma.fields.String(allow_none=True)
    lifted_at = ma.fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    lift_reason = ma.fields.String(required=True, allow_none=True)
