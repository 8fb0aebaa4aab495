"""Remind reviewers of overdue first reviews, and the branch of overdue objections (R12, R16)."""

from collections import defaultdict

from contracts.calendar import ZONE
from contracts.review import ReviewOverdue, RulingOverdue
from services.review.domain.overdue import days_waited, overdue_before
from services.review.store import ReviewScope, ReviewTransaction

_EARLIEST_HOUR = 8
"""The hour of the day, in Asia/Shanghai, from which reminders are sent."""


def send_reminders(tx: ReviewTransaction) -> None:
    """Emit one reminder a day, in the morning, to each person for whom something overdue waits."""
    if tx.now.astimezone(ZONE).hour < _EARLIEST_HOUR:
        return
    for community in tx.communities_to_remind():
        scope = tx.scope_of(community)
        if scope.reminders.begin(scope.today):
            _remind_of_reviews(scope)
            _remind_of_objections(scope)


def _remind_of_reviews(scope: ReviewScope) -> None:
    group = scope.directory.working_group(scope.today)
    overdue = scope.reviews.open_since(overdue_before(scope.policy.reminder_days, scope.now))
    scope.reviewers.preload(review.courtyard for review in overdue)
    waiting_for = defaultdict(list)
    for review in overdue:
        reviewers = scope.reviewers.of_courtyard(review.courtyard, review.grid)
        for person in review.reviewers_to_remind(reviewers, group):
            waiting_for[person].append(review)
    reminded = set()
    for person, reviews in sorted(waiting_for.items()):
        new = [review for review in reviews if review.reminded_at is None]
        reminded |= {review.id for review in new}
        scope.tx.emit(
            ReviewOverdue(
                community=scope.community,
                judge=person,
                day=scope.today,
                waiting=len(reviews),
                longest_days=max(days_waited(review.since, scope.now) for review in reviews),
                claims=tuple(review.source for review in new),
                at=scope.now,
            )
        )
    scope.reviews.mark_reminded(reminded, scope.now)


def _remind_of_objections(scope: ReviewScope) -> None:
    overdue = scope.objections.lock_open_since(overdue_before(scope.policy.ruling_days, scope.now))
    branch = scope.directory.branch(scope.today)
    for person in sorted(branch):
        objections = [objection for objection in overdue if person not in objection.interested]
        if objections:
            scope.tx.emit(
                RulingOverdue(
                    community=scope.community,
                    judge=person,
                    day=scope.today,
                    waiting=len(objections),
                    longest_days=max(days_waited(objection.raised_at, scope.now) for objection in objections),
                    entries=tuple(objection.entry for objection in objections if objection.reminded_at is None),
                    at=scope.now,
                )
            )
    for objection in overdue if branch else ():
        objection.reminded_at = objection.reminded_at or scope.now
