"""A judgement is made once, by someone without an interest in it: first review, then final approval (R12, R13)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts import ids
from contracts.errors import AlreadyDecided, Invalid, ReasonRequired, WrongState
from contracts.event import Event
from contracts.review import ApprovalVoted, ClaimEndorsed, ClaimRefused, ClaimReturned
from services.review.domain.deed import Deed
from services.review.domain.entries import Entry, EntryState
from services.review.domain.house import HouseRules
from services.review.domain.judges import Bench, Judge, Level


class Stage(StrEnum):
    """First review → final approval → approved; or returned (and back by resubmission), refused, withdrawn."""

    FIRST = "first"
    FINAL = "final"
    RETURNED = "returned"
    REFUSED = "refused"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    """What a judge can say. Endorsing belongs to the first review, approving to the final one."""

    ENDORSE = "endorse"
    APPROVE = "approve"
    RETURN = "return"
    REFUSE = "refuse"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the judge said; `points` adjusts the score at final approval."""

    verb: Verb
    reason: str = ""
    points: int | None = None
    false_claim: bool = False
    """Refused because the deed was made up."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One judge's word on one review, kept for ever with those who had an interest at that time."""

    community: str
    id: str
    review: str
    stage: Stage
    judge: str
    verb: Verb
    reason: str
    points_before: int
    points: int
    interested: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A decision and what follows from it."""

    decision: Decision
    event: Event
    entry: Entry | None = None


@dataclass(kw_only=True, eq=False)
class Review(Deed):
    """The case of one deed, from declaration to approval."""

    id: str
    month: str
    """The month of the act."""
    stage: Stage
    level: Level
    """Whose turn the first review is, by the offices held when it was last routed."""
    flagged: bool
    system_made: bool
    source_sequence: int
    """The version of the claim that is being judged."""
    opened_at: datetime
    changed_at: datetime
    endorsed_by: str | None = None
    approved_by: tuple[str, ...] = ()
    """Members who approved the score as it stands; the quorum is counted by them."""
    reminded_at: datetime | None = None
    """When the judges it waits for were first reminded."""
    version: int = 1

    def decide(self, verdict: Verdict, by: Judge, bench: Bench, rules: HouseRules, at: datetime) -> Judgement:
        """One word of one judge.

        Raises `AlreadyDecided`, `Recused`, `RoleMissing`, `WrongState`, `ReasonRequired`; nothing has changed then.
        """
        if self.stage not in (Stage.FIRST, Stage.FINAL):
            raise AlreadyDecided(facts={"stage": self.stage.value})
        if verdict.verb is Verb.ENDORSE and self.stage is Stage.FINAL:
            raise AlreadyDecided("初审已经完成", facts={"stage": self.stage.value})
        by.must_have_no_interest_in(self)
        level = bench.level_for(self.book, self.interested) if self.stage is Stage.FIRST else Level.GROUP
        by.must_sit_at(level, self)
        self._must_fit(verdict)
        decision = self._decision(verdict, by, at)
        match verdict.verb:
            case Verb.ENDORSE:
                return Judgement(decision=decision, event=self._endorse(by, at))
            case Verb.RETURN:
                return Judgement(decision=decision, event=self._return(verdict, by, at))
            case Verb.REFUSE:
                return Judgement(decision=decision, event=self._refuse(verdict, by, at))
            case Verb.APPROVE:
                entry = self._approve(decision.points, by, rules, at)
                event = entry.approved(verdict.reason) if entry else self._voted(decision, rules)
                return Judgement(decision=decision, event=event, entry=entry)

    def withdraw(self, sequence: int, at: datetime) -> None:
        """The claimant took it back. What was decided before that stays decided."""
        if self.stage in (Stage.FIRST, Stage.FINAL, Stage.RETURNED):
            self.source_sequence = sequence
            self._to(Stage.WITHDRAWN, at)

    def reopen(self, again: "Review") -> None:
        """A returned claim came back changed: it is judged from the beginning."""
        if self.stage is not Stage.RETURNED:
            raise WrongState(f"{self.id} is {self.stage}, not returned")
        for name in ("day", "month", "book", "household", "courtyard", "grid", "item", "category", "points"):
            setattr(self, name, getattr(again, name))
        self.interested, self.level, self.flagged = again.interested, again.level, again.flagged
        self.source_sequence, self.endorsed_by, self.approved_by = again.source_sequence, None, ()
        self._to(again.stage, again.opened_at)

    def _must_fit(self, verdict: Verdict) -> None:
        """Whether this can be said at this stage, and was said with the reason it needs."""
        if verdict.verb is Verb.APPROVE and self.stage is Stage.FIRST:
            raise WrongState("尚未初审，不能审核认定")
        if verdict.verb is Verb.RETURN and self.origin == "award":
            raise WrongState("检查奖励不能退回补正")
        if verdict.points is not None and verdict.verb is not Verb.APPROVE:
            raise Invalid(errors=[{"pointer": "/points", "detail": "只有审核认定时可以调整分值"}])
        if verdict.false_claim and (verdict.verb is not Verb.REFUSE or self.origin == "award"):
            raise Invalid(errors=[{"pointer": "/false_claim", "detail": "只有不予通过申报时可以认定为虚假申报"}])
        adjusts = verdict.points not in (None, self.points)
        if (adjusts or verdict.verb in (Verb.RETURN, Verb.REFUSE)) and not verdict.reason:
            raise ReasonRequired(errors=[{"pointer": "/reason", "detail": "退回、不予通过或调整分值必须说明理由"}])

    def _decision(self, verdict: Verdict, by: Judge, at: datetime) -> Decision:
        return Decision(
            community=self.community,
            id=ids.new("dec"),
            review=self.id,
            stage=self.stage,
            judge=by.person,
            verb=verdict.verb,
            reason=verdict.reason,
            points_before=self.points,
            points=self.points if verdict.points is None else verdict.points,
            interested=self.interested,
            at=at,
        )

    def _endorse(self, by: Judge, at: datetime) -> ClaimEndorsed:
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

    def _return(self, verdict: Verdict, by: Judge, at: datetime) -> ClaimReturned:
        self._to(Stage.RETURNED, at)
        return ClaimReturned(
            community=self.community,
            sequence=self.version,
            review=self.id,
            origin=self.origin,
            source=self.source,
            reason=verdict.reason,
            by=by.person,
            at=at,
        )

    def _refuse(self, verdict: Verdict, by: Judge, at: datetime) -> ClaimRefused:
        self._to(Stage.REFUSED, at)
        return ClaimRefused(
            community=self.community,
            sequence=self.version,
            review=self.id,
            origin=self.origin,
            source=self.source,
            reason=verdict.reason,
            false_claim=verdict.false_claim,
            by=by.person,
            at=at,
        )

    def _approve(self, points: int, by: Judge, rules: HouseRules, at: datetime) -> Entry | None:
        """The entry, once enough members approve the same score; adjusting it starts the count anew."""
        if points != self.points:
            self.approved_by = ()
        if by.person in self.approved_by:
            raise AlreadyDecided("您已经同意，等待其他成员审核", facts={"stage": self.stage.value})
        self.points, self.approved_by = points, (*self.approved_by, by.person)
        if len(self.approved_by) < rules.policy.approval_quorum:
            self._to(Stage.FINAL, at)
            return None
        self._to(Stage.APPROVED, at)
        return Entry(
            **self.attribution(),
            grid=self.grid,
            points=self.points,
            interested=self.interested,
            id=ids.new("ent"),
            review=self.id,
            period=rules.period_for(self.month),
            state=EntryState.APPROVED,
            publication=None,
            approved_by=by.person,
            approved_at=at,
        )

    def _voted(self, decision: Decision, rules: HouseRules) -> ApprovalVoted:
        return ApprovalVoted(
            community=self.community,
            sequence=self.version,
            review=self.id,
            origin=self.origin,
            source=self.source,
            points=decision.points,
            votes=len(self.approved_by),
            quorum=rules.policy.approval_quorum,
            reason=decision.reason,
            by=decision.judge,
            at=decision.at,
        )

    def _to(self, stage: Stage, at: datetime) -> None:
        self.stage, self.changed_at, self.reminded_at = stage, at, None
        self.version += 1
