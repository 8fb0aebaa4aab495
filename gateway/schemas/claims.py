"""Declarations and what became of them (R8, R15)."""

from typing import Any

import marshmallow as ma

from contracts import fields
from contracts.claims import CATEGORIES
from gateway.paging import Page
from gateway.schemas import Schema
from gateway.schemas.evidence import Evidence

STATUS_TITLES = {
    "submitted": "待初审",
    "returned": "待补正",
    "withdrawn": "已撤回",
    "endorsed": "初审通过",
    "refused": "未通过",
    "approved": "审核通过",
    "published": "公示中",
    "final": "已计入",
}
STATUSES = tuple(STATUS_TITLES)


def _moment(**more: Any) -> ma.fields.String:
    return ma.fields.String(required=True, metadata={"format": "date-time"}, **more)


class DeedForm(Schema):
    """Time, place, cause and proof of a deed."""

    item = fields.Text(
        40, required=True, example="cleanup", metadata={"description": "A code of the rulebook in force on that day"}
    )
    quantity = fields.Count(1, 10_000, load_default=1)
    happened_at = fields.Instant(required=True)
    place = fields.Text(200, required=True, example="三排东头")
    cause = fields.Text(1000, required=True, example="清扫巷道")
    evidence_ids = fields.List(fields.Id("evd"), load_default=list, validate=ma.validate.Length(max=9))


class ClaimForm(DeedForm):
    person_id = fields.Id(
        "per", load_default=None, allow_none=True, metadata={"description": "Who did it, if not yourself (代办)"}
    )


class ClaimQuery(Page):
    status = fields.Choice(*STATUSES, metadata={"description": "Only those that have come so far"})
    period = fields.Period(metadata={"description": "The month of the act"})
    person_id = fields.Id("per", metadata={"description": "Whose deeds"})
    courtyard_id = fields.Id("cty", metadata={"description": "Of those who lived there on the day of the act"})


class ClaimFlag(Schema):
    """Proof that was seen before; a hint, never a refusal (R10)."""

    kind = ma.fields.String(required=True, metadata={"enum": ["same_file", "near_same_picture"]})
    evidence_id = ma.fields.String(required=True)
    seen_in_claim_id = ma.fields.String(required=True)
    seen_as_evidence_id = ma.fields.String(required=True)


class Claim(Schema):
    id = ma.fields.String(required=True)
    status = ma.fields.String(required=True, metadata={"enum": list(STATUSES)})
    person_id = ma.fields.String(required=True)
    person_name = ma.fields.String(allow_none=True)
    household_id = ma.fields.String(required=True, allow_none=True)
    courtyard_id = ma.fields.String(required=True)
    book = ma.fields.String(required=True, metadata={"enum": ["household", "head"]})
    declared_by_id = ma.fields.String(required=True)
    declared_by_name = ma.fields.String(allow_none=True)
    item = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    category = ma.fields.String(required=True, metadata={"enum": list(CATEGORIES)})
    unit = ma.fields.String(required=True)
    quantity = ma.fields.Integer(required=True)
    points = ma.fields.Integer(required=True, metadata={"description": "As declared: score × quantity"})
    awarded_points = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": "As approved and corrected; null until approved"}
    )
    day = ma.fields.String(required=True, metadata={"format": "date"})
    happened_at = _moment()
    place = ma.fields.String(required=True)
    cause = ma.fields.String(required=True)
    evidence_ids = ma.fields.List(ma.fields.String(), required=True)
    system_made = ma.fields.Boolean(required=True)
    rulebook_id = ma.fields.String(required=True)
    rulebook_version = ma.fields.Integer(required=True)
    entry_id = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "On the month's list; null until approved"}
    )
    period = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "The list it is on; null until approved"}
    )
    submitted_at = _moment()
    changed_at = _moment()
    flags = ma.fields.List(ma.fields.Nested(ClaimFlag), metadata={"description": "For those who judge it"})


class EvidenceOrigin(Schema):
    captured_at = ma.fields.String(allow_none=True)
    latitude = ma.fields.Float(allow_none=True)
    longitude = ma.fields.Float(allow_none=True)


class ClaimEvidence(Evidence):
    origin = ma.fields.Nested(
        EvidenceOrigin, allow_none=True, metadata={"description": "What the camera said; for those who judge the claim"}
    )


class TimelineStep(Schema):
    """One step: who, when, why, and what else belongs to it."""

    step = ma.fields.String(
        required=True,
        metadata={
            "enum": [
                "submitted",
                "resubmitted",
                "withdrawn",
                "returned",
                "refused",
                "endorsed",
                "voted",
                "approved",
                "published",
                "objected",
                "objection_ruled",
                "final",
                "corrected",
                "judge_reminded",
                "branch_reminded",
            ]
        },
    )
    at = _moment()
    by_id = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "A person, or `clock` for what the calendar did"}
    )
    by_name = ma.fields.String(allow_none=True)
    reason = ma.fields.String(required=True)
    points = ma.fields.Integer(required=True, allow_none=True)
    rulebook_id = ma.fields.String()
    period = ma.fields.String()
    window_closes_at = ma.fields.String(metadata={"format": "date-time"})
    votes = ma.fields.Integer(metadata={"description": "Members who approve this score by now"})
    quorum = ma.fields.Integer()
    judge_id = ma.fields.String(metadata={"description": "Who was reminded"})
    judge_name = ma.fields.String(allow_none=True)
    upheld = ma.fields.Boolean()
    false_claim = ma.fields.Boolean(metadata={"description": "Refused because it was made up"})


class WholeClaim(Claim):
    """A claim with its proof and every step so far (R15)."""

    evidence = ma.fields.List(ma.fields.Nested(ClaimEvidence), required=True)
    timeline = ma.fields.List(ma.fields.Nested(TimelineStep), required=True)
