"""Honours: programmes, candidates drawn by points, decisions by the working group (R26)."""

from typing import Annotated, Literal, Protocol, TypedDict, get_args

from contracts import fields
from contracts.claims import CATEGORIES
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Day, Doc, Instant

HonourKind = Literal["title", "commendation", "service_priority", "recommendation"]
SubjectKind = Literal["person", "household"]
Outcome = Literal["granted", "declined"]
DecisionOutcome = Literal["proposed", "granted", "declined"]


class CriteriaForm(TypedDict):
    """The conditions on the day a list is drawn; candidates meet all of them."""

    least_points: Annotated[int, fields.Count(0, 1_000_000, load_default=0), Doc("Cumulative points")]
    last_rank: Annotated[int, fields.Count(1, 1000, load_default=100), Doc("Among residents")]
    category: Annotated[str | None, fields.Choice(*CATEGORIES, load_default=None)]
    from_period: Annotated[str | None, fields.Period(load_default=None)]
    to_period: Annotated[str | None, fields.Period(load_default=None), Doc("Included")]
    resident_months: Annotated[
        int, fields.Count(0, 1200, load_default=0), Doc("Whole months of residence without a break")
    ]


class HonourForm(TypedDict):
    name: Annotated[str, fields.Text(60, example="文明家庭")]
    description: Annotated[str, fields.Text(1000, least=0, example="邻里和睦，积极参与", load_default="")]
    kind: Annotated[
        HonourKind,
        fields.Choice(*get_args(HonourKind)),
        Doc("称号, 评优推荐, 公共服务优先, 入党或代表人选推荐"),
    ]
    subject_kind: Annotated[SubjectKind, fields.Choice(*get_args(SubjectKind))]
    criteria: CriteriaForm


class Honour(TypedDict):
    id: str
    name: str
    description: str
    kind: HonourKind
    subject_kind: SubjectKind
    criteria: CriteriaForm
    created_at: Instant


class CandidateList(TypedDict):
    """Drawn on a day, by the criteria of that day; never changed."""

    id: str
    honour_id: str
    day: Day
    drawn_at: Instant
    drawn_by_id: str
    criteria: CriteriaForm
    count: int


class Candidate(TypedDict):
    subject_id: Annotated[str, Doc("A person or a household")]
    person_id: Annotated[str, Doc("For a household, its longest member")]
    points: int
    rank: int
    months: int
    reason: Annotated[str, Doc("中文说明")]
    outcome: Annotated[str | None, Doc("Once decided")]
    decision_id: str | None


class Candidates(CandidateList):
    candidates: list[Candidate]


class HonourDecisionForm(TypedDict):
    list_id: Annotated[str, fields.Id("cnd")]
    subject_id: Annotated[str, fields.Id("per", "hou")]
    outcome: Annotated[Outcome, fields.Choice(*get_args(Outcome))]
    reason: Annotated[str, fields.Text(1000, example="邻里公认")]
    until: Annotated[str | None, fields.Day(load_default=None), Doc("The last day; null: no end")]


class RevocationForm(TypedDict):
    reason: Annotated[str, fields.Text(1000, example="不再符合条件")]


class Vote(TypedDict):
    by_id: str
    at: Instant
    reason: str


class HonourDecision(TypedDict):
    """`proposed` until as many members as the community's quorum asks grant it; one declines."""

    id: str
    honour_id: str
    honour_name: str
    kind: str
    subject_kind: str
    list_id: str
    subject_id: str
    person_id: str
    outcome: DecisionOutcome
    reason: str
    until: Day | None
    votes: Annotated[list[Vote], Doc("Votes to grant it")]
    quorum: Annotated[int, Doc("How many votes grant it")]
    decided_at: Instant
    decided_by_id: str
    revoked_at: Instant | None
    revoked_because: str | None


class Certificate(HonourDecision):
    community_id: str


class HonoursApi(Protocol):
    """Calls about honours."""

    @query
    def list_honours(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[Honour]:
        """Return the community's programmes, newest first."""

    @query
    def get_honour(self, *, actor: Caller, honour_id: str) -> Honour:
        """Return a programme. Raises NotFound."""

    @command
    def establish_honour(
        self,
        *,
        actor: Caller,
        name: str,
        description: str,
        kind: HonourKind,
        subject_kind: SubjectKind,
        criteria: CriteriaForm,
    ) -> Honour:
        """Add a programme. Raises RoleMissing, Invalid for contradicting criteria."""

    @command
    def draw_candidates(self, *, actor: Caller, honour_id: str) -> Candidates:
        """Store and return today's list of those who meet the criteria. Raises RoleMissing, NotFound."""

    @query
    def list_candidate_lists(
        self, *, actor: Caller, honour_id: str, limit: int = 20, cursor: str | None = None
    ) -> Page[CandidateList]:
        """Return the lists drawn for a programme, newest first. Raises RoleMissing, NotFound."""

    @query
    def get_candidate_list(self, *, actor: Caller, honour_id: str, list_id: str) -> Candidates:
        """Return a list with what was decided about each candidate. Raises RoleMissing, NotFound."""

    @command
    def decide_honour(
        self,
        *,
        actor: Caller,
        honour_id: str,
        list_id: str,
        subject_id: str,
        outcome: Outcome,
        reason: str,
        until: str | None = None,
    ) -> HonourDecision:
        """Store one member's vote; `granted` takes the quorum, `declined` one member.

        Raises RoleMissing, NotFound, Recused, ReasonRequired, Invalid for a past day, AlreadyDecided.
        """

    @command
    def revoke_honour(self, *, actor: Caller, honour_id: str, decision_id: str, reason: str) -> HonourDecision:
        """Revoke a granted honour. Raises RoleMissing, NotFound, Recused, ReasonRequired, WrongState."""

    @query
    def list_honour_decisions(
        self, *, actor: Caller, honour_id: str, limit: int = 20, cursor: str | None = None
    ) -> Page[HonourDecision]:
        """Return what was granted, newest first; staff also get what was proposed, declined or revoked.

        Raises NotFound.
        """

    @query
    def list_own_honours(self, *, actor: Caller) -> Page[HonourDecision]:
        """Return the honours that the caller or their household holds today."""

    @query
    def get_certificate(self, *, actor: Caller, honour_id: str, decision_id: str) -> Certificate:
        """Return a decision in force, for its certificate.

        Raises NotFound, also when the caller neither belongs to the subject nor oversees honours.
        """
