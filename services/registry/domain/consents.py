"""Consents to the use of a person's data; a guardian consents for children under 14 (R42)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import get_args

from contracts import ids
from contracts.errors import GuardianConsentRequired, Invalid
from contracts.registry import ConsentPurpose, ConsentRecorded
from services.registry.domain.people import Person

Purpose = ConsentPurpose
PURPOSES: tuple[Purpose, ...] = get_args(ConsentPurpose)

_CHILD = 14
_ADULT = 18


@dataclass(eq=False, kw_only=True)
class Consent:
    """One decision about one purpose. Decisions are never changed; the latest of a purpose holds."""

    community: str
    person: str
    purpose: Purpose
    given: bool
    """False: refused, or withdrawn."""
    by: str
    """Who recorded it: the person, their guardian, or an office that has it on paper."""
    guardian: str | None
    """Who decided for a child."""
    at: datetime
    id: str = field(default_factory=lambda: ids.new("cns"))


def decide(
    person: Person, purpose: Purpose, given: bool, *, by: str, guardian: Person | None, today: date, at: datetime
) -> tuple[Consent, ConsentRecorded]:
    """Return the decision of a person, or of the guardian of a child, and its event.

    Raises `GuardianConsentRequired` when a child's consent has no guardian, `Invalid` for a guardian who is not an
    adult of the child's household, `WrongState` for somebody who was erased.
    """
    person.require_not_erased()
    if guardian is not None:
        _require_guardian(guardian, person, today)
    elif given and may_be_child(person.birth_year, today):
        raise GuardianConsentRequired()
    person.version += 1
    consent = Consent(
        community=person.community,
        person=person.id,
        purpose=purpose,
        given=given,
        by=by,
        guardian=guardian.id if guardian else None,
        at=at,
    )
    recorded = ConsentRecorded(
        community=person.community, sequence=person.version, person=person.id, purpose=purpose, given=given
    )
    return consent, recorded


def may_be_child(birth_year: int | None, today: date) -> bool:
    """Return whether somebody born in that year may be under 14 today; only the year is known."""
    return birth_year is not None and today.year - birth_year <= _CHILD


def is_adult(birth_year: int | None, today: date) -> bool:
    """Return whether somebody is an adult, as far as is known: only the year of birth is."""
    return birth_year is None or today.year - birth_year > _ADULT


def _require_guardian(guardian: Person, child: Person, today: date) -> None:
    homes = [found.household if (found := each.home_on(today)) else None for each in (guardian, child)]
    same_household = homes[0] is not None and homes[0] == homes[1]
    if guardian.id == child.id or not same_household or not is_adult(guardian.birth_year, today):
        detail = "监护人应为同户的成年人"
        raise Invalid(detail, errors=[{"pointer": "/guardian_id", "detail": detail}])
