"""Honours: programmes, candidates, decisions, and priorities shown to others (R26)."""

import marshmallow as ma

from contracts import fields
from contracts.claims import CATEGORIES
from gateway.schemas import Schema

KINDS = ("title", "commendation", "service_priority", "recommendation")
SUBJECTS = ("person", "household")


class CriteriaForm(Schema):
    """What it takes, all of it, on the day a list is drawn."""

    least_points = fields.Count(0, 1_000_000, load_default=0, metadata={"description": "Cumulative points"})
    last_rank = fields.Count(1, 1000, load_default=100, metadata={"description": "Among those who live here"})
    category = fields.Choice(*CATEGORIES, load_default=None, allow_none=True)
    from_period = fields.Period(load_default=None, allow_none=True)
    to_period = fields.Period(load_default=None, allow_none=True, metadata={"description": "Included"})
    resident_months = fields.Count(
        0, 1200, load_default=0, metadata={"description": "Whole months lived here without a break"}
    )


class HonourForm(Schema):
    name = fields.Text(60, required=True, example="文明家庭")
    description = fields.Text(1000, least=0, example="邻里和睦，积极参与", load_default="")
    kind = fields.Choice(
        *KINDS, required=True, metadata={"description": "称号, 评优推荐, 公共服务优先, 入党或代表人选推荐"}
    )
    subject_kind = fields.Choice(*SUBJECTS, required=True)
    criteria = fields.Nested(CriteriaForm, required=True)


class Honour(Schema):
    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    description = ma.fields.String(required=True)
    kind = ma.fields.String(required=True, metadata={"enum": list(KINDS)})
    subject_kind = ma.fields.String(required=True, metadata={"enum": list(SUBJECTS)})
    criteria = ma.fields.Nested(CriteriaForm, required=True)
    created_at = ma.fields.String(required=True, metadata={"format": "date-time"})


class CandidateList(Schema):
    """Drawn on a day, by the criteria of that day; never changed."""

    id = ma.fields.String(required=True)
    honour_id = ma.fields.String(required=True)
    day = ma.fields.String(required=True, metadata={"format": "date"})
    drawn_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    drawn_by_id = ma.fields.String(required=True)
    criteria = ma.fields.Nested(CriteriaForm, required=True)
    count = ma.fields.Integer(required=True)


class Candidate(Schema):
    subject_id = ma.fields.String(required=True, metadata={"description": "A person or a household"})
    person_id = ma.fields.String(required=True, metadata={"description": "Of a household its longest member"})
    person_name = ma.fields.String(allow_none=True)
    points = ma.fields.Integer(required=True)
    rank = ma.fields.Integer(required=True)
    months = ma.fields.Integer(required=True)
    reason = ma.fields.String(required=True, metadata={"description": "中文说明"})
    outcome = ma.fields.String(required=True, allow_none=True, metadata={"description": "Once decided"})
    decision_id = ma.fields.String(required=True, allow_none=True)


class Candidates(CandidateList):
    candidates = ma.fields.List(ma.fields.Nested(Candidate), required=True)


class HonourDecisionForm(Schema):
    list_id = fields.Id("cnd", required=True)
    subject_id = fields.Id("per", "hou", required=True)
    outcome = fields.Choice("granted", "declined", required=True)
    reason = fields.Text(1000, required=True, example="邻里公认")
    until = fields.Day(load_default=None, allow_none=True, metadata={"description": "The last day; null: no end"})


class RevocationForm(Schema):
    reason = fields.Text(1000, required=True, example="不再符合条件")


class Vote(Schema):
    by_id = ma.fields.String(required=True)
    at = ma.fields.String(required=True, metadata={"format": "date-time"})
    reason = ma.fields.String(required=True)


class HonourDecision(Schema):
    """`proposed` until as many members as the community's quorum asks grant it; one declines."""

    id = ma.fields.String(required=True)
    honour_id = ma.fields.String(required=True)
    honour_name = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    subject_kind = ma.fields.String(required=True)
    list_id = ma.fields.String(required=True)
    subject_id = ma.fields.String(required=True)
    person_id = ma.fields.String(required=True)
    person_name = ma.fields.String(allow_none=True)
    outcome = ma.fields.String(required=True, metadata={"enum": ["proposed", "granted", "declined"]})
    reason = ma.fields.String(required=True)
    until = ma.fields.String(required=True, allow_none=True, metadata={"format": "date"})
    votes = ma.fields.List(ma.fields.Nested(Vote), required=True, metadata={"description": "Who would grant it"})
    quorum = ma.fields.Integer(required=True, metadata={"description": "How many members it takes"})
    decided_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    decided_by_id = ma.fields.String(required=True)
    revoked_at = ma.fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    revoked_because = ma.fields.String(required=True, allow_none=True)


class PriorityCode(Schema):
    code = ma.fields.String(required=True, metadata={"description": "Good once, for five minutes"})
    qr = ma.fields.String(required=True)
    qr_image = ma.fields.String(required=True, metadata={"description": "The QR code as a data: URI (SVG)"})
    qr_png = ma.fields.String(required=True, metadata={"description": "The same as PNG"})
    expires_at = ma.fields.String(required=True, metadata={"format": "date-time"})


class PriorityForm(Schema):
    code = fields.Text(18, required=True, pattern=r"[0-9]{18}", example="870000000000000000")


class Priority(Schema):
    honour_id = ma.fields.String(required=True)
    honour_name = ma.fields.String(required=True)
    until = ma.fields.String(required=True, allow_none=True, metadata={"format": "date"})


class Priorities(Schema):
    """No points, no rank, no whole name: only what was granted."""

    holder = ma.fields.String(required=True, allow_none=True, metadata={"description": "Masked name: 张*"})
    priorities = ma.fields.List(ma.fields.Nested(Priority), required=True)


class PriorityCheck(Schema):
    merchant_id = ma.fields.String(required=True)
    merchant_name = ma.fields.String(required=True)
    checked_at = ma.fields.String(required=True, metadata={"format": "date-time"})
