"""What the gateway may ask of the registry: sign-in, communities, places, people, roles, rosters (R1–R6)."""

from typing import Protocol

from contracts.accesses import AccessesApi
from contracts.calls.registry.accounts import AccountsApi
from contracts.calls.registry.appointments import AppointmentsApi
from contracts.calls.registry.communities import CommunitiesApi
from contracts.calls.registry.own_data import OwnDataApi
from contracts.calls.registry.places import CardsApi, PlacesApi
from contracts.calls.registry.proposals import ProposalsApi
from contracts.calls.registry.public_labels import PublicLabelsApi
from contracts.calls.registry.residents import ResidentsApi
from contracts.calls.registry.rosters import RostersApi
from contracts.calls.registry.sessions import SessionsApi
from contracts.calls.registry.spending_waits import SpendingWaitsApi

__all__ = ["RegistryApi"]


class RegistryApi(
    SessionsApi,
    AccountsApi,
    CommunitiesApi,
    PlacesApi,
    CardsApi,
    ResidentsApi,
    AppointmentsApi,
    RostersApi,
    ProposalsApi,
    SpendingWaitsApi,
    PublicLabelsApi,
    AccessesApi,
    OwnDataApi,
    Protocol,
):
    """The calls of the registry."""
