"""The registry's store: its transaction, and the repositories of one community."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from contracts.calendar import day_of
from contracts.errors import Unauthorized
from contracts.registry import Role
from directory.access_log import AccessLog
from directory.permissions import READ_RESIDENTS, Action
from directory.roles import Roles
from messaging import Actor, CommunityScope, ScopedTransaction, Store
from services.registry.domain.communities import Community
from services.registry.domain.roster_uploads import RosterUpload
from services.registry.store import mapping  # noqa: F401  maps the domain's classes to tables
from services.registry.store.accounts import AccountRepository
from services.registry.store.appointments import AppointmentRepository
from services.registry.store.cards import CardRepository
from services.registry.store.communities import CommunityRepository
from services.registry.store.courtyards import CourtyardRepository
from services.registry.store.households import HouseholdRepository
from services.registry.store.identities import IdentityRepository
from services.registry.store.invitations import InvitationRepository
from services.registry.store.own_data import ConsentRepository, ErasureRequestRepository
from services.registry.store.people import PersonRepository
from services.registry.store.proposals import ProposalRepository, due_proposals
from services.registry.store.public_labels import PopulationRepository
from services.registry.store.roster_import import RosterRepository
from services.registry.store.roster_uploads import RosterUploadRepository, next_upload
from services.registry.store.second_factors import SecondFactorRepository
from services.registry.store.sessions import SessionRepository
from services.registry.store.sign_in_changes import SignInChangeRepository
from services.registry.store.spending_waits import SpendingWaitRepository
from services.registry.store.tables import metadata
from services.registry.store.visibility import Viewer

__all__ = ["RegistryScope", "RegistryStore", "RegistryTransaction", "metadata"]


class RegistryScope(CommunityScope["RegistryTransaction"]):
    """Repositories of one community, and what the caller may see and do in it today."""

    @cached_property
    def today(self) -> date:
        """The day of the transaction in Asia/Shanghai."""
        return day_of(self.now)

    @cached_property
    def current_community(self) -> Community:
        """The community itself. Raises `NotFound`."""
        return self.tx.communities.get(self.community)

    def load_community(self, *, for_update: bool = False) -> None:
        """Load the community and lock its row if asked for. Raises `NotFound`."""
        self.current_community = self.tx.communities.get(self.community, for_update=for_update)

    @cached_property
    def in_set_up(self) -> bool:
        """Whether the committee still sets the community up: it never had a branch that could approve anything."""
        return not self.appointments.had_branch()

    # The caller

    @cached_property
    def seats(self) -> list[tuple[Role, str]]:
        """The caller's roles today, each with its scope."""
        return self.appointments.seats_of(self.person)

    @cached_property
    def roles(self) -> Roles:
        """The caller's roles today."""
        return Roles.of(self.community, self.seats)

    @cached_property
    def household(self) -> str | None:
        """The household the caller belongs to today."""
        return self.people.household_of(self.person)

    @cached_property
    def viewer(self) -> Viewer:
        """Which households the caller may see."""
        return Viewer(self.person, self.household, self.may(READ_RESIDENTS), self.roles, self.today)

    def may(self, action: Action, *, courtyard: str | None = None) -> bool:
        """Return whether the caller's roles allow `action`, in that courtyard if one is given."""
        return action.allows(self.roles, courtyard=courtyard, grid=lambda: self.courtyards.grid_of(courtyard))

    def require(self, action: Action, *, courtyard: str | None = None) -> None:
        """Raise `RoleMissing` unless the caller's roles allow `action`, in that courtyard if one is given."""
        action.require(self.roles, courtyard=courtyard, grid=lambda: self.courtyards.grid_of(courtyard))

    # Repositories

    @cached_property
    def courtyards(self) -> CourtyardRepository:
        return CourtyardRepository(self.session, self.community)

    @cached_property
    def households(self) -> HouseholdRepository:
        return HouseholdRepository(self.session, self.community, self.today)

    @cached_property
    def people(self) -> PersonRepository:
        return PersonRepository(self.session, self.community, self.today)

    @cached_property
    def appointments(self) -> AppointmentRepository:
        return AppointmentRepository(self.session, self.community, self.today)

    @cached_property
    def proposals(self) -> ProposalRepository:
        return ProposalRepository(self.session, self.community)

    @cached_property
    def spending_waits(self) -> SpendingWaitRepository:
        return SpendingWaitRepository(self.session, self.community, self.now)

    @cached_property
    def cards(self) -> CardRepository:
        return CardRepository(self.session, self.community)

    @cached_property
    def invitations(self) -> InvitationRepository:
        return InvitationRepository(self.session, self.community)

    @cached_property
    def accesses(self) -> AccessLog:
        """Where the caller's accesses to other people's data are stored."""
        return AccessLog(self.session, self.community, self.person, self.now)

    @cached_property
    def consents(self) -> ConsentRepository:
        return ConsentRepository(self.session, self.community)

    @cached_property
    def erasure_requests(self) -> ErasureRequestRepository:
        return ErasureRequestRepository(self.session, self.community)

    @cached_property
    def population(self) -> PopulationRepository:
        return PopulationRepository(self.session, self.community)

    @cached_property
    def second_factors(self) -> SecondFactorRepository:
        return SecondFactorRepository(self.session, self.community)

    @cached_property
    def sign_in_changes(self) -> SignInChangeRepository:
        return SignInChangeRepository(self.session, self.community)

    @cached_property
    def rosters(self) -> RosterRepository:
        return RosterRepository(self.session, self.community)

    @cached_property
    def roster_uploads(self) -> RosterUploadRepository:
        return RosterUploadRepository(self.session, self.community)


class RegistryTransaction(ScopedTransaction[RegistryScope]):
    """A transaction on the registry's store, with the repositories that are used before a community is known."""

    scope_class = RegistryScope

    def scope(self, actor: Mapping[str, Any] | Actor | None, *, for_update: bool = False) -> RegistryScope:
        """Return the repositories of the caller's own community, the only one they can access (R1).

        `for_update` locks the community's row, so that its people and places change in one transaction at a time.
        Raises `Unauthorized` for a caller without person and community, `NotFound` for an unknown community.
        """
        caller = Actor.of(actor)
        if caller.person is None or caller.community is None:
            raise Unauthorized()
        scope = super().scope(caller)
        scope.load_community(for_update=for_update)
        return scope

    @cached_property
    def communities(self) -> CommunityRepository:
        return CommunityRepository(self.session)

    @cached_property
    def identities(self) -> IdentityRepository:
        return IdentityRepository(self.session)

    @cached_property
    def sessions(self) -> SessionRepository:
        return SessionRepository(self.session)

    @cached_property
    def accounts(self) -> AccountRepository:
        return AccountRepository(self.session)

    def due_proposals(self) -> list[tuple[str, str]]:
        """Return community and id of the proposals whose delay is over, and of expired resets."""
        return due_proposals(self.session, self.now)

    def next_roster_upload(self) -> RosterUpload | None:
        """Return the upload of any community that waits longest, if any."""
        return next_upload(self.session)


class RegistryStore(Store):
    transaction_class = RegistryTransaction
