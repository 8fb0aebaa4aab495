"""Who may decide on a deed and who may read about it, beyond what `directory.permissions` says of roles (R12, R15)."""

from collections.abc import Iterable
from datetime import date
from functools import partial

from contracts.errors import NotFound, RoleMissing
from directory import Roles
from directory.permissions import APPROVE_DEEDS, READ_OBJECTIONS, READ_REVIEWS, REVIEW_AS_GRID_OFFICER, REVIEW_AS_HEAD
from services.review.domain.deed import Deed
from services.review.domain.objections import Objection
from services.review.domain.reviewers import Level, Reviewer, ReviewQueue
from services.review.store import ReviewScope

_ACTIONS = {Level.HEAD: REVIEW_AS_HEAD, Level.OFFICER: REVIEW_AS_GRID_OFFICER, Level.GROUP: APPROVE_DEEDS}


def reviewer(scope: ReviewScope, days: Iterable[date] = ()) -> Reviewer:
    """Return the caller with their roles of today, and their households on the `days` of the deeds in question."""
    homes = scope.directory.homes_of(scope.person, days)
    return Reviewer(person=scope.person, homes=homes, may_review=partial(may_review, scope.roles))


def may_review(roles: Roles, level: Level, deed: Deed) -> bool:
    """Return whether `roles` allow deciding on a deed at that level, by somebody without an interest in it."""
    return _ACTIONS[level].allows(roles, courtyard=deed.courtyard, grid=deed.grid)


def queue(scope: ReviewScope) -> ReviewQueue:
    """Return which open reviews wait for the caller."""
    roles = scope.roles
    return ReviewQueue(
        person=scope.person, courtyards=roles.courtyards, grids=roles.grids, group=scope.may(APPROVE_DEEDS)
    )


def require_read(scope: ReviewScope, deed: Deed, by: Reviewer) -> None:
    """Raise `NotFound` unless the deed is the caller's or their household's, or their roles allow them to read it."""
    if not (reads_as_reviewer(scope, deed) or by.has_interest_in(deed)):
        raise NotFound(READ_REVIEWS.refusal)


def reads_as_reviewer(scope: ReviewScope, deed: Deed) -> bool:
    """Return whether the caller's roles allow them to read the deed."""
    if deed.public:
        return READ_REVIEWS.allows(scope.roles, courtyard=deed.courtyard, grid=deed.grid)
    return READ_REVIEWS.allows(scope.roles)


def require_resident(scope: ReviewScope) -> None:
    """Raise `RoleMissing` unless the caller belongs to a household of the community today."""
    if scope.directory.household_of(scope.person, scope.today) is None:
        raise RoleMissing("只有本社区居民可以提出异议")


def require_read_objection(scope: ReviewScope, objection: Objection) -> None:
    """Raise `NotFound` unless the caller raised the objection or may read all."""
    if objection.objector != scope.person and not scope.may(READ_OBJECTIONS):
        raise NotFound(READ_OBJECTIONS.refusal)


def require_member(scope: ReviewScope) -> None:
    """Raise `RoleMissing` unless the caller lives in the community or has a role in it."""
    roles = scope.roles
    has_role = roles.courtyards or roles.grids or roles.merchants or roles.offices
    if not has_role and scope.directory.household_of(scope.person, scope.today) is None:
        raise RoleMissing("只有本社区居民和工作人员可以查看")
