"""The budget: points issued, redeemed and forecast."""

from typing import Annotated, Protocol, TypedDict

from contracts.calls.aggregation.ledgers import Balances
from contracts.calls.claims import Costing, UncountableItem, WaitingCost
from contracts.rpc import Caller, query
from contracts.schema import Doc, Month


class BudgetMonth(TypedDict):
    """By the month of posting."""

    period: Month
    issued: Annotated[int, Doc("Net of corrections")]
    redeemed: Annotated[int, Doc("Net of refunds")]
    expired: int
    net: Annotated[int, Doc("issued − redeemed − expired")]


class ForecastMonth(TypedDict):
    period: Month
    outstanding: Annotated[int, Doc("At the month's end")]
    outstanding_fen: int


class Forecast(TypedDict):
    """Each month to come adds the mean net issue of the `basis`: the last whole months, three at most."""

    basis: list[str]
    net_issue: int
    months: list[ForecastMonth]


class CountedAgain(TypedDict):
    """An item's final entries of the month, and the same acts counted again under the draft's lines and caps."""

    item: str | None
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


class DraftItem(CountedAgain):
    title: str | None


class DraftFigures(TypedDict):
    """What the month's known acts would have cost under the draft; `unseen` lists items whose acts cannot be known."""

    rulebook_id: str
    period: Month
    points: int
    drafted_points: int
    difference: int
    difference_fen: int


class BudgetDraft(DraftFigures):
    items: list[DraftItem]
    waiting: WaitingCost
    unseen: list[UncountableItem]


class BudgetFigures(Balances):
    """Where the community's points are now, their cost at its rate, and a forecast."""

    period: Month
    point_value_fen: Annotated[int, Doc("*policy*")]
    outstanding_fen: int
    pending: Annotated[int, Doc("Approved, not final yet")]
    months: Annotated[list[BudgetMonth], Doc("The last twelve")]
    forecast: Annotated[Forecast | None, Doc("null before the first whole month")]


class Budget(BudgetFigures):
    draft: BudgetDraft | None


class BudgetsApi(Protocol):
    """Calls about budgets."""

    @query
    def get_budget(self, *, actor: Caller, draft: Costing | None = None) -> Budget:
        """Return the outstanding points and their cost, and a month under a draft as claims costed it.

        Raises RoleMissing.
        """
