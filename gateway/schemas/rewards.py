"""What points can be spent on (R25)."""

import marshmallow as ma
from flask_smorest.fields import Upload

from contracts import fields
from gateway.paging import Page
from gateway.schemas import Schema

KINDS = ("goods", "coupon", "discount", "priority")


class RewardForm(Schema):
    """The terms of an offer. A PUT replaces them all; orders already placed keep theirs."""

    kind = fields.Choice(*KINDS, required=True, metadata={"description": "商品, 优惠券, 打折卡, 优先享受社区福利"})
    name = fields.Text(60, required=True, example="大米 5 kg")
    description = fields.Text(1000, least=0, example="每袋 5 公斤", load_default="")
    points = fields.Count(1, 100_000, required=True, metadata={"description": "Price of one"})
    stock = fields.Count(
        0,
        1_000_000,
        load_default=None,
        allow_none=True,
        metadata={"description": "All there ever were, sold included; for a reward that gives codes their number"},
    )
    gives = fields.Choice(
        "voucher",
        "codes",
        load_default="voucher",
        metadata={"description": "Our voucher, or a merchant's own codes (coupon and discount only; see …/codes)"},
    )
    starts_on = fields.Day(load_default=None, allow_none=True)
    ends_on = fields.Day(load_default=None, allow_none=True, metadata={"description": "The last day"})
    limit_per_household = fields.Count(1, 10_000, load_default=None, allow_none=True)
    limit_per_person = fields.Count(1, 10_000, load_default=None, allow_none=True)
    merchant_ids = fields.List(
        fields.Id("mer"),
        load_default=[],
        validate=ma.validate.Length(max=100),
        metadata={"description": "Where it is honoured; empty: at every partner merchant"},
    )
    listed = fields.Boolean(load_default=True, truthy={True}, falsy={False})


class Reward(Schema):
    id = ma.fields.String(required=True)
    kind = ma.fields.String(required=True, metadata={"enum": list(KINDS)})
    name = ma.fields.String(required=True)
    description = ma.fields.String(required=True)
    points = ma.fields.Integer(required=True)
    stock = ma.fields.Integer(required=True)
    reserved = ma.fields.Integer(required=True, metadata={"description": "Ordered, not yet honoured"})
    sold = ma.fields.Integer(required=True, metadata={"description": "Honoured"})
    left = ma.fields.Integer(required=True, metadata={"description": "Can still be ordered"})
    starts_on = ma.fields.String(required=True, allow_none=True, metadata={"format": "date"})
    ends_on = ma.fields.String(required=True, allow_none=True, metadata={"format": "date"})
    limit_per_household = ma.fields.Integer(required=True, allow_none=True)
    limit_per_person = ma.fields.Integer(required=True, allow_none=True)
    gives = ma.fields.String(required=True, metadata={"enum": ["voucher", "codes"]})
    picture_url = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "A path on this host; open to everybody"}
    )
    merchant_ids = ma.fields.List(ma.fields.String(), required=True)
    listed = ma.fields.Boolean(required=True)


class CodesForm(Schema):
    codes = fields.List(
        fields.Text(64, least=4, pattern=r"[!-~]+", example="LF-0001"),
        required=True,
        validate=ma.validate.Length(min=1, max=1000),
        metadata={"description": "As the merchant's own system knows them; each is issued once"},
    )


class PictureForm(Schema):
    file = Upload(required=True, metadata={"description": "JPEG, PNG, WebP or HEIC, at most 10 MB"})


class RewardQuery(Page):
    all = ma.fields.Boolean(
        load_default=False, metadata={"description": "Also what is not on offer; for those who keep the shelf"}
    )
