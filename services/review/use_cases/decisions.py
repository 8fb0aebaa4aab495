"""Decide on one review or on two thousand, in one transaction (R12, R13)."""

from collections.abc import Collection, Iterable

from contracts.calls.review import DecisionAnswer
from contracts.errors import NotFound, Refusal
from directory.permissions import READ_REVIEWS
from services.review import permissions
from services.review.domain.daily_limits import DailyLimit
from services.review.domain.office_decisions import of_adjustment
from services.review.domain.reviews import DecisionRequest, DecisionResult, DecisionType, Review
from services.review.store import ReviewScope
from services.review.use_cases import duties


def decide(scope: ReviewScope, review_id: str, request: DecisionRequest) -> Review:
    """Decide on one review and return it."""
    decisions = _Decisions(scope, [review_id])
    review = decisions.decide(review_id, request)
    decisions.save()
    return review


def decide_many(scope: ReviewScope, requests: Collection[tuple[str, DecisionRequest]]) -> list[DecisionAnswer]:
    """Decide on many reviews and return an answer for each; a refused one does not affect the others."""
    decisions = _Decisions(scope, [review_id for review_id, _ in requests])
    answers = [_answer(decisions, review_id, request) for review_id, request in requests]
    decisions.save()
    return answers


def _answer(decisions: "_Decisions", review_id: str, request: DecisionRequest) -> DecisionAnswer:
    try:
        stage = decisions.decide(review_id, request).stage
    except Refusal as refusal:
        return {"review_id": review_id, "ok": False, "stage": None, "code": refusal.code, "detail": refusal.detail}
    return {"review_id": review_id, "ok": True, "stage": stage.value, "code": None, "detail": None}


class _Decisions:
    """The caller's decisions on reviews that are locked until the transaction ends; `save` stores them all."""

    def __init__(self, scope: ReviewScope, review_ids: Iterable[str]) -> None:
        self._scope = scope
        self._rules = scope.rules_for_decisions()
        self._reviews = scope.reviews.lock(review_ids)
        self._reviewer = permissions.reviewer(scope, {review.day for review in self._reviews.values()})
        scope.reviewers.preload(review.courtyard for review in self._reviews.values())
        self._limit: DailyLimit | None = None
        self._results: list[DecisionResult] = []
        self._decided: dict[str, Review] = {}

    def decide(self, review_id: str, request: DecisionRequest) -> Review:
        """Return the review after the decision; a refused one leaves it unchanged."""
        review = self._reviews.get(review_id)
        if review is None:
            raise NotFound(READ_REVIEWS.refusal)
        permissions.require_read(self._scope, review, self._reviewer)
        if request.verb is DecisionType.APPROVE:
            self._approvals.require_room(review.points if request.points is None else request.points)
        reviewers = self._scope.reviewers.of_courtyard(review.courtyard, review.grid)
        result = review.decide(request, self._reviewer, reviewers, self._rules, self._scope.now)
        if request.verb is DecisionType.APPROVE:
            self._approvals.add(result.decision.points)
        self._results.append(result)
        self._decided[review.id] = review
        return review

    @property
    def _approvals(self) -> DailyLimit:
        """What the caller has approved today, with this transaction."""
        if self._limit is None:
            self._limit = duties.approval_limit(self._scope)
        return self._limit

    def save(self) -> None:
        """Store decisions, reviews and entries, and emit their events."""
        self._scope.reviews.save_decisions(self._results, self._decided.values())
        self._scope.tx.emit(*(result.event for result in self._results))
        duties.record(self._scope, *(of_adjustment(result.entry) for result in self._results if result.entry))
        if self._limit:
            duties.alert(self._scope, self._limit)
