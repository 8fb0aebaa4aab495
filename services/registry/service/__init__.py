"""The registry's calls and timers (R1–R6), one module for each noun."""

from typing import final

from contracts.calls.registry import RegistryApi
from contracts.policy import Guards
from messaging import Configured
from services.registry.encryption import PersonalDataCipher, PersonalDataCipherProvider
from services.registry.service.accesses import AccessCalls
from services.registry.service.accounts import AccountCalls
from services.registry.service.appointments import AppointmentCalls
from services.registry.service.communities import CommunityCalls
from services.registry.service.own_data import OwnDataCalls
from services.registry.service.places import CardCalls, PlaceCalls
from services.registry.service.proposals import ProposalCalls
from services.registry.service.public_labels import PublicLabelCalls
from services.registry.service.residents import ResidentCalls
from services.registry.service.rosters import RosterCalls
from services.registry.service.sessions import SessionCalls
from services.registry.service.spending_waits import SpendingWaitCalls
from services.registry.store import RegistryStore
from services.registry.use_cases.second_factors import SecondFactorRoles


@final
class RegistryService(
    SessionCalls,
    AccountCalls,
    CommunityCalls,
    PlaceCalls,
    CardCalls,
    ResidentCalls,
    AppointmentCalls,
    RosterCalls,
    ProposalCalls,
    SpendingWaitCalls,
    PublicLabelCalls,
    AccessCalls,
    OwnDataCalls,
    RegistryApi,
):
    name = "registry"
    store = RegistryStore()
    cipher: PersonalDataCipher = PersonalDataCipherProvider()
    guards: Guards = Configured("GUARDS", Guards.of)
    second_factor_roles: SecondFactorRoles = Configured("SECOND_FACTOR_ROLES", SecondFactorRoles.of)
