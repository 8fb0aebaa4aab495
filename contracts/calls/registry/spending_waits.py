"""Waits before somebody who newly got a say over a household's points spends them (R6)."""

from typing import Annotated, Literal, Protocol, TypedDict, get_args

from contracts import fields
from contracts.paging import PageQuery
from contracts.registry import SpendingWaitCause, SpendingWaitState
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Doc, Instant

ShownState = Literal[SpendingWaitState, "passed"]
SHOWN_STATES: tuple[str, ...] = (*get_args(SpendingWaitState), "passed")


class SpendingWait(TypedDict):
    """Who does not spend a household's points yet, why, and who decided on it."""

    id: str
    cause: SpendingWaitCause
    state: Annotated[
        ShownState,
        fields.Choice(*SHOWN_STATES),
        Doc("`open`: they wait; `passed`: nobody answered in time, and they spend"),
    ]
    person_id: str
    household_id: str
    recorded_by_id: Annotated[str, Doc("Who registered or moved them")]
    recorded_at: Instant
    spends_from: Annotated[Instant | None, Doc("When they spend if nobody agrees or refuses")]
    asks_me: Annotated[bool, Doc("The caller can agree or refuse")]
    on_paper: Annotated[bool, Doc("Nobody of the household can answer in the app: tell them")]
    decided_by_id: str | None
    decided_at: Instant | None
    reason: str
    ruled_by_id: str | None
    ruled_at: Instant | None
    ruling_reason: str


class SpendingWaitQuery(PageQuery):
    state: Annotated[
        ShownState | None,
        fields.Choice(*SHOWN_STATES, load_default=None),
        Doc("Only waits in this state"),
    ]


class SpendingRefusalForm(TypedDict):
    reason: Annotated[str, fields.Text(200, example="我们家没有这个人", load_default="")]


class SpendingRulingForm(TypedDict):
    allow: Annotated[bool, fields.Boolean(truthy={True}, falsy={False}), Doc("Whether the person spends from now on")]
    reason: Annotated[str, fields.Text(500, example="已上门核实，系房东之子")]


class WaitingSpendingWaits(TypedDict):
    """How many waits the caller can answer, how many their office can rule on, and whether their new card waits."""

    to_decide: int
    to_rule: int
    cards_to_activate: Annotated[int, Doc("1 if the card of the caller's own household waits for them")]


class SpendingWaitsApi(Protocol):
    """Calls about spending waits."""

    @query
    def list_own_spending_waits(
        self, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[SpendingWait]:
        """Return the caller's waits and those the caller is asked about, newest first."""

    @query
    def list_spending_waits(
        self,
        *,
        actor: Caller,
        state: ShownState | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[SpendingWait]:
        """Return the waits over points of the households that the caller may see, newest first."""

    @query
    def count_spending_waits(self, *, actor: Caller) -> WaitingSpendingWaits:
        """Return how many wait for the caller."""

    @command
    def agree_to_spending(self, *, actor: Caller, wait_id: str) -> SpendingWait:
        """Let the person spend at once. Raises NotFound, Recused, AlreadyDecided, WrongState when the time is over."""

    @command
    def refuse_spending(self, *, actor: Caller, wait_id: str, reason: str = "") -> SpendingWait:
        """Stop the person until an office rules. Raises what `agree_to_spending` raises."""

    @command
    def rule_on_spending(self, *, actor: Caller, wait_id: str, allow: bool, reason: str) -> SpendingWait:
        """Rule on what a household refused.

        Raises NotFound, RoleMissing, Recused, ReasonRequired, AlreadyDecided, WrongState.
        """
