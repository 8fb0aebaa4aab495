"""What the gateway may ask of the review service: reviews, months, published lists, objections (R12–R17)."""

from typing import Annotated, Any, Literal, NotRequired, Protocol, TypedDict, get_args

from contracts import fields
from contracts.calls.registry.public_labels import LinesOfPerson
from contracts.claims import BookKind, Category
from contracts.paging import PageQuery
from contracts.policy import PublicDeed, PublicPlace
from contracts.review import OfficeDecisionKind, Origin
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Day, Doc, Instant, Month

# Reviews and decisions

OpenStage = Literal["first", "final"]
Stage = Literal["first", "final", "returned", "refused", "approved", "withdrawn"]
Level = Literal["head", "officer", "group"]
PublicationState = Literal["publishing", "published", "settling", "settled"]
PublicEntryState = Literal["published", "frozen", "final"]
Outcome = Literal["open", "upheld", "dismissed"]


class Deed(TypedDict):
    """What was done, where, when, for how many points."""

    id: str
    origin: Origin
    courtyard_id: Annotated[str, Doc("Where the household lived on that day")]
    day: Day
    item: str
    category: Category
    book: BookKind
    points: int
    public: Annotated[bool, Doc("Whether lists may name who did it")]


class Review(Deed):
    source_id: Annotated[str, Doc("The claim or award under review")]
    person_id: str
    household_id: str | None
    period: Annotated[Month, Doc("The month of the act")]
    stage: Stage
    level: Annotated[Level, Doc("Who gives the first review")]
    flagged: Annotated[bool, Doc("Its evidence resembles earlier evidence")]
    system_made: bool
    endorsed_by_id: str | None
    opened_at: Instant
    changed_at: Instant
    waiting_days: Annotated[int | None, Doc("How long it has waited for its reviewers, in days")]
    overdue: Annotated[bool, Doc("A first review longer than `reminder_days`")]


class Decision(TypedDict):
    id: str
    stage: str
    judge_id: str
    decision: str
    reason: str
    points_before: int
    points: int
    at: Instant


class Case(Review):
    """A review with the decisions on it."""

    decisions: list[Decision]


class WaitingCases(TypedDict):
    """How many cases wait for the caller; each is counted up to 1,000."""

    first_reviews: int
    final_approvals: int
    objections: Annotated[int, Doc("Open ones, for the branch")]
    corrections: Annotated[int, Doc("Proposed ones, for those who may confirm them")]


class DecisionForm(TypedDict):
    decision: Annotated[
        Literal["endorse", "return", "refuse", "approve"],
        fields.Choice("endorse", "return", "refuse", "approve"),
        Doc("endorse belongs to the first review, approve to the final one"),
    ]
    reason: Annotated[
        str,
        fields.Text(500, least=0, example="情况属实", load_default=""),
        Doc("Needed to return, refuse or adjust"),
    ]
    points: Annotated[
        int | None,
        fields.Count(-100_000, 100_000, load_default=None, allow_none=True),
        Doc(
            "Adjusts the score, within `adjustment_bound` times of it; only with approve, and with a reason. More than"
            " the score needs two members"
        ),
    ]
    false_claim: Annotated[
        bool,
        fields.Boolean(load_default=False),
        Doc("With refuse: the deed was made up (see the community's settings)"),
    ]


class DecisionOnForm(DecisionForm):
    review_id: Annotated[str, fields.Id("rev")]


class DecisionsForm(TypedDict):
    decisions: Annotated[list[DecisionOnForm], fields.ListOf(DecisionOnForm, 1, 2000)]


class DecisionAnswer(TypedDict):
    """The answer to one of many decisions: the review's stage now, or the code and detail of the refusal."""

    review_id: str
    ok: bool
    stage: str | None
    code: str | None
    detail: str | None


class DecisionAnswers(TypedDict):
    data: list[DecisionAnswer]


# Months and published lists


class Period(TypedDict):
    """The state of a month and its figures."""

    period: Month
    state: Literal["open", "publishing", "published", "settling", "settled"]
    publication_id: str | None
    published_at: Instant | None
    window_closes_at: Instant | None
    settled_at: Instant | None
    entries: int
    points: Annotated[int, Doc("As approved")]
    frozen: Annotated[int, Doc("Entries under objection")]
    final_entries: int
    final_points: Annotated[int, Doc("Of final entries with their corrections: what the ledger credits")]
    corrections: int


