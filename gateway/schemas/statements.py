"""Monthly statements of a passbook (R23)."""

import marshmallow as ma

from contracts import fields
from gateway.paging import Page
from gateway.schemas import Schema
from gateway.schemas.passbooks import PassbookLine, PassbookOwner


class StatementQuery(Page):
    format = fields.Choice("json", "pdf", load_default="json", metadata={"description": "pdf has all lines"})


class PassbookStatement(Schema):
    """A month: opening + credited + reversed − spent + refunded − expired + merged + arrears = closing."""

    period = ma.fields.String(
        required=True, metadata={"example": "2026-11", "description": "Of the posting, not of the deed"}
    )
    opening = ma.fields.Integer(required=True)
    credited = ma.fields.Integer(required=True)
    reversed = ma.fields.Integer(required=True, metadata={"description": "Corrections; mostly negative"})
    spent = ma.fields.Integer(required=True)
    refunded = ma.fields.Integer(required=True)
    expired = ma.fields.Integer(required=True)
    merged = ma.fields.Integer(
        required=True, metadata={"description": "What a merged household brought; negative where this one merged"}
    )
    arrears = ma.fields.Integer(
        required=True, metadata={"description": "What a correction could not take; negative where it was repaid"}
    )
    closing = ma.fields.Integer(required=True, metadata={"description": "`posted` of the passbook as of the last day"})
    lines = ma.fields.Integer(required=True)
    ended = ma.fields.Boolean(required=True, metadata={"description": "The month is over: it changes no more"})


class PassbookStatementWithLines(PassbookStatement):
    """A month with a page of its lines, oldest first."""

    account_id = ma.fields.String(required=True)
    owners = ma.fields.List(ma.fields.Nested(PassbookOwner), required=True)
    data = ma.fields.List(ma.fields.Nested(PassbookLine), required=True)
    has_more = ma.fields.Boolean(required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)
