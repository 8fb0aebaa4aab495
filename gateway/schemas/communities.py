"""Communities and what they chose (R1)."""

import marshmallow as ma

from contracts import fields
from gateway.schemas import Schema
from gateway.schemas.sessions import MOBILE


class FirstPerson(Schema):
    """The committee's first person, who then registers everybody else."""

    name = fields.Text(50, required=True, example="李书记")
    phone = fields.Text(11, pattern=MOBILE, required=True, example="13800000001")
    password = fields.Text(128, least=8, example="correct-horse", load_only=True)


class CommunityForm(Schema):
    name = fields.Text(100, required=True, example="昌宁社区")
    district = fields.Text(100, example="离石区", load_default=None, allow_none=True)
    committee = fields.Nested(FirstPerson, required=True)


class Community(Schema):
    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    district = ma.fields.String(required=True, allow_none=True)


class FoundedCommunity(Community):
    committee_person_id = ma.fields.String(required=True)


class Settings(Schema):
    """The community's policy. A PUT replaces it as a whole: what it leaves out takes its default."""

    objection_window_days = fields.Number(0, 90, metadata={"description": "R16; fractions of a day allowed"})
    late_declaration_days = fields.Count(0, 366, metadata={"description": "R8"})
    suspend_after_false_claims = fields.Count(
        0, 100, metadata={"description": "R8: refused as false, until declaring is suspended; 0 is never"}
    )
    suspension_days = fields.Count(1, 366, metadata={"description": "R8: for how long"})
    deductions = fields.Boolean(truthy={True}, falsy={False}, metadata={"description": "R7"})
    mask_names = fields.Boolean(truthy={True}, falsy={False}, metadata={"description": "R14: 张* in public"})
    inspection_rank_points = fields.List(
        fields.List(fields.Count(0, 100_000), validate=ma.validate.Length(equal=2)),
        validate=ma.validate.Length(max=100),
        metadata={"description": "R19: [last rank, points], ranks ascending", "example": [[10, 10], [30, 5], [60, 2]]},
    )
    inspection_red_places = fields.Count(0, 1000, metadata={"description": "R19: places on a round's red list"})
    inspection_black_places = fields.Count(0, 1000, metadata={"description": "R19: last places on its black list"})
    declarer_may_review = fields.Boolean(
        truthy={True}, falsy={False}, metadata={"description": "R12: if not, what he declared goes one level up"}
    )
    approval_quorum = fields.Count(1, 50, metadata={"description": "R13"})
    calendar = fields.Boolean(
        truthy={True}, falsy={False}, metadata={"description": "R14, R17: the clock publishes and settles each month"}
    )
    cut_off_day = fields.Count(
        1, 27, metadata={"description": "R13: day of the next month; what is approved after it goes on the next list"}
    )
    publication_day = fields.Count(
        2, 28, metadata={"description": "R14: day of the next month on which the list is published; after the cut-off"}
    )
    reminder_days = fields.Count(1, 90, metadata={"description": "R12: a first review that waits longer is overdue"})
    ruling_days = fields.Count(1, 90, metadata={"description": "R16: an objection that waits longer is overdue"})
    expiry = fields.Text(
        10,
        pattern=r"none|year_end|[1-9]\d?|1[01]\d|120",
        example="year_end",
        metadata={"description": "R24: none, year_end, or months"},
    )
    voucher_days = fields.Count(1, 366, metadata={"description": "R25"})
    voucher_reminder_days = fields.Count(
        0, 366, metadata={"description": "R25: days before a voucher lapses, never in the first half of its life"}
    )
    card_daily_points = fields.Count(0, 1_000_000, metadata={"description": "R25: by printed card, per household"})
    point_value_fen = fields.Count(1, 1_000_000, metadata={"description": "What a point is worth, in fen"})
