"""Passbooks and their lines (R20, R21, R23)."""

import marshmallow as ma

from contracts import fields
from contracts.claims import CATEGORIES
from gateway.schemas import Schema

KINDS = ["credit", "reversal", "capture", "refund", "repayment", "expiry", "closing", "merge"]


class PassbookQuery(Schema):
    as_of = fields.Day(
        load_default=None, metadata={"description": "As it stood at the end of that day; by default as it stands now"}
    )


class PassbookOwner(Schema):
    person_id = ma.fields.String(required=True)
    person_name = ma.fields.String(required=True, allow_none=True)


class Expiring(Schema):
    """Points that lapse unless they are spent."""

    on = ma.fields.String(
        required=True, metadata={"format": "date", "description": "The last day on which they can be spent"}
    )
    points = ma.fields.Integer(required=True)


class Passbook(Schema):
    """One book: what can be spent, what is set aside, what is still to come, and what was earned in all."""

    account_id = ma.fields.String(required=True)
    kind = ma.fields.String(required=True, metadata={"enum": ["household", "head"]})
    as_of = ma.fields.String(required=True, metadata={"format": "date"})
    available = ma.fields.Integer(required=True, metadata={"description": "posted − held: can be spent; never below 0"})
    posted = ma.fields.Integer(required=True, metadata={"description": "Sum of its lines"})
    held = ma.fields.Integer(required=True, metadata={"description": "Set aside for purchases not yet honoured"})
    pending = ma.fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Approved, not final yet; null for a day that is past"},
    )
    cumulative = ma.fields.Integer(
        required=True, metadata={"description": "Earned in all, net of corrections; spending does not lower it"}
    )
    arrears = ma.fields.Integer(
        required=True, metadata={"description": "Corrected after it was spent; later points repay it first"}
    )
    expiring = ma.fields.List(
        ma.fields.Nested(Expiring),
        required=True,
        allow_none=True,
        metadata={"description": "What lapses when, soonest first (R24, *policy*); null for a day that is past"},
    )
    merged_into_id = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The book that took this one over when its household merged; this one is closed"},
    )
    owners = ma.fields.List(ma.fields.Nested(PassbookOwner), required=True)


class LedgerRecord(Schema):
    """Points that moved, and why."""

    id = ma.fields.String(required=True)
    account_id = ma.fields.String(required=True)
    kind = ma.fields.String(required=True, metadata={"enum": KINDS})
    points = ma.fields.Integer(required=True, metadata={"description": "What the book's owner gained or lost"})
    period = ma.fields.String(required=True, metadata={"example": "2026-11"})
    day = ma.fields.String(required=True, metadata={"format": "date", "description": "The day of the act"})
    category = ma.fields.String(required=True, allow_none=True, metadata={"enum": [*CATEGORIES, None]})
    item = ma.fields.String(required=True, allow_none=True, metadata={"description": "Code of the rulebook's item"})
    item_title = ma.fields.String(required=True, allow_none=True)
    person_id = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "Who acted; nobody when points lapse or books merge"}
    )
    person_name = ma.fields.String(required=True, allow_none=True)
    household_id = ma.fields.String(required=True, allow_none=True)
    courtyard_id = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "Where the household lived on that day"}
    )
    merchant_id = ma.fields.String(required=True, allow_none=True)
    origin = ma.fields.String(
        required=True, metadata={"enum": ["claim", "award", "order", "payment", "policy", "household"]}
    )
    origin_id = ma.fields.String(required=True)
    source_id = ma.fields.String(
        required=True,
        metadata={"description": "The decision behind it: entry, correction, hold, refund; else the book"},
    )
    reverses_id = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "`source_id` of the record it takes back"}
    )
    posted_at = ma.fields.String(required=True, metadata={"format": "date-time"})


class PassbookLine(LedgerRecord):
    """A line of a passbook."""

    posted = ma.fields.Integer(
        required=True,
        metadata={"description": "What it changed the balance by: `points`, less what went to or came from arrears"},
    )
