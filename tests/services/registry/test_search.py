"""Finding people by name and phone, and their masked names in queries."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from contracts.fields import NamePart
from services.registry.store.public_labels import PopulationRepository
from tests.services.registry.conftest import Registry

PHONE = "13812340099"


def found(registry: Registry, by: str = "he", **filters: str) -> list[str]:
    return [person["name"] for person in registry.by(by, "list_residents", **filters)["data"]]


@pytest.fixture
def people(registry: Registry) -> Registry:
    home = {"household_id": registry.ids["li's"], "tenure": "tenant"}
    registry.person("王㛃", phone=PHONE, **home)
    registry.person("欧阳修", **home)
    return registry


@pytest.mark.parametrize("part", ["王", "㛃", "王㛃", "王 㛃", " 王　㛃 "])
def test_people_are_found_by_any_part_of_their_name(people: Registry, part: str) -> None:
    assert "王㛃" in found(people, name=NamePart(50).deserialize(part))


@pytest.mark.parametrize("part", ["阿卜杜拉·买", "阿卜杜拉•买", "拉．买", "买买"])
def test_a_name_with_a_dot_is_found_by_any_dot(people: Registry, part: str) -> None:
    people.person("阿卜杜拉·买买提", household_id=people.ids["li's"], tenure="tenant")
    assert found(people, name=NamePart(50).deserialize(part)) == ["阿卜杜拉·买买提"]


@pytest.mark.parametrize("part", ["%", "_", "7", "·"])
def test_a_part_without_letters_finds_nobody(people: Registry, part: str) -> None:
    assert found(people, name=NamePart(50).deserialize(part)) == []


def test_people_are_found_by_their_whole_phone_number_and_by_who_may_see_them(people: Registry) -> None:
    assert found(people, phone=PHONE) == ["王㛃"]
    assert found(people, phone="13812340098") == []
    assert found(people, by="li", phone=PHONE) == ["王㛃"]
    people.person("stranger", household_id=people.ids["wang's"], tenure="tenant", phone="13812340097")
    assert found(people, by="li", phone="13812340097") == []


def test_a_query_masks_names_as_the_domain_does(people: Registry) -> None:
    ids = [people.ids["王㛃"], people.ids["欧阳修"]]

    with Session(people.engine) as session:
        names = PopulationRepository(session, people.ids["community"]).shown_names(ids, date(2026, 11, 20), masked=True)

    assert names == dict(zip(ids, ["王*", "欧阳*"], strict=True))


@pytest.mark.parametrize(
    ("call", "filters", "total"),
    [
        ("list_residents", {"name": "欧阳"}, 1),
        ("list_residents", {"phone": PHONE}, 1),
        ("list_residents", {}, 7),
        ("list_households", {}, 2),
        ("list_courtyards", {}, 2),
        ("list_courtyards", {"dissolved": True}, 0),
        ("list_appointments", {"role": "head"}, 1),
    ],
)
def test_lists_say_on_demand_how_long_they_are(
    people: Registry, call: str, filters: dict[str, str], total: int
) -> None:
    found = people.by("he", call, limit=1, totals=True, **filters)

    assert (found["total"], found["total_is_more"]) == (total, False)
    assert len(found["data"]) == min(total, 1)
