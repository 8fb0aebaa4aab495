"""Who holds which role (R2, R4)."""

import marshmallow as ma

from contracts import fields
from gateway.paging import Page
from gateway.schemas import Schema

ROLES = (
    "head",
    "grid_officer",
    "working_group_chair",
    "working_group",
    "branch",
    "committee",
    "merchant_operator",
    "platform",
)


class AppointmentForm(Schema):
    """One head a courtyard and one chair a community at a time."""

    person_id = fields.Id("per", required=True)
    role = fields.Choice(*ROLES, required=True)
    scope_id = fields.Id(
        "cty",
        "grd",
        "mer",
        "com",
        load_default=None,
        allow_none=True,
        metadata={"description": "A head's courtyard, an officer's grid, an operator's merchant; else the community"},
    )
    since = fields.Day(load_default=None, allow_none=True, metadata={"description": "Today by default"})
    until = fields.Day(load_default=None, allow_none=True, metadata={"description": "First day it no longer holds"})


class EndForm(Schema):
    on = fields.Day(load_default=None, allow_none=True, metadata={"description": "First day it no longer holds; today"})


class AppointmentQuery(Page):
    person_id = fields.Id("per", metadata={"description": "Whose"})
    role = fields.Choice(*ROLES, metadata={"description": "Only of that role"})
    scope_id = fields.Id(
        "cty", "grd", "mer", "com", metadata={"description": "Over which courtyard, grid, merchant or community"}
    )
    on = fields.Day(metadata={"description": "Only those that hold on that day; without it past ones too"})


class Appointment(Schema):
    id = ma.fields.String(required=True)
    person_id = ma.fields.String(required=True)
    person_name = ma.fields.String(required=True)
    role = ma.fields.String(required=True, metadata={"enum": list(ROLES)})
    scope_id = ma.fields.String(required=True)
    since = ma.fields.String(required=True, metadata={"format": "date"})
    until = ma.fields.String(required=True, allow_none=True, metadata={"format": "date"})
