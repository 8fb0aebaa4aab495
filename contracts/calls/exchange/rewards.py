"""Rewards: what points can be spent on (R25)."""

from typing import Annotated, Any, Literal, Protocol, TypedDict, Unpack, get_args

import marshmallow as ma

from contracts import fields
from contracts.paging import PageQuery
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Day, Doc, Instant

Kind = Literal["goods", "coupon", "discount", "priority"]
Gives = Literal["voucher", "codes"]


class RewardForm(TypedDict):
    """The terms of an offer. A PUT replaces them all; orders already placed keep theirs."""

    kind: Annotated[Kind, fields.Choice(*get_args(Kind)), Doc("商品, 优惠券, 打折卡, 优先享受社区福利")]
    name: Annotated[str, fields.Text(60, example="大米 5 kg")]
    description: Annotated[str, fields.Text(1000, least=0, example="每袋 5 公斤", load_default="")]
    points: Annotated[int, fields.Count(1, 100_000), Doc("Price of one")]
    stock: Annotated[
        int | None,
        fields.Count(0, 1_000_000, load_default=None),
        Doc("The total ever offered, sold included; for a reward that gives codes, their number"),
    ]
    gives: Annotated[
        Gives,
        fields.Choice(*get_args(Gives), load_default="voucher"),
        Doc("Our voucher, or a merchant's own codes (coupon and discount only; see …/codes)"),
    ]
    starts_on: Annotated[str | None, fields.Day(load_default=None)]
    ends_on: Annotated[str | None, fields.Day(load_default=None), Doc("The last day")]
    limit_per_household: Annotated[int | None, fields.Count(1, 10_000, load_default=None)]
    limit_per_person: Annotated[int | None, fields.Count(1, 10_000, load_default=None)]
    merchant_ids: Annotated[
        list[str],
        fields.ListOf(fields.Id("mer"), most=100, load_default=[]),
        Doc("Where it is redeemed; empty: at every partner merchant"),
    ]
    listed: Annotated[bool, fields.Boolean(load_default=True, truthy={True}, falsy={False})]


class CodesForm(TypedDict):
    codes: Annotated[
        list[str],
        fields.ListOf(fields.Text(64, least=4, pattern=r"[!-~]+", example="LF-0001"), 1, 1000),
        Doc("As the merchant's own system knows them; each is issued once"),
    ]


class RewardQuery(PageQuery):
    all: Annotated[
        bool,
        ma.fields.Boolean(load_default=False),
        Doc("Also rewards that are not on offer; for those who manage rewards"),
    ]


class Offer(TypedDict):
    """A reward without its picture."""

    id: str
    kind: Kind
    name: str
    description: str
    points: int
    stock: int
    reserved: Annotated[int, Doc("Ordered, not yet redeemed")]
    sold: Annotated[int, Doc("Redeemed")]
    left: Annotated[int, Doc("Can still be ordered")]
    starts_on: Day | None
    ends_on: Day | None
    limit_per_household: int | None
    limit_per_person: int | None
    gives: Gives
    merchant_ids: list[str]
    listed: bool
    approved: Annotated[bool, Doc("Whether another person has approved it; nobody can order it before")]
    proposal_id: Annotated[str | None, Doc("What waits for another person's approval")]


ProposalState = Literal["open", "approved", "refused", "replaced"]


class RewardProposal(TypedDict):
    """A new reward, or a change of one, that takes effect when somebody else has approved it."""

    id: str
    reward_id: str
    name: str
    points: Annotated[int, Doc("The price it would have")]
    points_before: Annotated[int | None, Doc("The price in force; null for a new reward")]
    changes: Annotated[dict[str, Any], Doc("The terms that would change", example={"points": 30})]
    state: ProposalState
    proposed_by_id: str
    proposed_at: Instant
    decided_by_id: str | None
    decided_at: Instant | None
    decision_reason: Annotated[str, Doc("Why it was refused")]


class RewardProposalQuery(PageQuery):
    state: Annotated[
        ProposalState | None,
        fields.Choice(*get_args(ProposalState), load_default=None),
        Doc("Only proposals in this state"),
    ]


class RewardRefusalForm(TypedDict):
    reason: Annotated[str, fields.Text(500, example="价格低于进价")]


class Picture(TypedDict):
    """Where the gateway stores a reward's picture."""

    community_id: str
    sha256: str


class Reward(Offer):
    picture: Picture | None


class RewardsApi(Protocol):
    """Calls about rewards."""

    @query
    def list_rewards(
        self, *, actor: Caller, all: bool = False, limit: int = 20, cursor: str | None = None
    ) -> Page[Reward]:
        """Return the rewards that can be ordered today, newest first; with `all` the others too.

        Raises RoleMissing for `all` when the caller does not manage rewards.
        """

    @query
    def get_reward(self, *, actor: Caller, reward_id: str) -> Reward:
        """Return a reward. Raises NotFound."""

    @command
    def offer_reward(self, *, actor: Caller, **form: Unpack[RewardForm]) -> Reward:
        """Add a reward, which waits for another person's approval unless the community is being set up.

        Raises RoleMissing, Invalid for contradicting terms or unknown merchants.
        """

    @command
    def revise_reward(self, *, actor: Caller, reward_id: str, **form: Unpack[RewardForm]) -> Reward:
        """Replace the terms of a reward; existing orders keep theirs.

        Another name, kind or description, or a price more than a fifth below the approved one, is a proposal: but for
        the stock, the terms stay until another person approves it. Raises RoleMissing, NotFound, Invalid.
        """

    @query
    def list_reward_proposals(
        self, *, actor: Caller, state: ProposalState | None = None, limit: int = 20, cursor: str | None = None
    ) -> Page[RewardProposal]:
        """Return proposals for rewards, newest first. Raises RoleMissing."""

    @command
    def approve_reward_proposal(self, *, actor: Caller, proposal_id: str) -> RewardProposal:
        """Put into effect what somebody else proposed.

        Raises RoleMissing, NotFound, AlreadyDecided, Recused, Invalid.
        """

    @command
    def refuse_reward_proposal(self, *, actor: Caller, proposal_id: str, reason: str) -> RewardProposal:
        """Refuse what somebody else proposed. Raises RoleMissing, NotFound, AlreadyDecided, Recused, ReasonRequired."""

    @query
    def require_managing_rewards(self, *, actor: Caller) -> None:
        """Check the caller's permission before a picture is read. Raises RoleMissing."""

    @command
    def picture_reward(self, *, actor: Caller, reward_id: str, sha256: str) -> Reward:
        """Set the picture of a reward: the SHA-256 of an uploaded file. Raises RoleMissing, NotFound."""

    @command
    def add_codes(self, *, actor: Caller, reward_id: str, codes: list[str]) -> Reward:
        """Add a merchant's own codes to a reward's stock: all of them or none.

        Raises RoleMissing, NotFound, WrongState for a reward that gives vouchers, Invalid for repeated codes,
        CodesTaken for codes that were added before.
        """
