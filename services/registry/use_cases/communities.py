"""Founding communities and changing their settings (R1)."""

from contracts.policy import Guards, Policy
from services.registry.domain.communities import Community
from services.registry.domain.people import EncryptedPhone, Person
from services.registry.store import RegistryScope
from services.registry.use_cases import appointments, people


def found_community(
    scope: RegistryScope,
    community: Community,
    committee_name: str,
    committee_phone: EncryptedPhone,
    password_hash: str | None,
) -> Person:
    """Found a community and return the first person of its committee. Raises `AlreadyExists`."""
    scope.tx.communities.add(community)
    scope.tx.emit(community.founded())
    founded = scope.tx.scope_of(community.id)
    person = people.register(founded, committee_name, founded.today, phone=committee_phone, password_hash=password_hash)
    appointments.appoint(founded, person.id, "committee", None, founded.today, by=scope.person)
    return person


def change_settings(
    scope: RegistryScope, policy: Policy, guards: Guards, by: str, approved_by: str | None = None
) -> None:
    """Replace all settings of the community. Raises `Invalid`."""
    scope.tx.emit(scope.current_community.choose(policy, guards, by, approved_by))
