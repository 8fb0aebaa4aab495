"""Reviews: first review and final approval (R12, R13)."""

from typing import Annotated, Literal, NotRequired, Protocol, TypedDict

from contracts import fields
from contracts.claims import BookKind, Category
from contracts.review import Origin
from contracts.rpc import Caller, CountedPage, command, query
from contracts.schema import Day, Doc, Instant, Month

OpenStage = Literal["first", "final"]
Stage = Literal["first", "final", "returned", "refused", "approved", "withdrawn"]
Level = Literal["head", "officer", "group"]
Declarer = Literal["self", "another", "platform"]
Waiting = Literal["me", "others"]


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
    courtyard_number: NotRequired[Annotated[int | None, Doc("Of `courtyard_id`")]]
    source_id: Annotated[str, Doc("The claim or award under review")]
    person_id: str
    household_id: str | None
    period: Annotated[Month, Doc("The month of the act")]
    stage: Stage
    level: Annotated[Level, Doc("Who gives the first review")]
    flagged: Annotated[bool, Doc("Its evidence resembles earlier evidence")]
    system_made: bool
    endorsed_by_id: str | None
    version: Annotated[int, Doc("Counts decisions and resubmissions; a decision may say which one it is about")]
    opened_at: Instant
    changed_at: Instant
    waiting_days: Annotated[int | None, Doc("How long it has waited for its reviewers, in days")]
    overdue: Annotated[bool, Doc("A first review longer than `reminder_days`")]
    still_listed: NotRequired[
        Annotated[bool, Doc("With `changed_since`: whether it is in the list without `changed_since`; false: it left")]
    ]


class Decision(TypedDict):
    id: str
    stage: str
    judge_id: str
    decision: str
    reason: str
    points_before: int
    points: int
    at: Instant


class DecisionTerms(TypedDict):
    """What a decision of the caller on an open review would need."""

    refusal: Annotated[str | None, Doc("Why the caller may not decide, in Chinese; null: they may")]
    has_approved: Annotated[bool, Doc("Whether the caller approved the present points; others have to as well")]
    approvals: Annotated[int, Doc("Members who approved the present points")]
    quorum: Annotated[int, Doc("Members who have to approve the present points")]
    quorum_beyond_score: Annotated[int, Doc("Members who have to approve more points than the score")]
    score: Annotated[int, Doc("Points of the rulebook or the rank, before any adjustment")]
    most_points: Annotated[int, Doc("Points may be adjusted between this and its negative")]


class Case(Review):
    """A review with the decisions on it."""

    decisions: list[Decision]
    terms: Annotated[DecisionTerms | None, Doc("null once it is decided, and for its own people")]


class ReviewFilter(TypedDict, total=False):
    """Which reviews of a list to return; what is left out or null limits nothing."""

    waiting_for: Waiting
    period: str | None
    courtyard_id: str | None
    grid_id: str | None
    category: Category | None
    item: str | None
    flagged: bool | None
    declarer: Declarer | None
    declared_by_id: str | None


class SelectedReview(TypedDict):
    review_id: str
    version: int


class Selection(TypedDict):
    """Every review that a filter selects, up to 2,000, and what they are worth together."""

    count: int
    points: int
    version: Annotated[str, Doc("Changes when a review joins, leaves or changes")]
    reviews: Annotated[list[SelectedReview], Doc("The longest waiting first")]


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
    version: Annotated[
        int | None,
        fields.Count(1, 1_000_000, load_default=None, allow_none=True),
        Doc("Decide on this version of the review only; 409 `stale_version` if it has changed"),
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


class ReviewsApi(Protocol):
    """Calls about reviews."""

    @query
    def list_reviews(
        self,
        *,
        actor: Caller,
        stage: OpenStage = "first",
        matching: ReviewFilter | None = None,
        changed_since: str | None = None,
        totals: bool = False,
        limit: int = 20,
        cursor: str | None = None,
    ) -> CountedPage[Review]:
        """Return the reviews the caller may decide on at `stage`, the longest waiting first.

        For `waiting_for` others: final approvals that are not the caller's to give, for the working group.
        With `changed_since`: what joined, changed in or left that list, with `still_listed`.
        """

    @query
    def select_reviews(self, *, actor: Caller, stage: OpenStage, matching: ReviewFilter | None = None) -> Selection:
        """Return all reviews that `list_reviews` would list, up to 2,000, each with its version."""

    @query
    def count_waiting(self, *, actor: Caller) -> WaitingCases:
        """Return how many reviews, objections and corrections wait for the caller."""

    @query
    def list_overdue_reviews(
        self, *, actor: Caller, totals: bool = False, limit: int = 20, cursor: str | None = None
    ) -> CountedPage[Review]:
        """Return overdue first reviews: the caller's own; all of them for working group and branch."""

    @query
    def get_review(self, *, actor: Caller, review_id: str) -> Case:
        """Return a review with its decisions, to its people and its reviewers (R15). Raises NotFound."""

    @command
    def decide(self, *, actor: Caller, review_id: str, decision: DecisionForm) -> Review:
        """Decide on one review.

        Raises NotFound, AlreadyDecided, StaleVersion, Recused, RoleMissing, WrongState, Invalid, ReasonRequired,
        DailyLimitReached.
        """

    @command
    def decide_many(self, *, actor: Caller, decisions: list[DecisionOnForm]) -> DecisionAnswers:
        """Decide on up to 2,000 reviews and return an answer for each; a refused one does not affect the others."""
