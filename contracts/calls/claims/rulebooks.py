"""Rulebooks, their items and caps, and what a draft would have cost (R7)."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

import marshmallow as ma

from contracts import fields
from contracts.claims import CATEGORIES, Category
from contracts.schema import Day, Doc, Instant, Month, Schema, schema_of


class RuleCap(TypedDict):
    """At most so many points, or so many times the unit, in a span of time, of a person or a household."""

    points: NotRequired[Annotated[int, fields.Count(1, 1_000_000)]]
    times: NotRequired[Annotated[int, fields.Count(1, 1_000_000)]]
    per: Annotated[Literal["day", "week", "month", "year"], fields.Choice("day", "week", "month", "year")]
    of: Annotated[Literal["person", "household"], fields.Choice("person", "household", load_default="person")]


class RuleCapSchema(Schema):
    """Requires exactly one of `points` and `times`."""

    @ma.validates_schema(skip_on_field_errors=True)
    def one_kind(self, data: dict[str, Any], **_: Any) -> None:
        if ("points" in data) is ("times" in data):
            raise ma.ValidationError("上限须为 points 或 times 之一")


schema_of(RuleCap, base=RuleCapSchema)


class RuleItem(TypedDict):
    code: Annotated[str, fields.Text(40, example="cleanup")]
    category: Annotated[Category, fields.Choice(*CATEGORIES)]
    title: Annotated[str, fields.Text(60, example="参加环境卫生整治")]
    score: Annotated[int, fields.Count(-1000, 1000), Doc("Points per unit; negative for a deduction")]
    unit: Annotated[str, fields.Text(10, example="次", load_default="次")]
    max_quantity: Annotated[int, fields.Count(1, 1000, load_default=1), Doc("Units that one claim may have")]
    claimable_by: Annotated[
        Literal["resident", "head", "both"], fields.Choice("resident", "head", "both", load_default="both")
    ]
    evidence_required: Annotated[bool, fields.Boolean(load_default=True)]
    deduction: Annotated[bool, fields.Boolean(load_default=False)]
    system: Annotated[bool, fields.Boolean(load_default=False), Doc("Only for acts that the platform records (R11)")]
    public: Annotated[
        bool,
        fields.Boolean(load_default=True),
        Doc("R14: false for sensitive deeds: counted, checked by working group and branch, listed without name"),
    ]
    caps: Annotated[
        list[RuleCap],
        fields.ListOf(RuleCap, most=8, load_default=list),
        Doc(example=[{"times": 1, "per": "day", "of": "person"}]),
    ]
    active: Annotated[bool, fields.Boolean(load_default=True)]


class RulebookForm(TypedDict):
    title: Annotated[str, fields.Text(100, example="积分细则", load_default="积分细则")]
    items: Annotated[list[RuleItem], fields.ListOf(RuleItem, 1, 500)]


class AdoptionForm(TypedDict):
    effective_from: Annotated[str, fields.Day()]


class RulebookHead(TypedDict):
    """A rulebook without its items."""

    id: str
    version: int
    title: str
    status: Literal["draft", "adopted", "discarded"]
    effective_from: Day | None
    created_by_id: str
    created_at: Instant
    adopted_by_id: str | None
    adopted_at: Instant | None


class Rulebook(RulebookHead):
    items: list[RuleItem]


class CostedItem(TypedDict):
    """The final acts of a month on one item as they counted, and as they would count under a draft."""

    item: str
    title: str
    in_force: int | None
    drafted: int | None
    quantity: int
    drafted_entries: int
    drafted_quantity: int
    drafted_points: int
    newly_counted: int


class WaitingCost(TypedDict):
    """Acts of the month that are not final yet."""

    entries: int
    points: int
    drafted_points: int


class UncountableItem(TypedDict):
    """An item of the draft under which acts might count that nobody declared."""

    item: str
    title: str
    reason: Literal["new_item", "admits_more"]
    detail: str


class Costing(TypedDict):
    """A month under a draft rulebook."""

    rulebook_id: str
    period: Month
    items: list[CostedItem]
    waiting: WaitingCost
    unseen: list[UncountableItem]
