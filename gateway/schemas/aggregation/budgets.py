"""The budget view with the titles that the gateway adds."""

from typing import Annotated, Literal, TypedDict

from contracts import fields
from contracts.calls import aggregation as calls
from contracts.schema import Doc


class BudgetQuery(TypedDict):
    rulebook_id: Annotated[
        str | None, fields.Id("rbk", load_default=None), Doc("A draft, to be applied to the acts of `period`")
    ]
    period: Annotated[str | None, fields.Period(load_default=None), Doc("For the draft; by default last month")]


class DraftItem(calls.CountedAgain):
    item_title: str | None


class WaitingActs(TypedDict):
    """Acts of the month that are not final yet, with their points as declared or approved; in no other figure."""

    entries: int
    points: int
    drafted_points: int


class UnseenItem(TypedDict):
    """An item under which the draft might pay for acts that nobody declared; they are not in the figures."""

    item: str
    item_title: str
    reason: Literal["new_item", "admits_more"]
    detail: Annotated[str, Doc(example="当月细则没有此项目，无人申报，无法知道会有多少")]


class BudgetDraft(calls.DraftFigures):
    items: list[DraftItem]
    waiting: WaitingActs
    unseen: list[UnseenItem]


class Budget(calls.BudgetFigures):
    draft: BudgetDraft | None
