"""Consents, requests for erasure, and what the registry knows of a person (R42)."""

from typing import cast

from contracts.calls.registry.consents import ConsentChoices
from contracts.errors import GuardianConsentRequired, RoleMissing
from directory.permissions import ERASE_RESIDENTS, RECORD_CONSENTS
from services.registry.domain.consents import Consent, Purpose, decide, may_be_child
from services.registry.domain.erasure_requests import ErasureRequest
from services.registry.domain.people import Person
from services.registry.store import RegistryScope


def record_consent(
    scope: RegistryScope, person_id: str, purpose: Purpose, given: bool, guardian_id: str | None
) -> Consent:
    """Store a decision of the caller, of a child of the caller's household, or one that an office has on paper.

    Raises `NotFound`, `RoleMissing`, `GuardianConsentRequired`, `Invalid`, `WrongState`.
    """
    row = scope.people.row(person_id, scope.viewer)
    person = scope.people.get(person_id)
    if person_id != scope.person and guardian_id != scope.person:
        if guardian_id is None and _may_be_guarded(scope, person):
            raise GuardianConsentRequired(
                errors=[{"pointer": "/guardian_id", "detail": "监护人本人决定时，填本人的编号"}]
            )
        scope.require(RECORD_CONSENTS, courtyard=row.courtyard_id)
    return _record(scope, person, purpose, given, guardian_id)


def _may_be_guarded(scope: RegistryScope, person: Person) -> bool:
    """Return whether a person may be a child of the caller's household."""
    household = scope.people.household_of(scope.person)
    same = household is not None and scope.people.household_of(person.id) == household
    return same and may_be_child(person.birth_year, scope.today)


def record_own_choices(scope: RegistryScope, choices: ConsentChoices) -> None:
    """Store the caller's decisions of a form. Raises `GuardianConsentRequired` for a child's consent."""
    person = scope.people.get(scope.person)
    for purpose, given in choices.items():
        _record(scope, person, cast(Purpose, purpose), bool(given), None)


def record_choices_on_paper(
    scope: RegistryScope, person: Person, choices: ConsentChoices, guardian_id: str | None
) -> None:
    """Store the decisions of somebody whom the caller registers. Raises as `record_consent` does."""
    for purpose, given in choices.items():
        record_consent(scope, person.id, cast(Purpose, purpose), bool(given), guardian_id)


def _record(scope: RegistryScope, person: Person, purpose: Purpose, given: bool, guardian_id: str | None) -> Consent:
    guardian = scope.people.get(guardian_id) if guardian_id else None
    consent, recorded = decide(
        person, purpose, given, by=scope.person, guardian=guardian, today=scope.today, at=scope.now
    )
    scope.consents.add(consent)
    scope.tx.emit(recorded)
    scope.accesses.record(person.id, "consent_recorded", consent.id)
    return consent


def request_erasure(scope: RegistryScope, reason: str) -> ErasureRequest:
    """Store the caller's request. Raises `AlreadyExists`, `WrongState` for somebody who was erased."""
    scope.people.get(scope.person).require_not_erased()
    request = ErasureRequest(community=scope.community, person=scope.person, reason=reason, requested_at=scope.now)
    scope.erasure_requests.add(request)
    return request


def withdraw_erasure_request(scope: RegistryScope, request_id: str) -> ErasureRequest:
    """Withdraw the caller's own request. Raises `NotFound`, `RoleMissing`, `WrongState`."""
    request = scope.erasure_requests.get(request_id)
    if request.person != scope.person:
        raise RoleMissing("只能撤回本人的申请")
    request.withdraw(scope.now)
    return request


def refuse_erasure(scope: RegistryScope, request_id: str, reason: str) -> ErasureRequest:
    """Refuse a request with a reason. Raises `RoleMissing`, `NotFound`, `WrongState`."""
    scope.require(ERASE_RESIDENTS)
    request = scope.erasure_requests.get(request_id)
    request.refuse(scope.person, reason, scope.now)
    return request


def complete_erasure_request(scope: RegistryScope, person_id: str) -> None:
    """Mark a person's open request as done and empty the texts of their requests."""
    if request := scope.erasure_requests.open_of(person_id):
        request.complete(scope.person, scope.now)
    scope.session.flush()
    scope.erasure_requests.erase_texts(person_id)
