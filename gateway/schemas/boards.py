"""Boards: places by points (R22, R23)."""

import marshmallow as ma

from contracts import fields
from contracts.claims import CATEGORIES
from gateway.paging import Page
from gateway.schemas import Schema


class BoardQuery(Page):
    """Which board."""

    community_id = fields.Id("com", required=True, metadata={"description": "Whose board"})
    period = fields.Text(
        7,
        load_default=None,
        metadata={
            "description": "`2026-11`, `2026-Q4`, `2026` or `all`; by default the newest month that has points",
            "example": "2026-Q4",
        },
    )
    category = fields.Choice(*CATEGORIES, load_default=None, metadata={"description": "Points of that category alone"})


class BoardPlace(Schema):
    """A place. Of a courtyard the points are its head's (R22), and `average` is per household."""

    rank = ma.fields.Integer(required=True, metadata={"description": "Ties share a rank: 1, 2, 2, 4"})
    points = ma.fields.Integer(required=True)
    courtyard_id = ma.fields.String(required=True, allow_none=True)
    number = ma.fields.Integer(required=True, allow_none=True, metadata={"description": "The courtyard's"})
    household_id = ma.fields.String(allow_none=True)
    person_id = ma.fields.String(
        allow_none=True, metadata={"description": "The resident; of a household who has been in it longest"}
    )
    person_name = ma.fields.String(allow_none=True, metadata={"description": "Masked: 张*"})
    head_id = ma.fields.String(allow_none=True)
    head_name = ma.fields.String(allow_none=True, metadata={"description": "Masked: 王*"})
    households = ma.fields.Integer()
    average = ma.fields.Float(allow_none=True)


class OwnPlace(BoardPlace):
    """The caller's own place; without points it has none."""

    rank = ma.fields.Integer(required=True, allow_none=True)
    person_name = ma.fields.String(allow_none=True, metadata={"description": "Not masked"})
    head_name = ma.fields.String(allow_none=True, metadata={"description": "Not masked"})


class Board(Schema):
    period = ma.fields.String(required=True)
    category = ma.fields.String(required=True, allow_none=True)
    data = ma.fields.List(ma.fields.Nested(BoardPlace), required=True)
    has_more = ma.fields.Boolean(required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)
    own = ma.fields.Nested(
        OwnPlace,
        allow_none=True,
        metadata={
            "description": "For who is signed in: his own, his household's or his courtyard's place, on whatever page; "
            "null on boards of another community, and for who belongs to no such thing"
        },
    )
