"""The budget view: what outstanding points cost, and what a draft rulebook would have cost."""

import marshmallow as ma

from gateway import fields
from gateway.schemas import Schema
from gateway.schemas.ledgers import Balances


class BudgetQuery(Schema):
    rulebook_id = fields.Id(
        "rbk", load_default=None, metadata={"description": "A draft, to be applied to the acts of `period`"}
    )
    period = fields.Period(load_default=None, metadata={"description": "For the draft; by default last month"})


class BudgetMonth(Schema):
    """By the month of posting."""

    period = ma.fields.String(required=True, metadata={"example": "2026-11"})
    issued = ma.fields.Integer(required=True, metadata={"description": "Net of corrections"})
    redeemed = ma.fields.Integer(required=True, metadata={"description": "Net of refunds"})
    expired = ma.fields.Integer(required=True)
    net = ma.fields.Integer(required=True, metadata={"description": "issued − redeemed − expired"})


class ForecastMonth(Schema):
    period = ma.fields.String(required=True)
    outstanding = ma.fields.Integer(required=True, metadata={"description": "At the month's end"})
    outstanding_fen = ma.fields.Integer(required=True)


class Forecast(Schema):
    """Each month to come adds the mean net issue of the `basis`: the last whole months, three at most."""

    basis = ma.fields.List(ma.fields.String(), required=True)
    net_issue = ma.fields.Integer(required=True)
    months = ma.fields.List(ma.fields.Nested(ForecastMonth), required=True)


class DraftItem(Schema):
    """An item's final entries of the month, and the same acts by the draft: in proportion to the scores."""

    item = ma.fields.String(required=True, allow_none=True)
    item_title = ma.fields.String(required=True, allow_none=True)
    entries = ma.fields.Integer(required=True)
    points = ma.fields.Integer(required=True)
    in_force = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": "Its score then; null for what no rulebook scores"}
    )
    drafted = ma.fields.Integer(required=True, allow_none=True, metadata={"description": "null: no longer an item"})
    drafted_points = ma.fields.Integer(required=True)


class BudgetDraft(Schema):
    """What the draft would have cost. Caps are not counted again, so it is the most it would have cost."""

    rulebook_id = ma.fields.String(required=True)
    period = ma.fields.String(required=True)
    points = ma.fields.Integer(required=True)
    drafted_points = ma.fields.Integer(required=True)
    difference = ma.fields.Integer(required=True)
    difference_fen = ma.fields.Integer(required=True)
    items = ma.fields.List(ma.fields.Nested(DraftItem), required=True)


class Budget(Balances):
    """Where the community's points are now, what they cost at its rate, and what is to be expected."""

    period = ma.fields.String(required=True)
    point_value_fen = ma.fields.Integer(required=True, metadata={"description": "*policy*"})
    outstanding_fen = ma.fields.Integer(required=True)
    pending = ma.fields.Integer(required=True, metadata={"description": "Approved, not final yet"})
    months = ma.fields.List(ma.fields.Nested(BudgetMonth), required=True, metadata={"description": "The last twelve"})
    forecast = ma.fields.Nested(
        Forecast, required=True, allow_none=True, metadata={"description": "null before the first whole month"}
    )
    draft = ma.fields.Nested(BudgetDraft, required=True, allow_none=True)