class Publication(TypedDict):
    id: str
    community_id: str
    period: Month
    state: Annotated[
        PublicationState,
        Doc("`publishing`: the month is closed, and its list public as soon as it is complete"),
    ]
    entries: int
    points: Annotated[int, Doc("As published")]
    masked: Annotated[bool, Doc("Names show as 张*")]
    public_place: Annotated[PublicPlace, Doc("The narrowest place that its lines show")]
    public_deed: Annotated[PublicDeed, Doc("Whether its lines show the item or only its category")]
    public_min_residents: Annotated[
        int, Doc("Residents whom each line with a name fits by place and name; lines that fit fewer show less")
    ]
    published_at: Annotated[Instant | None, Doc("None while `publishing`")]
    window_closes_at: Instant | None
    settled_at: Instant | None
    ledger_root: Annotated[
        str | None, Doc("`hash` of the ledger's newest block then, which depends on every earlier transfer")
    ]
    ledger_block: Annotated[int | None, Doc("That block's number")]


class PublicationQuery(PageQuery):
    community_id: Annotated[str, fields.Id("com"), Doc("Whose lists")]


class PublicObjection(TypedDict):
    """How an objection was ruled and why; not who raised it."""

    id: str
    outcome: Outcome
    raised_at: Instant
    ruled_at: Instant | None
    ruling_reason: str | None


class Correction(TypedDict):
    """A difference to an entry; the entry itself does not change."""

    id: str
    entry_id: str
    points: Annotated[int, Doc("What it changes")]
    corrected_to: Annotated[int, Doc("What the entry is worth with it")]
    reason: str
    objection_id: str | None
    at: Instant


ProposalState = Literal["open", "confirmed", "refused"]


class ProposedCorrection(Correction):
    """A correction that changes the entry only when another person has confirmed it."""

    state: ProposalState
    proposed_by_id: str
    decided_by_id: str | None
    decided_at: Instant | None
    decision_reason: Annotated[str, Doc("Why it was refused")]


class CorrectionQuery(PageQuery):
    state: Annotated[
        ProposalState | None,
        fields.Choice("open", "confirmed", "refused", load_default=None),
        Doc("Only proposals in this state"),
    ]


class CorrectionRefusalForm(TypedDict):
    reason: Annotated[str, fields.Text(500, example="签到表没有差错")]


class ListedEntry(Deed):
    """A published entry with its state, objections and corrections, and with ids that are not public."""

    source_id: str
    person_id: str
    household_id: str | None
    position: int
    courtyard_number: int | None
    state: PublicEntryState
    current_points: Annotated[int, Doc("With corrections")]
    objections: list[PublicObjection]
    corrections: list[Correction]


class PublishedList(Publication):
    """A publication with a page of its entries."""

    data: list[ListedEntry]
    next_cursor: str | None


# Objections and corrections


class ObjectionForm(TypedDict):
    entry_id: Annotated[str, fields.Id("ent")]
    reason: Annotated[str, fields.Text(500, example="他那天不在")]


class Objection(PublicObjection):
    entry_id: str
    review_id: Annotated[str, Doc("The case, for those who may see it")]
    publication_id: str
    objector_id: str
    reason: str
    due_at: Annotated[Instant, Doc("Until then the branch should rule")]
    overdue: bool
    ruled_by_id: str | None
    item: Annotated[str, Doc("Code of the rulebook's item of the entry")]
    day: Annotated[Day, Doc("Of the deed")]
    points: Annotated[int, Doc("Of the entry, as approved")]
    current_points: Annotated[int, Doc("With corrections")]
    person_id: NotRequired[Annotated[str | None, Doc("Whom the entry concerns; for the branch")]]
    courtyard_id: NotRequired[Annotated[str | None, Doc("Where they lived on that day; for the branch")]]
    courtyard_number: NotRequired[Annotated[int | None, Doc("Its number; for the branch")]]


class RulingForm(TypedDict):
    outcome: Annotated[Literal["upheld", "dismissed"], fields.Choice("upheld", "dismissed")]
    reason: Annotated[str, fields.Text(500, example="确实只到了一半")]
    points: Annotated[
        int | None,
        fields.Count(-100_000, 100_000, load_default=None, allow_none=True),
        Doc("What an upheld entry should be worth, at most its score; needed then, and only then"),
    ]


class CorrectionForm(TypedDict):
    entry_id: Annotated[str, fields.Id("ent")]
    points: Annotated[
        int,
        fields.Count(-100_000, 100_000),
        Doc("What the entry should be worth, within `adjustment_bound` times the score"),
    ]
    reason: Annotated[str, fields.Text(500, example="复核签到表")]


# Duties


class OfficeDecision(TypedDict):
    """A decision of an office, as every resident can read it."""

    id: str
    kind: OfficeDecisionKind
    subject_id: Annotated[str, Doc("The appointment, proposal, community, entry or person it is about")]
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
    limit: Annotated[int, fields.Count(1, 1000, load_default=100), Doc("How many lines")]


