"""Role predicates: one table for all services (R4)."""

from pathlib import Path
from typing import Any

import pytest

from contracts.errors import RoleMissing
from directory import DirectoryScope
from directory.__main__ import table
from directory.permissions import DECIDE_HONOURS, INSPECT, MANAGE_KEYS, READ_CLAIMS, READ_LEDGER_OF_COURTYARD, actions
from directory.roles import Roles

PROJECT = Path(__file__).parents[2]
COMMUNITY = "com_1"
NOBODY = Roles()


def holding(role: str, scope: str = COMMUNITY) -> Roles:
    return Roles.of(COMMUNITY, [(role, scope)])


def test_an_office_of_the_community_allows_an_action_everywhere() -> None:
    assert READ_LEDGER_OF_COURTYARD.allows(holding("branch"), courtyard="cty_1", grid="grd_1")


def test_a_head_acts_in_their_own_courtyard_only() -> None:
    head = holding("head", "cty_1")
    assert READ_LEDGER_OF_COURTYARD.allows(head, courtyard="cty_1", grid="grd_1")
    assert not READ_LEDGER_OF_COURTYARD.allows(head, courtyard="cty_2", grid="grd_1")


def test_a_grid_officer_acts_in_their_own_grid_only() -> None:
    officer = holding("grid_officer", "grd_1")
    assert READ_LEDGER_OF_COURTYARD.allows(officer, courtyard="cty_1", grid="grd_1")
    assert not READ_LEDGER_OF_COURTYARD.allows(officer, courtyard="cty_1", grid="grd_2")
    assert not READ_LEDGER_OF_COURTYARD.allows(officer, courtyard="cty_1", grid=None)


def test_the_grid_is_looked_up_for_grid_officers_only() -> None:
    def never() -> str:
        raise AssertionError("looked up")

    assert not READ_LEDGER_OF_COURTYARD.allows(holding("head", "cty_1"), courtyard="cty_2", grid=never)


def test_any_grid_officer_may_inspect_every_courtyard() -> None:
    assert INSPECT.allows(holding("grid_officer", "grd_1"), courtyard="cty_9", grid="grd_9")


def test_an_operator_acts_for_their_own_merchant_only() -> None:
    operator = holding("merchant_operator", "mer_1")
    assert MANAGE_KEYS.allows(operator, merchant="mer_1")
    assert not MANAGE_KEYS.allows(operator, merchant="mer_2")


def test_a_missing_role_is_refused_with_the_actions_own_words() -> None:
    with pytest.raises(RoleMissing) as refused:
        DECIDE_HONOURS.require(holding("committee"))
    assert refused.value.detail == DECIDE_HONOURS.refusal


@pytest.mark.parametrize("name", sorted(actions()))
def test_nobody_without_a_role_is_allowed_anything(name: str) -> None:
    assert not actions()[name].allows(NOBODY, courtyard="cty_1", grid="grd_1", merchant="mer_1")


def test_the_page_of_permissions_is_the_table_of_the_code() -> None:
    assert (PROJECT / "docs/permissions.md").read_text() == table(), "run `make permissions`"


class _Directory:
    def courtyards_in(self, grids: frozenset[str]) -> set[str]:
        return {"cty_3", "cty_4"} if "grd_1" in grids else set()


@pytest.mark.parametrize(
    ("role", "scope", "courtyards"),
    [
        ("branch", COMMUNITY, None),
        ("head", "cty_1", {"cty_1"}),
        ("grid_officer", "grd_1", {"cty_3", "cty_4"}),
        ("merchant_operator", "mer_1", set()),
    ],
)
def test_an_action_is_allowed_in_the_courtyards_of_a_role(role: str, scope: str, courtyards: set[str] | None) -> None:
    caller: Any = DirectoryScope.__new__(DirectoryScope)
    caller.roles, caller.directory = holding(role, scope), _Directory()
    assert caller.courtyards_for(READ_CLAIMS) == courtyards
