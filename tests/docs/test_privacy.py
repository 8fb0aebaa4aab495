"""docs/privacy.md names every table of every store, and those with data of people in its table."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.policy import Policy
from services.claims.domain.evidence import Evidence

STORES = ("registry", "claims", "review", "inspection", "aggregation", "exchange", "engagement", "publicity")
PAGE = Path("docs/privacy.md").read_text()
_NAME = re.compile(r"`([a-z*]+\.[a-z_]+)`")
_SECTION = PAGE.split("## What the public sees")[0]
WITHOUT = set(_NAME.findall(_SECTION.split("Tables without data of people:")[1]))
WITH = set(_NAME.findall(_SECTION.split("Tables without data of people:")[0]))
PERSONAL = re.compile(
    r"^(person|household|by|judge|objector|inspector|guardian|uploaded_by|.*_by|interested|phone.*|password.*"
    r"|birth_year|openid.*|place|cause|reason|.*_reason|answer|latitude|longitude|caller)$"
)


def _tables() -> Iterator[tuple[str, str, set[str]]]:
    for store in STORES:
        metadata = importlib.import_module(f"services.{store}.store").metadata
        for table in metadata.tables.values():
            yield store, table.name, {column.name for column in table.columns}


TABLES = list(_tables())


def _is_named(store: str, table: str, names: set[str]) -> bool:
    return f"{store}.{table}" in names or f"*.{table}" in names


@pytest.mark.parametrize(("store", "table", "columns"), TABLES, ids=[f"{store}.{name}" for store, name, _ in TABLES])
def test_every_table_is_named_once(store: str, table: str, columns: set[str]):
    assert _is_named(store, table, WITH) is not _is_named(store, table, WITHOUT)


@pytest.mark.parametrize(("store", "table", "columns"), TABLES, ids=[f"{store}.{name}" for store, name, _ in TABLES])
def test_a_table_with_a_column_about_people_is_not_among_those_without(store: str, table: str, columns: set[str]):
    if any(PERSONAL.match(column) for column in columns):
        assert _is_named(store, table, WITH)


def test_every_name_on_the_page_is_a_table():
    known = {f"{store}.{table}" for store, table, _ in TABLES} | {f"*.{table}" for _, table, _ in TABLES}

    assert known >= WITH | WITHOUT


def test_the_defaults_on_the_page_are_those_of_the_policy():
    policy = Policy()

    for setting in ("public_place", "public_deed", "public_min_residents"):
        assert f"| `{setting}` | `{getattr(policy, setting)}` |".replace("`5`", "5") in PAGE
    assert f"(default {policy.evidence_retention_days})" in PAGE
    assert f"(default {policy.upload_retention_days})" in PAGE


def test_a_new_column_of_evidence_is_considered_here():
    """What an upload stores of people is listed on the page: extend it with the field."""
    assert set(Evidence.__dataclass_fields__) == {
        *("community", "id", "uploaded_by", "uploaded_at", "sha256", "media_type", "size", "width", "height", "kept"),
    }
