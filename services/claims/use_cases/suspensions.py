"""Suspending people's own declaring: by the community's policy, or by a decision of the working group."""

from datetime import date, datetime

from contracts.errors import AlreadyExists, NotFound
from services.claims.domain.suspensions import Suspension
from services.claims.store import ClaimsScope


def suspend_person(scope: ClaimsScope, person: str, until: date, reason: str) -> Suspension:
    """Store a suspension that the working group decided. Raises `NotFound`, `AlreadyExists`, `Invalid`."""
    if not scope.directory.knows(person):
        raise NotFound("没有此居民", errors=[{"pointer": "/person_id", "detail": "没有此居民"}])
    scope.suspensions.lock(person)
    if active := scope.suspensions.active(person, scope.today):
        raise AlreadyExists("此人的申报已被暂停", facts={"suspension_id": active.id})
    suspension = Suspension.by_working_group(
        community=scope.community,
        person=person,
        reason=reason,
        until=until,
        by=scope.person,
        today=scope.today,
        at=scope.now,
    )
    scope.suspensions.add(suspension)
    return suspension


def count_false_claim(scope: ClaimsScope, claim: str, declared_by: str, at: datetime) -> None:
    """Count a false claim for its declarer, and suspend them when there are as many as the policy allows."""
    scope.suspensions.lock(declared_by)
    count = scope.suspensions.count_false_claim(declared_by, claim, at)
    limit = scope.policy.suspend_after_false_claims
    due = limit and count >= limit and scope.directory.knows(declared_by)
    if due and scope.suspensions.active(declared_by, scope.today) is None:
        scope.suspensions.add(
            Suspension.by_policy(
                community=scope.community, person=declared_by, policy=scope.policy, today=scope.today, at=at
            )
        )
