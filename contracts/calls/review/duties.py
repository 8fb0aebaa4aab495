"""The record of decisions by offices, and who gained by whose (R4, R15)."""

from typing import Annotated, Any, Protocol, TypedDict, get_args

from contracts import fields
from contracts.paging import Limit, PageQuery
from contracts.review import OfficeDecisionKind
from contracts.rpc import Caller, Page, query
from contracts.schema import Doc, Instant


class OfficeDecision(TypedDict):
    """A decision of an office, as every resident can read it."""

    id: str
    kind: OfficeDecisionKind
    subject_id: Annotated[str, Doc("The appointment, proposal, community, entry, reward or person it is about")]
    by_id: str
    person_id: Annotated[str | None, Doc("Who was appointed")]
    facts: Annotated[dict[str, Any], Doc("What was decided, by kind", example={"score": 5, "points": 8})]
    at: Instant


class OfficeDecisionQuery(PageQuery):
    kind: Annotated[
        OfficeDecisionKind | None,
        fields.Choice(*get_args(OfficeDecisionKind), load_default=None),
        Doc("Only decisions of that kind"),
    ]


class Gain(TypedDict):
    """What one household or head gained by one person's decisions over the whole history."""

    decider_id: str
    account_id: Annotated[str, Doc("A household, or a head with their own book")]
    recorded: Annotated[int, Doc("Deeds they declared or recorded for it")]
    endorsed: int
    approved: int
    corrected: Annotated[int, Doc("Corrections upwards they proposed, ruled or confirmed")]
    points: Annotated[int, Doc("Of what they approved or corrected upwards")]
    own: Annotated[bool, Doc("The decider's own household today")]
    mutual: Annotated[bool, Doc("Somebody of it decided for the decider's household as well")]


class SelfDealingReport(TypedDict):
    """Own households first, then mutual decisions, then the largest sums."""

    data: list[Gain]


class SelfDealingQuery(TypedDict):
    limit: Annotated[int, Limit(usual=100, most=1000), Doc("How many lines")]


class DutiesApi(Protocol):
    """Calls about duties."""

    @query
    def list_office_decisions(
        self,
        *,
        actor: Caller,
        kind: OfficeDecisionKind | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[OfficeDecision]:
        """Return what offices decided, newest first, to everybody of the community. Raises RoleMissing."""

    @query
    def self_dealing(self, *, actor: Caller, limit: int = 100) -> SelfDealingReport:
        """Return who gained by whose decisions over the whole history. Raises RoleMissing."""
