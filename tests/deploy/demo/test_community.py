"""The demo community has the size of the real one."""

from collections import Counter
from datetime import date

from deploy.demo.community import DemoCommunity

TODAY = date(2026, 11, 23)


def test_there_are_90_courtyards_in_8_rows_and_447_households() -> None:
    community = DemoCommunity(TODAY)

    assert len(community.courtyards) == 90
    assert Counter(courtyard.row for courtyard in community.courtyards) == dict(
        enumerate((12, 12, 11, 11, 11, 11, 11, 11), start=1)
    )
    assert len(community.households) == 447


def test_every_courtyard_has_one_head_who_owns_it() -> None:
    for courtyard in DemoCommunity(TODAY).courtyards:
        heads = [r for household in courtyard.households for r in household.residents if r.is_head]

        assert heads == [courtyard.head]
        assert heads[0].tenure == "owner"
        assert heads[0].phone


def test_about_two_thirds_of_the_households_are_tenants() -> None:
    households = DemoCommunity(TODAY).households
    tenants = sum(household.residents[0].tenure == "tenant" for household in households)

    assert 0.6 < tenants / len(households) < 0.72


def test_phone_numbers_are_unique_and_a_resident_aged_74_has_none() -> None:
    community = DemoCommunity(TODAY)
    phones = [r.phone for household in community.households for r in household.residents if r.phone]

    assert len(phones) == len(set(phones))
    assert community.elder()[1].phone is None


def test_the_same_day_gives_the_same_community() -> None:
    assert DemoCommunity(TODAY).courtyards == DemoCommunity(TODAY).courtyards
