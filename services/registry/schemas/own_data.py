"""Consents and requests for erasure."""

from contracts.calls.registry.own_data import Consent, Consents, ErasureRequest
from services.registry.domain import consents as domain_consents
from services.registry.domain import (
    erasure_requests,
)
from services.registry.domain.consents import PURPOSES, Purpose, may_be_child
from services.registry.schemas.days import instant
from services.registry.store import RegistryScope


def consents(scope: RegistryScope, person_id: str) -> Consents:
    """Return every purpose with a person's latest decision about it (R42)."""
    decided = {consent.purpose: consent for consent in scope.consents.latest(person_id)}
    person = scope.people.get(person_id)
    return {
        "person_id": person_id,
        "guardian_needed": may_be_child(person.birth_year, scope.today),
        "data": [_consent(purpose, decided.get(purpose)) for purpose in PURPOSES],
    }


def _consent(purpose: Purpose, found: domain_consents.Consent | None) -> Consent:
    return {
        "purpose": purpose,
        "given": found.given if found else None,
        "by_id": found.by if found else None,
        "guardian_id": found.guardian if found else None,
        "at": instant(found.at) if found else None,
    }


def erasure_request(found: erasure_requests.ErasureRequest) -> ErasureRequest:
    return {
        "id": found.id,
        "person_id": found.person,
        "state": found.state,
        "reason": found.reason,
        "requested_at": instant(found.requested_at),
        "due_at": instant(found.due_at),
        "answered_by_id": found.answered_by,
        "answered_at": instant(found.answered_at) if found.answered_at else None,
        "answer": found.answer,
    }
