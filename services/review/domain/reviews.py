"""A deed is decided on once, by people without an interest in it: first review, then final approval (R12, R13)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts import ids
from contracts.errors import AlreadyDecided, Invalid, ReasonRequired, Recused, RoleMissing, StaleVersion, WrongState
from contracts.event import Event
from contracts.review import ApprovalVoted, ClaimEndorsed, ClaimRefused, ClaimReturned
from services.review.domain.community_rules import CommunityRules
from services.review.domain.deed import Deed
from services.review.domain.entries import Entry, EntryState
from services.review.domain.reviewers import CourtyardReviewers, Level, Reviewer


class Stage(StrEnum):
    """First review → final approval → approved; or refused, withdrawn, or returned until it is resubmitted."""

    FIRST = "first"
    FINAL = "final"
    RETURNED = "returned"
    REFUSED = "refused"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class DecisionType(StrEnum):
    """What can be decided. Endorsing belongs to the first review, approving to the final one."""

    ENDORSE = "endorse"
    APPROVE = "approve"
    RETURN = "return"
    REFUSE = "refuse"


@dataclass(frozen=True, kw_only=True)
class DecisionRequest:
    """What a reviewer asks for; `points` adjusts the score at final approval."""

    verb: DecisionType
    reason: str = ""
    points: int | None = None
    false_claim: bool = False
    """Refuse because the deed was made up."""
    version: int | None = None
    """The version of the review that it is about; None: the present one."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One reviewer's decision on one review, stored with the people who had an interest at that time."""

    community: str
    id: str
    review: str
    stage: Stage
    judge: str
    verb: DecisionType
    reason: str
    points_before: int
    points: int
    interested: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class DecisionResult:
    """A decision, its event, and the entry when it completed an approval."""

    decision: Decision
    event: Event
    entry: Entry | None = None


@dataclass(frozen=True, kw_only=True)
class DecisionTerms:
    """What a decision of one person on an open review would need."""

    refusal: str | None
    """Why they may not decide."""
    has_approved: bool
    approvals: int
    quorum: int
    quorum_beyond_score: int
    score: int
    most_points: int


