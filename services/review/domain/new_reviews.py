"""How a review begins: of a claim with its first review, of what the platform recorded without one (R11, R12, R19)."""

from collections.abc import Collection
from datetime import datetime

from contracts import ids
from contracts.calendar import period_of
from contracts.claims import ClaimResubmitted, ClaimSubmitted
from contracts.inspection import AwardProposed
from contracts.policy import Policy
from services.review.domain.reviewers import CourtyardReviewers, Level
from services.review.domain.reviews import Review, Stage

AWARD_ITEM = "inspection_rank"
"""The item of awards in lists and passbooks."""


def review_of_claim(
    claim: ClaimSubmitted | ClaimResubmitted,
    grid: str,
    members: Collection[str],
    reviewers: CourtyardReviewers,
    policy: Policy,
    at: datetime,
) -> Review:
    """Return the review of a claim; `members` belonged to the household on the day of the deed.

    A person who declared it for another has an interest in it where the policy does not let declarers review.
    """
    parties = members if policy.declarer_may_review else {*members, claim.declared_by}
    interested = _interested(claim.person, parties)
    return Review(
        community=claim.community,
        origin="claim",
        source=claim.claim,
        book=claim.book,
        person=claim.person,
        household=claim.household,
        courtyard=claim.courtyard,
        grid=grid,
        day=claim.day,
        item=claim.item,
        category=claim.category,
        points=claim.points,
        public=claim.public,
        interested=interested,
        id=ids.new("rev"),
        month=period_of(claim.day),
        stage=Stage.FINAL if claim.system_made else Stage.FIRST,
        level=Level.GROUP if claim.system_made else reviewers.level_for(claim.book, interested, public=claim.public),
        flagged=claim.flagged,
        system_made=claim.system_made,
        source_sequence=claim.sequence,
        recorded_by=_recorders(claim),
        declared_points=claim.points,
        opened_at=at,
        changed_at=at,
    )


def review_of_award(award: AwardProposed, grid: str, members: Collection[str], at: datetime) -> Review:
    """Return the review of a head's award for the rank of their courtyard, which begins with the final approval.

    Whoever scored the round or closed it counts as having recorded it.
    """
    return Review(
        community=award.community,
        origin="award",
        source=award.award,
        book="head",
        person=award.person,
        household=award.household,
        courtyard=award.courtyard,
        grid=grid,
        day=award.day,
        item=AWARD_ITEM,
        category="living_environment",
        points=award.points,
        interested=_interested(award.person, members),
        id=ids.new("rev"),
        month=award.period,
        stage=Stage.FINAL,
        level=Level.GROUP,
        flagged=False,
        system_made=True,
        source_sequence=award.sequence,
        recorded_by=tuple(sorted(award.decided_by)),
        declared_points=award.points,
        opened_at=at,
        changed_at=at,
    )


def _recorders(claim: ClaimSubmitted | ClaimResubmitted) -> tuple[str, ...]:
    if isinstance(claim, ClaimResubmitted):
        return (claim.declared_by,)
    return tuple(sorted({claim.recorded_by or claim.declared_by, *claim.also_recorded_by}))


def _interested(person: str, members: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted({person, *members}))
