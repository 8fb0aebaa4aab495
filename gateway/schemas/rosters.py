"""The roster a community already has, as a file (R5)."""

import marshmallow as ma
from flask_smorest.fields import Upload

from contracts import fields
from gateway.schemas import Schema


class RosterQuery(Schema):
    dry_run = fields.Boolean(
        load_default=False,
        truthy={"true"},
        falsy={"false"},
        metadata={"description": "Tell what would be added and what is wrong; change nothing"},
    )


class RosterFile(Schema):
    file = Upload(required=True, metadata={"description": "xlsx or csv; see GET /v1/rosters/template"})


class Flaw(Schema):
    row = ma.fields.Integer(required=True, metadata={"description": "As the spreadsheet numbers it"})
    column = ma.fields.String(required=True, metadata={"example": "手机号"})
    detail = ma.fields.String(required=True)


class RosterReport(Schema):
    """How many of each the file adds; `notes` tell where it differs from what is known, which was left as it is."""

    lines = ma.fields.Integer(required=True)
    grids = ma.fields.Integer(required=True)
    courtyards = ma.fields.Integer(required=True)
    households = ma.fields.Integer(required=True)
    residents = ma.fields.Integer(required=True)
    heads = ma.fields.Integer(required=True)
    errors = ma.fields.List(ma.fields.Nested(Flaw), required=True)
    notes = ma.fields.List(ma.fields.Nested(Flaw), required=True)


class Roster(Schema):
    """A long roster, taken in beside other work: all of it or nothing."""

    id = ma.fields.String(required=True, metadata={"example": "ros_01jd3v5k2m"})
    state = ma.fields.String(
        required=True,
        metadata={
            "enum": ["waiting", "checking", "keeping", "done", "refused", "failed"],
            "description": "`refused`: see `report.errors`; `failed`: see `detail`; of both nothing was taken in",
        },
    )
    dry_run = ma.fields.Boolean(required=True)
    lines = ma.fields.Integer(required=True)
    lines_done = ma.fields.Integer(required=True, metadata={"description": "Checked, or kept, by `state`"})
    handed_in_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    ended_at = ma.fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    detail = ma.fields.String(required=True, allow_none=True)
    report = ma.fields.Nested(RosterReport, required=True, allow_none=True)
