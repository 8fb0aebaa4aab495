"""Suspending somebody's own declaring: by the community's policy, or by the working group's hand."""

from datetime import date, datetime

from contracts.errors import AlreadyExists, NotFound
from services.claims.domain.suspensions import Suspension
from services.claims.store import Office


def hear_of_false_claim(office: Office, claim: str, declared_by: str, at: datetime) -> None:
    """Count it for whoever declared it; when there are as many as the policy bears, suspend him."""
    policy = office.directory.policy()
    office.suspensions.hold(declared_by)
    many = office.suspensions.count_false(declared_by, claim, at)
    bears = policy.suspend_after_false_claims
    due = bears and many >= bears and office.directory.knows(declared_by)
    if due and office.suspensions.standing(declared_by, office.today) is None:
        about = {"community": office.community, "person": declared_by, "policy": policy}
        office.suspensions.add(Suspension.by_policy(**about, today=office.today, at=at))


def suspend(office: Office, person: str, until: date, reason: str, at: datetime) -> Suspension:
    """The working group's decision. Raises `NotFound`, `AlreadyExists`, `Invalid`."""
    if not office.directory.knows(person):
        raise NotFound("没有此居民", errors=[{"pointer": "/person_id", "detail": "没有此居民"}])
    office.suspensions.hold(person)
    if standing := office.suspensions.standing(person, office.today):
        raise AlreadyExists("此人的申报已被暂停", facts={"suspension_id": standing.id})
    about = {"community": office.community, "person": person, "reason": reason, "by": office.person}
    suspension = Suspension.by_hand(**about, until=until, today=office.today, at=at)
    office.suspensions.add(suspension)
    return suspension
