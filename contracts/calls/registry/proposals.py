"""Proposals: what needs a person of another office, from appointments to erasures (R4)."""

from typing import Annotated, Any, Literal, Protocol, TypedDict

from contracts import fields
from contracts.paging import PageQuery
from contracts.registry import ProposalKind, Role
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Day, Doc, Instant

ProposalState = Literal["open", "approved", "applied", "refused"]


class ProposedAppointment(TypedDict):
    person_id: str
    role: Role
    scope_id: str
    since: Day
    until: Day | None


class ProposedMerge(TypedDict):
    household_id: str
    into_household_id: str
    on: Day


class ProposedReset(TypedDict):
    person_id: str
    reason: str
    sets_password: Annotated[bool, Doc("Whether who requested it gave a password, which they know")]
    approved_by_roles: Annotated[list[Role], Doc("A person with one of these roles approves or refuses it")]


class ProposedBinding(TypedDict):
    """The first WeChat account of somebody with an office, bound once somebody else has seen that it is theirs."""

    person_id: str
    by_invitation: Annotated[bool, Doc("Whether by an invitation of who proposed it, or by a number they recorded")]
    check_number: Annotated[str, Doc("The person sees the same number on their phone", example="4821")]
    approved_by_roles: Annotated[list[Role], Doc("A person with one of these roles approves or refuses it")]


class ProposedErasure(TypedDict):
    person_id: str
    approved_by_roles: Annotated[list[Role], Doc("A person with one of these roles approves or refuses it")]


class Proposal(TypedDict):
    """What one person proposed and a person of another office approves; it takes effect after that."""

    id: str
    kind: ProposalKind
    state: Annotated[ProposalState, Doc("`approved`: takes effect at `takes_effect_at`; `applied`: in effect")]
    appointment: ProposedAppointment | None
    settings: Annotated[dict[str, Any] | None, Doc("The settings that change", example={"approval_quorum": 1})]
    merge: ProposedMerge | None
    reset: ProposedReset | None
    binding: ProposedBinding | None
    erasure: ProposedErasure | None
    proposed_by_id: str
    proposed_at: Instant
    decided_by_id: str | None
    decided_at: Instant | None
    decision_reason: str
    takes_effect_at: Instant | None


class ProposalQuery(PageQuery):
    state: Annotated[
        ProposalState | None,
        fields.Choice("open", "approved", "applied", "refused", load_default=None),
        Doc("Only proposals in this state"),
    ]


class ProposalRefusalForm(TypedDict):
    reason: Annotated[str, fields.Text(500, example="公示期不宜缩短")]


class ProposalsApi(Protocol):
    """Calls about proposals. The platform's administrators decide in every community, but not on resets there."""

    @query
    def list_proposals(
        self,
        *,
        actor: Caller,
        community_id: str,
        state: ProposalState | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[Proposal]:
        """Return proposals, newest first. Raises NotFound, RoleMissing."""

    @command
    def approve_proposal(self, *, actor: Caller, community_id: str, proposal_id: str) -> Proposal:
        """Approve what somebody else proposed.

        Raises NotFound, RoleMissing, AlreadyDecided, Recused, and what refuses the change itself.
        """

    @command
    def refuse_proposal(self, *, actor: Caller, community_id: str, proposal_id: str, reason: str) -> Proposal:
        """Refuse what somebody else proposed. Raises NotFound, RoleMissing, AlreadyDecided, Recused, ReasonRequired."""
