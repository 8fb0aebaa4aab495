"""Declaring a deed: what the rules need to know is gathered from the stores, then the rules decide (R6–R8, R10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from contracts import ids
from contracts.claims import BookKind
from contracts.errors import NotEligible, NotFound, RoleMissing
from directory import Standing
from services.claims.domain.claim import Claim, Declaration, Doer
from services.claims.domain.evidence import Flag
from services.claims.domain.rulebook import Item, Rulebook
from services.claims.store import Circumstances, Office


@dataclass(frozen=True, kw_only=True)
class _Admitted:
    """A declaration that the rules let pass, with all they found."""

    declaration: Declaration
    doer: Doer
    item: Item
    rulebook: Rulebook
    flags: Sequence[Flag]


def declare(office: Office, declaration: Declaration, person: str | None, at: datetime) -> Claim:
    """A new claim by whoever is at the counter, for himself or for `person` (代办, R6)."""
    person = person or office.person
    circumstances = office.circumstances(person, declaration.day)
    doer = _doer(office, person, declaration.day, circumstances.standing)
    if person != office.person:
        _must_act_for(office, doer)
    elif circumstances.suspended:
        _refuse_suspended(office)
    claim = ids.new("clm")
    admitted = _admit(
        office, claim, declaration, doer, circumstances, declared_at=at, uploaders={office.person, person}
    )
    return Claim.declare(community=office.community, id=claim, by=office.person, at=at, **vars(admitted))


def declare_by_platform(office: Office, declaration: Declaration, person: str, at: datetime) -> Claim:
    """A claim of what the platform itself recorded, under the rulebook's caps and without first review (R11)."""
    circumstances = office.circumstances(person, declaration.day)
    doer = _doer(office, person, declaration.day, circumstances.standing)
    claim = ids.new("clm")
    admitted = _admit(
        office, claim, declaration, doer, circumstances, declared_at=at, uploaders=set(), system_made=True
    )
    return Claim.declare(community=office.community, id=claim, by=person, at=at, system_made=True, **vars(admitted))


def declare_again(office: Office, claim: Claim, declaration: Declaration, at: datetime) -> None:
    """A returned claim in new words; whether it is late is counted from when it was first declared."""
    claim.must_be_of(office.person)
    claim.must_be_returned()
    circumstances = office.circumstances(claim.person, declaration.day)
    doer = _doer(office, claim.person, declaration.day, circumstances.standing)
    uploaders = {office.person, claim.person, claim.declared_by}
    admitted = _admit(
        office, claim.id, declaration, doer, circumstances, declared_at=claim.submitted_at, uploaders=uploaders
    )
    claim.declare_again(at=at, **vars(admitted))


def _admit(
    office: Office,
    claim: str,
    declaration: Declaration,
    doer: Doer,
    circumstances: Circumstances,
    *,
    declared_at: datetime,
    uploaders: set[str],
    system_made: bool = False,
) -> _Admitted:
    policy = circumstances.standing.policy
    declaration.must_be_in_time(declared_at, policy)
    rulebook = office.rulebooks.adopted(circumstances.rulebook, declaration.day)
    item = rulebook.item(declaration.item)
    item.admit(
        quantity=declaration.quantity,
        book=doer.book,
        evidence=len(declaration.evidence),
        policy=policy,
        system_made=system_made,
    )
    office.evidence.must_be_usable(declaration.evidence, uploaders)
    _must_fit_caps(office, claim, declaration, doer, item)
    flags = office.evidence.flags_for(declaration.evidence, claim)
    return _Admitted(declaration=declaration, doer=doer, item=item, rulebook=rulebook, flags=flags)


def _doer(office: Office, person: str, day: date, stood: Standing) -> Doer:
    """The person as he stood on the day of the act (R3, R22)."""
    if stood.erased:
        raise NotFound("没有此居民", errors=[{"pointer": "/person_id", "detail": "没有此居民"}])
    headed = stood.roles.courtyards
    courtyard = stood.courtyard or min(headed, default=None)
    if courtyard is None:
        if person != office.person and not office.directory.knows(person):
            raise NotFound("没有此居民", errors=[{"pointer": "/person_id", "detail": "没有此居民"}])
        raise NotEligible("行为发生当日，该居民不在本社区居住", facts={"day": day.isoformat()})
    book: BookKind = "head" if headed else "household"
    return Doer(person=person, household=stood.household, courtyard=courtyard, book=book)


def _refuse_suspended(office: Office) -> None:
    if suspension := office.suspensions.standing(office.person, office.today):
        raise suspension.refuse()


def _must_act_for(office: Office, doer: Doer) -> None:
    """Heads declare for the residents of their courtyard; grid officers for anybody in their grid, heads too (R8)."""
    roles = office.directory.roles_of(office.person, office.today)
    heads_it = doer.courtyard in roles.courtyards and doer.book == "household"
    if not heads_it and office.directory.grid_of(doer.courtyard) not in roles.grids:
        raise RoleMissing("院长可为本院居民代为申报，网格员可为本网格的居民和院长代为申报")


def _must_fit_caps(office: Office, claim: str, declaration: Declaration, doer: Doer, item: Item) -> None:
    """Count under a lock, so that two claims at once never pass a cap together."""
    office.claims.hold_caps(item, doer)
    for cap in item.caps:
        used = office.claims.used(cap, item, doer, declaration.day, but=claim)
        cap.admit(item.amount(cap, declaration.quantity), used, declaration.day)
