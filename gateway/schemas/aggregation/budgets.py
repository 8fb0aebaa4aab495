"""The budget view with the titles that the gateway adds."""

from typing import Annotated, Literal, TypedDict

from contracts import fields
from contracts.calls import aggregation as calls
from contracts.schema import Doc, Month


class BudgetQuery(TypedDict):
    rulebook_id: Annotated[
        str | None, fields.Id("rbk", load_default=None), Doc("A draft, to be applied to the acts of `period`")
    ]
    period: Annotated[str | None, fields.Period(load_default=None), Doc("For the draft; by default last month")]


class DraftItem(TypedDict):
    """An item's final entries of the month, and the same acts counted again under the draft's lines and caps."""

    item: str | None
    item_title: str | None
    entries: int
    points: int
    quantity: Annotated[int | None, Doc("Units declared; null for what no rulebook scores")]
    in_force: Annotated[int | None, Doc("Its score then; null for what no rulebook scores")]
    drafted: Annotated[int | None, Doc("null: no longer an item")]
    drafted_entries: Annotated[int, Doc("Those of which the draft counts at least a part")]
    drafted_quantity: Annotated[int | None, Doc("The units for which its caps leave room")]
    drafted_points: Annotated[int, Doc("Adjusted by reviewers and corrections in the same proportion")]
    newly_counted: Annotated[
        int, Doc("Of `drafted_entries`: acts the platform recorded and the rules then did not count")
    ]


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


class BudgetDraft(TypedDict):
    """What the month's known acts would have cost under the draft; `unseen` lists items whose acts cannot be known."""

    rulebook_id: str
    period: Month
    points: int
    drafted_points: int
    difference: int
    difference_fen: int
    items: list[DraftItem]
    waiting: WaitingActs
    unseen: list[UnseenItem]


class Budget(calls.Balances):
    """Where the community's points are now, their cost at its rate, and a forecast."""

    period: Month
    point_value_fen: Annotated[int, Doc("*policy*")]
    outstanding_fen: int
    pending: Annotated[int, Doc("Approved, not final yet")]
    months: Annotated[list[calls.BudgetMonth], Doc("The last twelve")]
    forecast: Annotated[calls.Forecast | None, Doc("null before the first whole month")]
    draft: BudgetDraft | None
