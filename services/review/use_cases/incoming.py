"""Open, reopen and withdraw reviews by the events of claims and inspection, in whatever order they arrive."""

from collections.abc import Sequence
from datetime import date

from contracts.claims import ClaimResubmitted, ClaimSubmitted, ClaimWithdrawn
from contracts.inspection import AwardProposed
from services.review.domain.new_reviews import review_of_award, review_of_claim
from services.review.domain.reviews import Review
from services.review.store import ReviewScope

ClaimEvent = ClaimSubmitted | ClaimResubmitted | ClaimWithdrawn
_Opening = ClaimSubmitted | ClaimResubmitted | AwardProposed


class FactNotReceived(LookupError):
    """An event mentions a claim, courtyard or resident whose own event has not arrived; it is retried later."""


def apply_events(scope: ReviewScope, events: Sequence[ClaimEvent | AwardProposed]) -> None:
    """Update the reviews of one community by `events`; events older than a review's version are ignored.

    The number of queries does not depend on the number of events. Raises `FactNotReceived`.
    """
    reviews = scope.reviews.lock_by_source(_source(event) for event in events)
    new_reviews = _NewReviews(scope, [event for event in events if not isinstance(event, ClaimWithdrawn)])
    for event in events:
        review = reviews.get(_source(event))
        if review and event.sequence <= review.source_sequence:
            continue
        if isinstance(event, ClaimWithdrawn):
            if review is None:
                raise FactNotReceived(event.claim)
            review.withdraw(event.sequence, scope.now)
        elif review:
            review.reopen(new_reviews.of(event))
        else:
            review = reviews[_source(event)] = new_reviews.of(event)
            scope.reviews.add(review)


class _NewReviews:
    """Makes reviews of the events of one community from directory facts that are loaded once for all of them."""

    def __init__(self, scope: ReviewScope, events: Sequence[_Opening]) -> None:
        self._scope = scope
        self._members = scope.directory.members_on({(e.household, e.day) for e in events if e.household})
        scope.reviewers.preload(event.courtyard for event in events)
        self._grids = scope.directory.grids_of({event.courtyard for event in events})

    def of(self, event: _Opening) -> Review:
        """Return a new review of what the event describes."""
        grid = self._grid(event.courtyard)
        members = self._household_members(event.person, event.household, event.day)
        if isinstance(event, AwardProposed):
            return review_of_award(event, grid, members, self._scope.now)
        reviewers = self._scope.reviewers.of_courtyard(event.courtyard, grid)
        return review_of_claim(event, grid, members, reviewers, self._scope.policy, self._scope.now)

    def _grid(self, courtyard: str) -> str:
        if courtyard not in self._grids:
            raise FactNotReceived(courtyard)
        return self._grids[courtyard]

    def _household_members(self, person: str, household: str | None, day: date) -> set[str]:
        """Return the members of the person's household on the day of the deed."""
        if household is None:
            return {person}
        members = self._members.get((household, day), set())
        if person not in members:
            raise FactNotReceived(f"{person} of {household}")
        return members


def _source(event: ClaimEvent | AwardProposed) -> str:
    return event.award if isinstance(event, AwardProposed) else event.claim
