"""Months, published lists, objections and corrections (R14–R17)."""

import marshmallow as ma

from contracts import fields
from gateway.paging import Page, page_of
from gateway.schemas import Schema
from gateway.schemas.reviews import Deed

_INSTANT = {"format": "date-time"}


class Period(Schema):
    """How far a month is."""

    period = ma.fields.String(required=True, metadata={"example": "2026-11"})
    state = ma.fields.String(
        required=True, metadata={"enum": ["open", "publishing", "published", "settling", "settled"]}
    )
    publication_id = ma.fields.String(required=True, allow_none=True)
    published_at = ma.fields.String(required=True, allow_none=True, metadata=_INSTANT)
    window_closes_at = ma.fields.String(required=True, allow_none=True, metadata=_INSTANT)
    settled_at = ma.fields.String(required=True, allow_none=True, metadata=_INSTANT)
    entries = ma.fields.Integer(required=True)
    points = ma.fields.Integer(required=True, metadata={"description": "As approved"})
    frozen = ma.fields.Integer(required=True, metadata={"description": "Entries under objection"})
    final_entries = ma.fields.Integer(required=True)
    final_points = ma.fields.Integer(
        required=True, metadata={"description": "Of final entries with their corrections: what the ledger credits"}
    )
    corrections = ma.fields.Integer(required=True)


class Publication(Schema):
    id = ma.fields.String(required=True)
    community_id = ma.fields.String(required=True)
    period = ma.fields.String(required=True, metadata={"example": "2026-11"})
    state = ma.fields.String(
        required=True,
        metadata={
            "enum": ["publishing", "published", "settling", "settled"],
            "description": "`publishing`: the month is closed, and its list public as soon as it is complete",
        },
    )
    entries = ma.fields.Integer(required=True)
    points = ma.fields.Integer(required=True, metadata={"description": "As published"})
    masked = ma.fields.Boolean(required=True, metadata={"description": "Names show as 张*"})
    published_at = ma.fields.String(
        required=True, allow_none=True, metadata=_INSTANT | {"description": "None while `publishing`"}
    )
    window_closes_at = ma.fields.String(required=True, allow_none=True, metadata=_INSTANT)
    settled_at = ma.fields.String(required=True, allow_none=True, metadata=_INSTANT)
    ledger_root = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "`hash` of the ledger's newest block then: it stands for every transfer before"},
    )
    ledger_block = ma.fields.Integer(required=True, allow_none=True, metadata={"description": "That block's number"})


class PublicationQuery(Page):
    community_id = fields.Id("com", required=True, metadata={"description": "Whose lists"})


class PublicObjection(Schema):
    """How an objection was ruled and why; not who raised it."""

    id = ma.fields.String(required=True)
    outcome = ma.fields.String(required=True, metadata={"enum": ["open", "upheld", "dismissed"]})
    raised_at = ma.fields.String(required=True, metadata=_INSTANT)
    ruled_at = ma.fields.String(required=True, allow_none=True, metadata=_INSTANT)
    ruling_reason = ma.fields.String(required=True, allow_none=True)


class Correction(Schema):
    """A difference that stands beside an entry."""

    id = ma.fields.String(required=True)
    entry_id = ma.fields.String(required=True)
    points = ma.fields.Integer(required=True, metadata={"description": "What it changes"})
    corrected_to = ma.fields.Integer(required=True, metadata={"description": "What the entry is worth with it"})
    reason = ma.fields.String(required=True)
    objection_id = ma.fields.String(required=True, allow_none=True)
    at = ma.fields.String(required=True, metadata=_INSTANT)


class PublishedEntry(Deed):
    """An entry as it was published, with what it has become."""

    position = ma.fields.Integer(required=True)
    person_name = ma.fields.String(required=True, allow_none=True)
    courtyard_number = ma.fields.Integer(required=True, allow_none=True)
    item_title = ma.fields.String(required=True)
    state = ma.fields.String(required=True, metadata={"enum": ["published", "frozen", "final"]})
    current_points = ma.fields.Integer(required=True, metadata={"description": "With corrections"})
    objections = ma.fields.List(ma.fields.Nested(PublicObjection), required=True)
    corrections = ma.fields.List(ma.fields.Nested(Correction), required=True)


class PublishedList(Publication, page_of(PublishedEntry)):
    """A publication with a page of its entries."""


class ListQuery(Page):
    courtyard_id = fields.Id(
        "cty", load_default=None, metadata={"description": "Only this courtyard's lines, as for its own notice board"}
    )
    part = ma.fields.Integer(
        load_default=None,
        validate=ma.validate.Range(1, 100_000),
        metadata={"description": "For pdf: the first, second … thousand lines, as a paper of its own"},
    )
    format = fields.Choice(
        "json",
        "pdf",
        "xlsx",
        load_default=None,
        metadata={
            "description": "xlsx is the whole list, pdf up to 4,000 lines of it (longer ones take `part` or"
            " `courtyard_id`); without it by the Accept header"
        },
    )


class ObjectionForm(Schema):
    entry_id = fields.Id("ent", required=True)
    reason = fields.Text(500, required=True, example="他那天不在")


class ObjectionQuery(Page):
    state = fields.Choice(
        "open",
        "upheld",
        "dismissed",
        load_default=None,
        allow_none=True,
        metadata={"description": "Only those that stand so"},
    )
    overdue = fields.Choice("true", load_default=None, metadata={"description": "Open for longer than `ruling_days`"})


class Objection(PublicObjection):
    entry_id = ma.fields.String(required=True)
    review_id = ma.fields.String(required=True, metadata={"description": "The case, for those who may see it"})
    publication_id = ma.fields.String(required=True)
    objector_id = ma.fields.String(required=True)
    objector_name = ma.fields.String(allow_none=True)
    reason = ma.fields.String(required=True)
    due_at = ma.fields.String(required=True, metadata=_INSTANT | {"description": "Until then the branch is to rule"})
    overdue = ma.fields.Boolean(required=True)
    ruled_by_id = ma.fields.String(required=True, allow_none=True)
    ruled_by_name = ma.fields.String(allow_none=True)


class RulingForm(Schema):
    outcome = fields.Choice("upheld", "dismissed", required=True)
    reason = fields.Text(500, required=True, example="确实只到了一半")
    points = fields.Count(
        -100_000,
        100_000,
        load_default=None,
        allow_none=True,
        metadata={"description": "What an upheld entry should be worth; needed then, and only then"},
    )


class CorrectionForm(Schema):
    entry_id = fields.Id("ent", required=True)
    points = fields.Count(-100_000, 100_000, required=True, metadata={"description": "What the entry should be worth"})
    reason = fields.Text(500, required=True, example="复核签到表")
