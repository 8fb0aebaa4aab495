"""Residents."""

from typing import Any

from sqlalchemy import Row

from contracts.calls.registry.residents import Resident, ResidentInFull
from services.registry.domain.people import ERASED
from services.registry.encryption import PersonalDataCipher
from services.registry.schemas.days import iso_day
from services.registry.store import RegistryScope


def resident(row: Row[Any], cipher: PersonalDataCipher) -> Resident:
    """Return a person with their household and courtyard today, the phone masked."""
    return {
        "id": row.id,
        "name": ERASED if row.erased_at else row.name,
        "phone_masked": cipher.masked_phone(row.phone_cipher),
        "birth_year": row.birth_year,
        "household_id": row.household_id,
        "household_code": row.household_code,
        "tenure": row.tenure,
        "away": row.away,
        "since": iso_day(row.since),
        "courtyard_id": row.courtyard_id,
        "courtyard_number": row.courtyard_number,
        "grid_id": row.grid_id,
    }


def resident_in_full(scope: RegistryScope, row: Row[Any], cipher: PersonalDataCipher) -> ResidentInFull:
    """Return a person with every household they have belonged to (R3)."""
    return {
        **resident(row, cipher),
        "homes": [
            {
                "household_id": membership.household,
                "tenure": membership.tenure,
                "away": membership.away,
                "since": membership.since.isoformat(),
                "until": iso_day(membership.until),
            }
            for membership in scope.people.get(row.id).memberships
            if membership.until is None or membership.until > membership.since
        ],
    }
