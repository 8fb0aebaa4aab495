"""What goes in and out of review over RPC: JSON primitives to domain and back."""

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from contracts.errors import Invalid, NotFound
from services.review.domain.objections import Outcome, Ruling
from services.review.domain.reviews import Verb, Verdict


class _VerdictForm(Schema):
    verb = fields.Enum(Verb, by_value=True, required=True, data_key="decision")
    reason = fields.String(load_default="", validate=validate.Length(max=500))
    points = fields.Integer(load_default=None, allow_none=True)
    false_claim = fields.Boolean(load_default=False)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Verdict:
        return Verdict(**data)


class _RulingForm(Schema):
    outcome = fields.Enum(Outcome, by_value=True, required=True, validate=validate.NoneOf([Outcome.OPEN]))
    reason = fields.String(required=True, validate=validate.Length(max=500))
    points = fields.Integer(load_default=None, allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Ruling:
        return Ruling(**data)


class _DeedOut(Schema):
    id = fields.String()
    origin = fields.String()
    source_id = fields.String(attribute="source")
    book = fields.String()
    person_id = fields.String(attribute="person")
    household_id = fields.String(attribute="household")
    courtyard_id = fields.String(attribute="courtyard")
    day = fields.Date()
    item = fields.String()
    category = fields.String()
    points = fields.Integer()


class ReviewOut(_DeedOut):
    period = fields.String(attribute="month")
    stage = fields.String()
    level = fields.String()
    flagged = fields.Boolean()
    system_made = fields.Boolean()
    endorsed_by_id = fields.String(attribute="endorsed_by")
    opened_at = fields.AwareDateTime()
    changed_at = fields.AwareDateTime()


class DecisionOut(Schema):
    id = fields.String()
    stage = fields.String()
    judge_id = fields.String(attribute="judge")
    decision = fields.String(attribute="verb")
    reason = fields.String()
    points_before = fields.Integer()
    points = fields.Integer()
    at = fields.AwareDateTime()


class PublicationOut(Schema):
    id = fields.String()
    community_id = fields.String(attribute="community")
    period = fields.String()
    state = fields.String()
    entries = fields.Integer()
    points = fields.Integer()
    masked = fields.Boolean()
    published_at = fields.AwareDateTime()
    window_closes_at = fields.AwareDateTime()
    settled_at = fields.AwareDateTime()
    ledger_root = fields.String()
    ledger_block = fields.Integer()


class PublicObjectionOut(Schema):
    """What the public record says of an objection: how it was ruled and why, not who raised it."""

    id = fields.String()
    outcome = fields.String()
    raised_at = fields.AwareDateTime()
    ruled_at = fields.AwareDateTime()
    ruling_reason = fields.String()


class ObjectionOut(PublicObjectionOut):
    entry_id = fields.String(attribute="entry")
    review_id = fields.String(attribute="review")
    publication_id = fields.String(attribute="publication")
    objector_id = fields.String(attribute="objector")
    reason = fields.String()
    ruled_by_id = fields.String(attribute="ruled_by")


class CorrectionOut(Schema):
    id = fields.String()
    entry_id = fields.String(attribute="entry")
    points = fields.Integer()
    corrected_to = fields.Integer()
    reason = fields.String()
    objection_id = fields.String(attribute="objection")
    at = fields.AwareDateTime()


class EntryOut(_DeedOut):
    """An entry on a published list."""

    state = fields.String()


class PeriodOut(Schema):
    period = fields.String()
    state = fields.String()
    publication_id = fields.String(attribute="publication.id", dump_default=None)
    window_closes_at = fields.AwareDateTime(attribute="publication.window_closes_at", dump_default=None)
    published_at = fields.AwareDateTime(attribute="publication.published_at", dump_default=None)
    settled_at = fields.AwareDateTime(attribute="publication.settled_at", dump_default=None)
    entries = fields.Integer()
    points = fields.Integer()
    frozen = fields.Integer()
    final_entries = fields.Integer()
    final_points = fields.Integer()
    corrections = fields.Integer()


_VERDICT, _RULING = _VerdictForm(unknown="exclude"), _RulingForm()


def verdict(form: dict[str, Any]) -> Verdict:
    """What a judge says, as `{"decision", "reason", "points"}`."""
    loaded: Verdict = _load(_VERDICT, form)
    return loaded


def ruling(form: dict[str, Any]) -> Ruling:
    """What the branch finds, as `{"outcome", "reason", "points"}`."""
    loaded: Ruling = _load(_RULING, form)
    return loaded


def period(text: str) -> str:
    """A month as `2026-11`; `NotFound` for what is none."""
    if not re.fullmatch(r"[12]\d{3}-(0[1-9]|1[0-2])", text, re.ASCII):
        raise NotFound("没有这个月份")
    return text


def position(cursor: str | None) -> int:
    """Where in a published list the page before ended."""
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
        raise Invalid(errors=[{"pointer": "/cursor", "detail": "不是有效的游标"}])
    return int(cursor)


def _load(schema: Schema, form: dict[str, Any]) -> Any:
    try:
        return schema.load(form)
    except ValidationError as wrong:
        messages = wrong.normalized_messages()
        raise Invalid(errors=[{"pointer": f"/{name}", "detail": str(messages[name])} for name in messages]) from wrong
