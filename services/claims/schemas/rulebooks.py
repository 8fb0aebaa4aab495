"""Rulebooks with their items and caps, and what a draft would have cost."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, cast

from marshmallow import fields, post_load, validate

from contracts import fields as texts
from contracts.calls import claims as calls
from contracts.calls.claims.rulebooks import CostedItem, RuleCapSchema
from contracts.instants import instant
from contracts.schema import Schema
from contracts.validation import load_with
from services.claims.domain.caps import Cap, Counts
from services.claims.domain.costing import Costing
from services.claims.domain.rulebooks import Item, Rulebook


class _CapSchema(RuleCapSchema):
    points = fields.Integer(validate=validate.Range(1, 1_000_000))
    times = fields.Integer(validate=validate.Range(1, 1_000_000))
    per = fields.String(required=True, validate=validate.OneOf(["day", "week", "month", "year"]))
    of = fields.String(load_default="person", validate=validate.OneOf(["person", "household"]))

    @post_load
    def to_cap(self, data: dict[str, Any], **_: Any) -> Cap:
        counts: Counts = "points" if "points" in data else "times"
        return Cap(counts=counts, limit=data[counts], per=data["per"], of=data["of"])


class _ItemSchema(Schema):
    """An item as a spreadsheet may have it: `Rulebook.draft` finds what is wrong with codes, categories and limits."""

    code = fields.String(required=True)
    category = fields.String(required=True)
    title = texts.Text(60, required=True)
    score = fields.Integer(required=True, validate=validate.Range(-1000, 1000))
    unit = texts.Text(10, load_default="次")
    max_quantity = fields.Integer(load_default=1, validate=validate.Range(0, 1000))
    claimable_by = fields.String(load_default="both", validate=validate.OneOf(["resident", "head", "both"]))
    evidence_required = fields.Boolean(load_default=True)
    deduction = fields.Boolean(load_default=False)
    system = fields.Boolean(load_default=False)
    public = fields.Boolean(load_default=True)
    caps = fields.List(fields.Nested(_CapSchema), load_default=list, validate=validate.Length(max=8))
    active = fields.Boolean(load_default=True)

    @post_load
    def to_item(self, data: dict[str, Any], **_: Any) -> Item:
        return Item(**data | {"caps": tuple(data["caps"])})


_UNCOUNTABLE = {
    "new_item": "当月细则没有此项目，无人申报，无法知道会有多少",
    "admits_more": "草案放宽了此项目的条件或上限；当月因此未申报或未受理的行为没有留存，无法知道有多少",
}


def items_of(form: Sequence[calls.RuleItem]) -> list[Item]:
    """Return the items that a form describes, with their defaults. Raises `Invalid` with pointers under /items."""
    return cast(list[Item], load_with(_ItemSchema(many=True), form, under="/items"))


def rulebook(found: Rulebook) -> calls.Rulebook:
    """Return a rulebook with its items."""
    return {**rulebook_head(found), "items": [_item(item) for item in found.items]}


def rulebook_head(found: Rulebook) -> calls.RulebookHead:
    """Return a rulebook without its items, for lists."""
    return {
        "id": found.id,
        "version": found.version,
        "title": found.title,
        "status": found.status,
        "effective_from": found.effective_from.isoformat() if found.effective_from else None,
        "created_by_id": found.created_by,
        "created_at": instant(found.created_at),
        "adopted_by_id": found.adopted_by,
        "adopted_at": instant(found.adopted_at) if found.adopted_at else None,
    }


def costing(found: Costing, period: str) -> calls.Costing:
    """Return a month under a draft, by item."""
    items = sorted(found.items.values(), key=lambda cost: cost.item)
    return {
        "rulebook_id": found.draft.id,
        "period": period,
        "items": [cast(CostedItem, asdict(cost)) for cost in items],
        "waiting": cast(calls.WaitingCost, asdict(found.waiting)),
        "unseen": [
            {"item": each.item, "title": each.title, "reason": each.reason, "detail": _UNCOUNTABLE[each.reason]}
            for each in found.uncountable_items()
        ],
    }


def _item(item: Item) -> calls.RuleItem:
    caps = [cast(calls.RuleCap, {cap.counts: cap.limit, "per": cap.per, "of": cap.of}) for cap in item.caps]
    return cast(calls.RuleItem, {**vars(item), "caps": caps})
