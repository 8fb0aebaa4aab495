"""The roster a community already has, as a file (R5)."""

import marshmallow as ma
from flask_smorest.fields import Upload

from gateway import fields
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
