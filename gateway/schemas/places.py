"""Courtyards and households (R1, R3)."""

import marshmallow as ma

from contracts import fields
from gateway.paging import Page
from gateway.schemas import Schema


class CourtyardForm(Schema):
    """A courtyard; a grid named for the first time is made."""

    number = fields.Count(1, 9999, required=True, metadata={"description": "院落号, unique in the community"})
    row = fields.Count(1, 999, required=True, metadata={"description": "排"})
    grid = fields.Text(50, required=True, example="一网格", metadata={"description": "网格: its name or its id"})
    name = fields.Text(50, example="莲花院", load_default=None, allow_none=True)


class Courtyard(Schema):
    id = ma.fields.String(required=True)
    number = ma.fields.Integer(required=True)
    row = ma.fields.Integer(required=True)
    grid_id = ma.fields.String(required=True)
    grid_name = ma.fields.String(required=True)
    name = ma.fields.String(required=True, allow_none=True)
    dissolved_on = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"format": "date", "description": "The first day on which it was no more"},
    )


class CourtyardQuery(Page):
    grid_id = fields.Id("grd", metadata={"description": "Of that grid"})
    dissolved = fields.Choice(
        "true", load_default=None, metadata={"description": "Those that are no more, instead of those that stand"}
    )


class DissolveForm(Schema):
    on = fields.Day(load_default=None, allow_none=True, metadata={"description": "Today or earlier; today by default"})


class HouseholdForm(Schema):
    courtyard_id = fields.Id("cty", required=True)
    code = fields.Text(
        20,
        pattern=r"[0-9A-Za-z\u4e00-\u9fff-]+",
        example="03-012-2",
        load_default=None,
        allow_none=True,
        metadata={"description": "户号, unique in the community; by default <row>-<courtyard>-<next>"},
    )
    since = fields.Day(load_default=None, allow_none=True, metadata={"description": "Today by default"})


class HouseholdQuery(Page):
    courtyard_id = fields.Id("cty", metadata={"description": "Those that live there today"})


class Household(Schema):
    """`courtyard_id` is where it lives today; null: it left the community."""

    id = ma.fields.String(required=True)
    code = ma.fields.String(required=True)
    courtyard_id = ma.fields.String(required=True, allow_none=True)
    courtyard_number = ma.fields.Integer(required=True, allow_none=True)
    since = ma.fields.String(required=True, allow_none=True, metadata={"format": "date"})


class Member(Schema):
    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    tenure = ma.fields.String(required=True, metadata={"enum": ["owner", "tenant"]})
    away = ma.fields.Boolean(required=True)


class Stay(Schema):
    courtyard_id = ma.fields.String(required=True)
    since = ma.fields.String(required=True, metadata={"format": "date"})
    until = ma.fields.String(required=True, allow_none=True, metadata={"format": "date"})


class Card(Schema):
    """The household's printed card that is good."""

    household_id = ma.fields.String(required=True)
    since = ma.fields.String(required=True, metadata={"format": "date"})
    issued_by_id = ma.fields.String(required=True, metadata={"description": "Who made it"})


class NewCard(Card):
    """Code and PIN are told once; the code can be printed again, the PIN cannot."""

    card_code = ma.fields.String(required=True, metadata={"example": "7K3M-9QRT-XW2E-H5NA-4BCD"})
    pin = ma.fields.String(required=True, metadata={"example": "402917"})


class SplitForm(Schema):
    """Some members become a household of their own, with a new passbook; the old one stays with those who stay."""

    on = fields.Day(required=True)
    resident_ids = fields.List(fields.Id("per"), required=True, validate=ma.validate.Length(1, 50))
    courtyard_id = fields.Id("cty", load_default=None, allow_none=True, metadata={"description": "Else where they are"})


class MergeForm(Schema):
    """All of a household belong to another; what it can spend goes along, what it earned stays where it was earned."""

    on = fields.Day(required=True, metadata={"description": "Today or earlier"})
    into_household_id = fields.Id("hou", required=True)


class HouseholdInFull(Household):
    merged_into_id = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "The household it became one with"}
    )
    card = ma.fields.Nested(Card, required=True, allow_none=True)
    members = ma.fields.List(ma.fields.Nested(Member), required=True)
    stays = ma.fields.List(ma.fields.Nested(Stay), required=True, metadata={"description": "Everywhere it has lived"})
