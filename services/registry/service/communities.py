"""Calls about communities and their settings (R1)."""

from typing import Unpack

from contracts.calls.registry import communities as calls
from contracts.paging import page_of
from contracts.policy import Guards, Policy
from contracts.rpc import Caller, Page
from contracts.validation import load
from directory.permissions import FOUND_COMMUNITIES
from messaging import command, query
from services.registry import permissions, schemas
from services.registry.domain.communities import PLATFORM, Community
from services.registry.encryption import PersonalDataCipher
from services.registry.store import RegistryTransaction
from services.registry.use_cases import communities, proposals


class CommunityCalls(calls.CommunitiesApi):
    cipher: PersonalDataCipher
    guards: Guards

    @command
    def found_community(
        self, tx: RegistryTransaction, *, actor: Caller, **form: Unpack[calls.NewCommunity]
    ) -> calls.FoundedCommunity:
        form = load(calls.NewCommunity, form)
        scope = tx.scope(actor, for_update=True)
        permissions.require_founding(scope)
        community = Community(name=form["name"], district=form["district"])
        first = form["committee"]
        phone = self.cipher.encrypt_phone(first["phone"])
        person = communities.found_community(scope, community, first["name"], phone, first["password_hash"])
        return {**schemas.community(community), "committee_person_id": person.id}

    @query
    def list_communities(
        self, tx: RegistryTransaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.Community]:
        scope = tx.scope(actor)
        only = None if scope.may(FOUND_COMMUNITIES) else scope.community
        found = tx.communities.list(limit + 1, cursor, only)
        return page_of(found, limit, schemas.community, lambda community: community.id)

    @query
    def list_public_communities(
        self, tx: RegistryTransaction, *, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.Community]:
        found = tx.communities.list(limit + 1, cursor, without=PLATFORM)
        return page_of(found, limit, schemas.community, lambda community: community.id)

    @query
    def get_community(self, tx: RegistryTransaction, *, community_id: str) -> calls.PublicCommunity:
        found = tx.communities.get(community_id)
        return schemas.public_community(found, tx.scope_of(community_id).proposals.announced())

    @query
    def get_settings(self, tx: RegistryTransaction, *, actor: Caller, community_id: str) -> calls.Settings:
        scope = tx.scope(actor)
        permissions.require_settings(scope, community_id)
        return schemas.settings(scope.current_community)

    @command
    def put_settings(
        self, tx: RegistryTransaction, *, actor: Caller, community_id: str, settings: calls.Settings
    ) -> calls.ChosenSettings:
        policy = Policy.of(dict(load(calls.Settings, settings)))
        scope = tx.scope(actor, for_update=True)
        proposal = proposals.choose_settings(scope, community_id, policy, self.guards)
        return schemas.chosen_settings(scope.current_community, proposal)
