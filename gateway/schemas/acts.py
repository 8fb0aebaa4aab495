"""Acts from the platform's own lists (R11)."""

import marshmallow as ma

from contracts import fields
from gateway.schemas import Schema


class AttendanceForm(Schema):
    """Who took part in one thing, as the list at the door says."""

    item = fields.Text(
        40, required=True, example="training", metadata={"description": "An item of the rulebook marked `system`"}
    )
    happened_at = fields.Instant(required=True)
    place = fields.Text(200, required=True, example="社区活动室")
    cause = fields.Text(1000, required=True, example="消防安全培训，签到名单")
    person_ids = fields.List(fields.Id("per"), required=True, validate=ma.validate.Length(1, 200))


class _Counted(Schema):
    claim_id = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "What it counts as; null: it does not count"}
    )
    code = ma.fields.String(required=True, allow_none=True, metadata={"description": "Why it does not count"})
    detail = ma.fields.String(required=True, allow_none=True)


class RecordedAct(_Counted):
    """One person's answer."""

    person_id = ma.fields.String(required=True)
    act_id = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "null: unknown here, or on record already"}
    )


class Recorded(Schema):
    data = ma.fields.List(ma.fields.Nested(RecordedAct), required=True)


class Act(_Counted):
    """An act on record."""

    id = ma.fields.String(required=True)
    person_id = ma.fields.String(required=True)
    person_name = ma.fields.String(allow_none=True)
    item = ma.fields.String(required=True)
    happened_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    place = ma.fields.String(required=True)
    cause = ma.fields.String(required=True)
    recorded_by_id = ma.fields.String(required=True)
    recorded_by_name = ma.fields.String(allow_none=True)
    recorded_at = ma.fields.String(required=True, metadata={"format": "date-time"})