class ReviewApi(Protocol):
    """The calls of the review service."""

    # Reviews and decisions

    @query
    def list_reviews(
        self, *, actor: Caller, stage: OpenStage = "first", limit: int = 20, cursor: str | None = None
    ) -> Page[Review]:
        """Return the reviews the caller may decide on at `stage`, the longest waiting first."""

    @query
    def count_waiting(self, *, actor: Caller) -> WaitingCases:
        """Return how many reviews, objections and corrections wait for the caller."""

    @query
    def list_overdue_reviews(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[Review]:
        """Return overdue first reviews: the caller's own; all of them for working group and branch."""

    @query
    def get_review(self, *, actor: Caller, review_id: str) -> Case:
        """Return a review with its decisions, to its people and its reviewers (R15). Raises NotFound."""

    @command
    def decide(self, *, actor: Caller, review_id: str, decision: DecisionForm) -> Review:
        """Decide on one review.

        Raises NotFound, AlreadyDecided, Recused, RoleMissing, WrongState, Invalid, ReasonRequired, DailyLimitReached.
        """

    @command
    def decide_many(self, *, actor: Caller, decisions: list[DecisionOnForm]) -> DecisionAnswers:
        """Decide on up to 2,000 reviews and return an answer for each; a refused one does not affect the others."""

    # Months and published lists

    @query
    def list_periods(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[Period]:
        """Return the months that have entries or a publication, newest first."""

    @query
    def get_period(self, *, actor: Caller, period: str) -> Period:
        """Return the figures of a month, zero when it has no entries. Raises NotFound for a text that is no month."""

    @command
    def publish_period(self, *, actor: Caller, period: str) -> Publication:
        """Close a month and publish its list; a long one is `publishing` first (R14).

        Raises RoleMissing, NoBranch, PeriodNotEnded, PeriodAlreadyPublished, NothingToPublish, Recused, NotFound.
        """

    @command
    def settle_period(self, *, actor: Caller, period: str) -> Publication:
        """Make the entries of a month final, except frozen ones; a long list is `settling` first (R17).

        Raises PeriodNotPublished, RoleMissing, PeriodAlreadySettled, WindowOpen, NotFound.
        """

    @query
    def list_lines_of_people(self, *, actor: Caller, period: str) -> list[LinesOfPerson]:
        """Return how many entries of a month are about each person, for the committee. Raises RoleMissing, NotFound."""

    @query
    def list_publications(self, *, community_id: str, limit: int = 20, cursor: str | None = None) -> Page[Publication]:
        """Return the lists a community has published, newest first, to everybody (R15)."""

    @query
    def get_publication(
        self, *, publication_id: str, courtyard_id: str | None = None, limit: int = 20, cursor: str | None = None
    ) -> PublishedList:
        """Return a published list, or its lines of one courtyard, to everybody (R15). Raises NotFound."""

    # Objections and corrections

    @command
    def object_to_entry(self, *, actor: Caller, entry_id: str, reason: str) -> Objection:
        """Object to a published entry and freeze it (R16).

        Raises RoleMissing unless the caller is a resident, NotFound, WindowClosed, AlreadyObjected.
        """

    @query
    def list_objections(
        self,
        *,
        actor: Caller,
        state: Outcome | None = None,
        overdue: bool = False,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[Objection]:
        """Return all objections to the branch, their own to everybody else; newest first."""

    @command
    def rule_on_objection(self, *, actor: Caller, objection_id: str, ruling: RulingForm) -> Objection:
        """Uphold or dismiss an objection.

        Raises NotFound, RoleMissing, AlreadyDecided, Recused, ReasonRequired, Invalid.
        """

    @command
    def propose_correction(self, *, actor: Caller, entry_id: str, points: int, reason: str) -> ProposedCorrection:
        """Propose to correct a final entry; it changes when another person has confirmed it (R16).

        Raises NotFound, RoleMissing, NotFinal, Recused, ReasonRequired, Invalid, WrongState.
        """

    @query
    def list_corrections(
        self,
        *,
        actor: Caller,
        state: ProposalState | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[ProposedCorrection]:
        """Return proposed corrections, newest first. Raises RoleMissing."""

    @command
    def confirm_correction(self, *, actor: Caller, correction_id: str) -> ProposedCorrection:
        """Confirm a correction that somebody else proposed: a new entry adds the difference (R16).

        Raises NotFound, RoleMissing, AlreadyDecided, Recused, Invalid.
        """

    @command
    def refuse_correction(self, *, actor: Caller, correction_id: str, reason: str) -> ProposedCorrection:
        """Refuse a correction that somebody else proposed.

        Raises NotFound, RoleMissing, AlreadyDecided, Recused, ReasonRequired.
        """

    # Duties

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
