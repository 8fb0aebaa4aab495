"""Route open first reviews to those who may give them by today's roles (R12)."""

from itertools import groupby
from operator import attrgetter

from services.review.domain.overdue import OpenReview
from services.review.store import ReviewScope, ReviewTransaction

_BATCH = 5_000
"""Reviews that are routed in one transaction."""


def route_open_reviews(tx: ReviewTransaction) -> None:
    """Give the next batch of open first reviews the level and the interested people that they have by today's facts."""
    for community, reviews in groupby(tx.sweep("routing").next_batch(_BATCH), attrgetter("community")):
        _route(tx.scope_of(community), list(reviews))


def _route(scope: ReviewScope, reviews: list[OpenReview]) -> None:
    members = scope.directory.members_on({(review.household, review.day) for review in reviews if review.household})
    scope.reviewers.preload(review.courtyard for review in reviews)
    for review in reviews:
        reviewers = scope.reviewers.of_courtyard(review.courtyard, review.grid)
        household = members.get((review.household, review.day), set()) if review.household else set()
        level, interested = review.routed(reviewers, household)
        if (level, interested) != (review.level, review.interested):
            scope.reviews.reroute(review, level, interested)
