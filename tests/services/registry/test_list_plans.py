"""Lists of people find them by an index in a large community."""

from typing import Any

import pytest

from tests.services.query_plans import MANY, fill, rows_read
from tests.services.registry.conftest import Registry

FEW = 500
PHONE = "13812340099"
LISTS: list[dict[str, Any]] = [{}, {"phone": PHONE}, {"phone": "13812340098"}]


@pytest.fixture
def large(registry: Registry) -> Registry:
    """A community of more than ten thousand people; one of them has a phone number."""
    registry.person("phone", phone=PHONE, household_id=registry.ids["li's"], tenure="tenant")
    copies = {
        "id": "'per_' || lpad((original.ctid::text || n), 26, '0')",
        "phone_index": "null",
        "phone_cipher": "null",
    }
    fill(registry.engine, "people", MANY // 8, **copies)
    return registry


def test_a_list_of_people_reads_few_rows(large: Registry) -> None:
    def read(query: dict[str, Any]) -> int:
        return rows_read(large.engine, "people", lambda: large.by("he", "list_residents", **query))

    assert [(query, rows) for query in LISTS if (rows := read(query)) >= FEW] == []


def test_a_part_of_a_name_is_searched_in_one_community_alone(large: Registry) -> None:
    fill(large.engine, "people", 1, community="'com_other'", id="original.id || 'x'", phone_index="null")

    read = rows_read(large.engine, "people", lambda: large.by("he", "list_residents", name="㛃"))

    assert read < 2 * MANY
