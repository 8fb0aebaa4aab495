"""The budget view: what outstanding points cost, and what a draft rulebook would have cost."""

import marshmallow as ma

from contracts import fields
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
    """An item's final entries of the month, and the same acts counted again under the draft's lines and caps."""

    item = ma.fields.String(required=True, allow_none=True)
    item_title = ma.fields.String(required=True, allow_none=True)
    entries = ma.fields.Integer(required=True)
    points = ma.fields.Integer(required=True)
    quantity = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": "Units declared; null for what no rulebook scores"}
    )
    in_force = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": "Its score then; null for what no rulebook scores"}
    )
    drafted = ma.fields.Integer(required=True, allow_none=True, metadata={"description": "null: no longer an item"})
    drafted_entries = ma.fields.Integer(
        required=True, metadata={"description": "Those of which the draft counts at least a part"}
    )
    drafted_quantity = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": "The units for which its caps leave room"}
    )
    drafted_points = ma.fields.Integer(
        required=True, metadata={"description": "What judges and corrections took or gave keeps its proportion"}
    )
    newly_counted = ma.fields.Integer(
        required=True,
        metadata={"description": "Of `drafted_entries`: acts the platform recorded and the rules then did not count"},
    )


class WaitingActs(Schema):
    """Acts of the month that are not final yet, for as much as they were declared or approved; in no other figure."""

    entries = ma.fields.Integer(required=True)
    points = ma.fields.Integer(required=True)
    drafted_points = ma.fields.Integer(required=True)


class UnseenItem(Schema):
    """The draft would have paid for acts of this item that left no trace: they would come on top."""

    item = ma.fields.String(required=True)
    item_title = ma.fields.String(required=True)
    reason = ma.fields.String(required=True, metadata={"enum": ["new_item", "admits_more"]})
    detail = ma.fields.String(required=True, metadata={"example": "当月细则没有此项目，无人申报，无法知道会有多少"})


class BudgetDraft(Schema):
    """What the draft would have cost for what is known to have been done; `unseen` says what nobody can know."""

    rulebook_id = ma.fields.String(required=True)
    period = ma.fields.String(required=True)
    points = ma.fields.Integer(required=True)
    drafted_points = ma.fields.Integer(required=True)
    difference = ma.fields.Integer(required=True)
    difference_fen = ma.fields.Integer(required=True)
    items = ma.fields.List(ma.fields.Nested(DraftItem), required=True)
    waiting = ma.fields.Nested(WaitingActs, required=True)
    unseen = ma.fields.List(ma.fields.Nested(UnseenItem), required=True)


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