@dataclass(kw_only=True, eq=False)
class Review(Deed):
    """The review of one deed, from declaration to approval."""

    id: str
    month: str
    """The month of the deed."""
    stage: Stage
    level: Level
    """Who gives the first review, by the roles at its last routing."""
    flagged: bool
    system_made: bool
    source_sequence: int
    """The version of the claim under review."""
    opened_at: datetime
    changed_at: datetime
    endorsed_by: str | None = None
    approved_by: tuple[str, ...] = ()
    """Members who approved the current score; they count towards the quorum."""
    reminded_at: datetime | None = None
    """When its reviewers were first reminded."""
    recorded_by: tuple[str, ...] = ()
    """Who declared the deed, recorded the act, or scored and closed the round; they do not approve it."""
    declared_points: int | None = None
    """The score as declared, before any adjustment; None in reviews of before this was stored."""
    version: int = 1

    def decide(
        self,
        request: DecisionRequest,
        by: Reviewer,
        reviewers: CourtyardReviewers,
        rules: CommunityRules,
        at: datetime,
    ) -> DecisionResult:
        """Apply one decision and return what follows from it.

        `reviewers` are those of the courtyard today. Raises `AlreadyDecided`, `StaleVersion`, `Recused`,
        `RoleMissing`, `WrongState`, `Invalid`, `ReasonRequired`, and changes nothing then.
        """
        if self.stage not in (Stage.FIRST, Stage.FINAL):
            raise AlreadyDecided(facts={"stage": self.stage.value})
        if request.version not in (None, self.version):
            raise StaleVersion("这条审核在您查看之后有了变化，请重新查看")
        if request.verb is DecisionType.ENDORSE and self.stage is Stage.FINAL:
            raise AlreadyDecided("初审已经完成", facts={"stage": self.stage.value})
        self._require_reviewer(by, reviewers)
        self._require_applicable(request)
        self._require_within_bound(request, rules)
        decision = self._decision(request, by, at)
        match request.verb:
            case DecisionType.ENDORSE:
                return DecisionResult(decision=decision, event=self._endorse(by, at))
            case DecisionType.RETURN:
                return DecisionResult(decision=decision, event=self._return(request, by, at))
            case DecisionType.REFUSE:
                return DecisionResult(decision=decision, event=self._refuse(request, by, at))
            case DecisionType.APPROVE:
                entry = self._approve(decision.points, by, rules, at)
                event = entry.approved(request.reason) if entry else self._voted(decision, rules)
                return DecisionResult(decision=decision, event=event, entry=entry)

    def terms_for(self, by: Reviewer, reviewers: CourtyardReviewers, rules: CommunityRules) -> DecisionTerms | None:
        """Return what a decision of theirs would need; None once the review is decided."""
        if self.stage not in (Stage.FIRST, Stage.FINAL):
            return None
        refusal = None
        try:
            self._require_reviewer(by, reviewers)
        except (Recused, RoleMissing) as refused:
            refusal = refused.detail
        return DecisionTerms(
            refusal=refusal,
            has_approved=by.person in self.approved_by,
            approvals=len(self.approved_by),
            quorum=self._quorum(rules),
            quorum_beyond_score=max(rules.policy.approval_quorum, 2),
            score=self.score,
            most_points=self._most_points(rules),
        )

    def withdraw(self, sequence: int, at: datetime) -> None:
        """Withdraw the review because its claim was withdrawn; no effect on a decided one."""
        if self.stage in (Stage.FIRST, Stage.FINAL, Stage.RETURNED):
            self.source_sequence = sequence
            self._to(Stage.WITHDRAWN, at)

    def reopen(self, again: "Review") -> None:
        """Begin the review of a returned claim anew with what was resubmitted. Raises `WrongState`."""
        if self.stage is not Stage.RETURNED:
            raise WrongState(f"{self.id} is {self.stage}, not returned")
        deed = ("day", "month", "book", "household", "courtyard", "grid", "item", "category", "points", "public")
        for name in deed:
            setattr(self, name, getattr(again, name))
        self.declared_points = again.declared_points
        self.recorded_by = tuple(sorted({*self.recorded_by, *again.recorded_by}))
        self.interested, self.level, self.flagged = again.interested, again.level, again.flagged
        self.source_sequence, self.endorsed_by, self.approved_by = again.source_sequence, None, ()
        self._to(again.stage, again.opened_at)

    def _require_reviewer(self, by: Reviewer, reviewers: CourtyardReviewers) -> None:
        """Raise `Recused` or `RoleMissing` unless they may decide at this stage."""
        by.require_no_interest(self)
        level = Level.GROUP
        if self.stage is Stage.FIRST:
            level = reviewers.level_for(self.book, self.interested, public=self.public)
        by.require_role(level, self)
        if self.stage is Stage.FINAL:
            self._require_other_hands(by)

    def _require_applicable(self, request: DecisionRequest) -> None:
        """Raise unless the decision is possible at this stage and has the reason it needs."""
        if request.verb is DecisionType.APPROVE and self.stage is Stage.FIRST:
            raise WrongState("尚未初审，不能审核认定")
        if request.verb is DecisionType.RETURN and self.origin == "award":
            raise WrongState("检查奖励不能退回补正")
        if request.points is not None and request.verb is not DecisionType.APPROVE:
            raise Invalid(errors=[{"pointer": "/points", "detail": "只有审核认定时可以调整分值"}])
        if request.false_claim and (request.verb is not DecisionType.REFUSE or self.origin == "award"):
            raise Invalid(errors=[{"pointer": "/false_claim", "detail": "只有不予通过申报时可以认定为虚假申报"}])
        adjusts = request.points not in (None, self.points)
        if (adjusts or request.verb in (DecisionType.RETURN, DecisionType.REFUSE)) and not request.reason:
            raise ReasonRequired(errors=[{"pointer": "/reason", "detail": "退回、不予通过或调整分值必须说明理由"}])

    @property
    def score(self) -> int:
        """The points of the rulebook, or of the rank, before any adjustment."""
        return self.points if self.declared_points is None else self.declared_points

    def _require_other_hands(self, by: Reviewer) -> None:
        """Raise `Recused` when they declared, recorded, scored or endorsed the deed."""
        if by.person in self.recorded_by:
            raise Recused("此件由您申报、登记或评分，应由其他成员审核")
        if by.person == self.endorsed_by:
            raise Recused("此件由您初审，应由其他成员审核")

    def _require_within_bound(self, request: DecisionRequest, rules: CommunityRules) -> None:
        """Raise `Invalid` for points beyond the multiple of the score that the policy allows (R13)."""
        times, most = rules.policy.adjustment_bound, self._most_points(rules)
        if request.points is not None and abs(request.points) > most:
            detail = f"调整后的分值应在 {-most} 与 {most} 之间（项目分值 {self.score} 分的 {times} 倍）"
            raise Invalid(detail, errors=[{"pointer": "/points", "detail": detail}])

    def _most_points(self, rules: CommunityRules) -> int:
        return rules.policy.adjustment_bound * abs(self.score)

    def _quorum(self, rules: CommunityRules) -> int:
        """Return how many members must approve the current points (R13).

        Two at least when the points exceed the score, or when nobody without an interest recorded or endorsed the deed:
        one person alone does not bring points into being, also where the calendar publishes.
        """
        beyond = abs(self.points) > abs(self.score)
        first_hand = self.endorsed_by is not None or not set(self.recorded_by) <= set(self.interested)
        return rules.policy.approval_quorum if first_hand and not beyond else max(rules.policy.approval_quorum, 2)

    def _decision(self, request: DecisionRequest, by: Reviewer, at: datetime) -> Decision:
        return Decision(
            community=self.community,
            id=ids.new("dec"),
            review=self.id,
            stage=self.stage,
            judge=by.person,
            verb=request.verb,
            reason=request.reason,
            points_before=self.points,
            points=self.points if request.points is None else request.points,
            interested=self.interested,
            at=at,
        )

    def _endorse(self, by: Reviewer, at: datetime) -> ClaimEndorsed:
        self.endorsed_by = by.person
        self._to(Stage.FINAL, at)
        return ClaimEndorsed(
            community=self.community,
            sequence=self.version,
            review=self.id,
            origin=self.origin,
            source=self.source,
            by=by.person,
            at=at,
        )

    def _return(self, request: DecisionRequest, by: Reviewer, at: datetime) -> ClaimReturned:
        self._to(Stage.RETURNED, at)
        return ClaimReturned(
            community=self.community,
            sequence=self.version,
            review=self.id,
            origin=self.origin,
            source=self.source,
            reason=request.reason,
            by=by.person,
            at=at,
        )

    def _refuse(self, request: DecisionRequest, by: Reviewer, at: datetime) -> ClaimRefused:
        self._to(Stage.REFUSED, at)
        return ClaimRefused(
            community=self.community,
            sequence=self.version,
            review=self.id,
            origin=self.origin,
            source=self.source,
            reason=request.reason,
            false_claim=request.false_claim,
            by=by.person,
            at=at,
        )

    def _approve(self, points: int, by: Reviewer, rules: CommunityRules, at: datetime) -> Entry | None:
        """Return the entry once the quorum approved the same score, None before; adjusting it starts the count anew."""
        if points != self.points:
            self.approved_by = ()
        if by.person in self.approved_by:
            raise AlreadyDecided("您已经同意，等待其他成员审核", facts={"stage": self.stage.value})
        self.points, self.approved_by = points, (*self.approved_by, by.person)
        if len(self.approved_by) < self._quorum(rules):
            self._to(Stage.FINAL, at)
            return None
        self._to(Stage.APPROVED, at)
        return Entry(
            **self.attribution(),
            grid=self.grid,
            points=self.points,
            public=self.public,
            interested=self.interested,
            id=ids.new_without_time("ent"),
            review=self.id,
            period=rules.period_for(self.month),
            state=EntryState.APPROVED,
            publication=None,
            approved_by=by.person,
            approved_at=at,
            declared_points=self.declared_points,
        )

    def _voted(self, decision: Decision, rules: CommunityRules) -> ApprovalVoted:
        return ApprovalVoted(
            community=self.community,
            sequence=self.version,
            review=self.id,
            origin=self.origin,
            source=self.source,
            points=decision.points,
            votes=len(self.approved_by),
            quorum=self._quorum(rules),
            reason=decision.reason,
            by=decision.judge,
            at=decision.at,
        )

    def _to(self, stage: Stage, at: datetime) -> None:
        self.stage, self.changed_at, self.reminded_at = stage, at, None
        self.version += 1
