"""The bank on a real PostgreSQL, with a small neighbourhood it knows from the registry."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, NullPool, create_engine

from contracts.registry import Appointed, CommunityFounded, CourtyardRegistered, HouseholdRegistered, ResidentRegistered
from messaging import engine
from messaging.testing import ServiceHarness
from services.aggregation.service import AggregationService
from tests.services.aggregation.events import AT, COMMUNITY, COURTYARD, HEAD, HOUSEHOLD, PERSON

SINCE = date(2026, 1, 1)


@pytest.fixture
def database_uri(empty_store: Callable[[str], str]) -> str:
    return empty_store("aggregation")


@pytest.fixture
def owner(database_uri: str) -> Iterator[Engine]:
    """The store, as its owner sees it."""
    made = create_engine(engine.url(database_uri), poolclass=NullPool)
    yield made
    made.dispose()


@pytest.fixture
def bank(database_uri: str) -> Iterator[ServiceHarness]:
    """The bank of a community with two courtyards: 12 with two households, 40 with one; Wang heads courtyard 12."""
    harness = ServiceHarness(AggregationService, database_uri).at(AT)
    harness.handle(
        CommunityFounded(community=COMMUNITY),
        CourtyardRegistered(community=COMMUNITY, courtyard=COURTYARD, grid="grd_1", row=2, number=12),
        CourtyardRegistered(community=COMMUNITY, courtyard="cty_40", grid="grd_2", row=4, number=40),
        HouseholdRegistered(community=COMMUNITY, household=HOUSEHOLD, courtyard=COURTYARD, since=SINCE),
        HouseholdRegistered(community=COMMUNITY, household="hou_wang", courtyard=COURTYARD, since=SINCE),
        HouseholdRegistered(community=COMMUNITY, household="hou_zhao", courtyard="cty_40", since=SINCE),
        resident(PERSON, HOUSEHOLD),
        resident("per_li_daughter", HOUSEHOLD),
        resident(HEAD, "hou_wang"),
        resident("per_zhao", "hou_zhao"),
        appointed("head", HEAD, COURTYARD),
        appointed("grid_officer", "per_officer_1", "grd_1"),
        appointed("grid_officer", "per_officer_2", "grd_2"),
        appointed("working_group", "per_member", COMMUNITY),
        appointed("committee", "per_committee", COMMUNITY),
    )
    yield harness
    harness.engine.dispose()


def resident(person: str, household: str) -> ResidentRegistered:
    return ResidentRegistered(community=COMMUNITY, person=person, household=household, tenure="tenant", since=SINCE)


def appointed(role: str, person: str, scope: str) -> Appointed:
    appointment = f"apt_{person}_{role}"
    return Appointed(community=COMMUNITY, appointment=appointment, person=person, role=role, scope=scope, since=SINCE)
