"""Ledgers of a courtyard 院落台账 and of the community (R9, R22), and the ledger's own audit."""

import marshmallow as ma

from contracts import fields
from gateway.paging import Page
from gateway.schemas import Schema
from gateway.schemas.passbooks import LedgerRecord


class LedgerQuery(Page):
    period = fields.Period(load_default=None, metadata={"description": "By default this month"})
    format = fields.Choice(
        "json", "xlsx", load_default="json", metadata={"description": "xlsx holds the whole month, `limit` or not"}
    )


class CourtyardMonth(Schema):
    """A courtyard's month in figures."""

    courtyard_id = ma.fields.String(required=True)
    number = ma.fields.Integer(required=True)
    head_id = ma.fields.String(required=True, allow_none=True)
    head_name = ma.fields.String(required=True, allow_none=True)
    households = ma.fields.Integer(required=True)
    entries = ma.fields.Integer(required=True)
    points = ma.fields.Integer(
        required=True, metadata={"description": "Of household books: the head's points 院长积分 (R22)"}
    )
    average = ma.fields.Float(required=True, allow_none=True, metadata={"description": "Per household"})
    head_points = ma.fields.Integer(required=True, metadata={"description": "What went to the head's own book"})


class LedgerDay(Schema):
    day = ma.fields.String(required=True, metadata={"format": "date"})
    entries = ma.fields.Integer(required=True)
    points = ma.fields.Integer(required=True)


class _Records(Schema):
    period = ma.fields.String(required=True, metadata={"example": "2026-11"})
    pending = ma.fields.Integer(required=True, metadata={"description": "Approved for this month, not final yet"})
    data = ma.fields.List(ma.fields.Nested(LedgerRecord), required=True)
    has_more = ma.fields.Boolean(required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)


class CourtyardLedger(CourtyardMonth, _Records):
    """A courtyard's month: its figures, its days, and a page of its records by day."""

    days = ma.fields.List(ma.fields.Nested(LedgerDay), required=True)


class Balances(Schema):
    """Where the community's points are now: issued = outstanding + redeemed + expired − arrears."""

    issued = ma.fields.Integer(required=True)
    books = ma.fields.Integer(required=True, metadata={"description": "How many there are"})
    outstanding = ma.fields.Integer(required=True, metadata={"description": "In all books together"})
    held = ma.fields.Integer(required=True)
    redeemed = ma.fields.Integer(required=True)
    expired = ma.fields.Integer(required=True)
    arrears = ma.fields.Integer(required=True)


class CommunityLedger(_Records):
    """The community's month, courtyard by courtyard, and a page of all its records."""

    households = ma.fields.Integer(required=True)
    entries = ma.fields.Integer(required=True)
    points = ma.fields.Integer(required=True)
    head_points = ma.fields.Integer(required=True)
    balances = ma.fields.Nested(Balances, required=True)
    courtyards = ma.fields.List(ma.fields.Nested(CourtyardMonth), required=True)


class Rebuild(Schema):
    """How much was recomputed from the ledger, and how many rows differed from what was stored; once it is `done`."""

    id = ma.fields.String(required=True)
    state = ma.fields.String(required=True, metadata={"enum": ["requested", "done", "failed"]})
    requested_by_id = ma.fields.String(required=True)
    requested_by_name = ma.fields.String(required=True, allow_none=True)
    requested_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    ended_at = ma.fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    accounts = ma.fields.Integer()
    transfers = ma.fields.Integer()
    entries = ma.fields.Integer()
    tallies = ma.fields.Integer()
    holds = ma.fields.Integer()
    differences = ma.fields.Integer(metadata={"description": "All of the six below together"})
    accounts_different = ma.fields.Integer()
    tallies_different = ma.fields.Integer()
    pending_different = ma.fields.Integer()
    holds_different = ma.fields.Integer(
        metadata={"description": "Holds that do not tell what was spent; no rebuild puts these right"}
    )
    unbalanced = ma.fields.Integer(
        metadata={"description": "Transfers that do not add up; no rebuild puts these right"}
    )
    corrections_astray = ma.fields.Integer(
        metadata={"description": "Corrections of what was never credited, or to somebody else; the credit may yet come"}
    )
