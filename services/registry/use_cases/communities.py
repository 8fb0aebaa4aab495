"""Founding communities and changing their settings (R1)."""

from contracts.policy import Guards, Policy
from services.registry import permissions
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


def choose_settings(scope: RegistryScope, community_id: str, policy: Policy, guards: Guards) -> Community:
    """Replace all settings of the caller's community. Raises `NotFound`, `RoleMissing`, `Invalid`."""
    permissions.require_settings(scope, community_id)
    scope.tx.emit(scope.current_community.choose(policy, guards))
    return scope.current_community
