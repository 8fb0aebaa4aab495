"""Courtyards, households, cards."""

from typing import Any

from sqlalchemy import Row

from contracts.calendar import day_of
from contracts.calls.registry.places import Card, Courtyard, Household, HouseholdInFull, PrintedCard
from contracts.instants import instant
from services.registry.domain import cards
from services.registry.encryption import PersonalDataCipher
from services.registry.schemas.days import iso_day
from services.registry.store import RegistryScope


def courtyard(row: Row[Any]) -> Courtyard:
    return {
        "id": row.id,
        "number": row.number,
        "row": row.row,
        "name": row.name,
        "grid_id": row.grid_id,
        "grid_name": row.grid_name,
        "dissolved_on": iso_day(row.dissolved_on),
    }


def household(row: Row[Any]) -> Household:
    return {
        "id": row.id,
        "code": row.code,
        "courtyard_id": row.courtyard_id,
        "courtyard_number": row.courtyard_number,
        "since": iso_day(row.since),
    }


def household_in_full(scope: RegistryScope, household_id: str, *, card_awaits_me: bool = False) -> HouseholdInFull:
    """Return a household with its members today and everywhere it has lived (R3)."""
    found = scope.households.get(household_id)
    valid = scope.cards.find(household_id)
    return {
        **household(scope.households.row(household_id)),
        "merged_into_id": found.merged_into,
        "card": card(scope, valid, awaits_me=card_awaits_me) if valid else None,
        "members": [
            {"id": person.id, "name": person.name, "tenure": home.tenure, "away": home.away}
            for person in scope.people.members_of(household_id, scope.today)
            if (home := person.home_on(scope.today))
        ],
        "stays": [
            {"courtyard_id": stay.courtyard, "since": stay.since.isoformat(), "until": iso_day(stay.until)}
            for stay in found.stays
            if stay.until is None or stay.until > stay.since
        ],
    }


def card(scope: RegistryScope, found: cards.Card, *, awaits_me: bool = False) -> Card:
    """Return a card without its code."""
    return {
        "household_id": found.household,
        "since": day_of(found.issued_at).isoformat(),
        "issued_by_id": found.by,
        "issued_by_name": scope.people.get(found.by).name,
        "issued_at": instant(found.issued_at),
        "status": "active" if found.is_active(scope.now) else "waiting",
        "active_from": instant(found.active_from),
        "activated_by_id": found.activated_by,
        "activated_at": instant(found.activated_at) if found.activated_at else None,
        "awaits_me": awaits_me,
    }


def printed_card(scope: RegistryScope, found: cards.Card, cipher: PersonalDataCipher) -> PrintedCard:
    """Return what is printed on a card (R6)."""
    row = scope.households.row(found.household)
    place = scope.courtyards.get(row.courtyard_id) if row.courtyard_id else None
    return {
        "community_name": scope.current_community.name,
        "household_code": row.code,
        "row": place.row if place else None,
        "courtyard_number": place.number if place else None,
        "since": day_of(found.issued_at).isoformat(),
        "code": cipher.decrypt(found.code_cipher),
    }
