"""Which changes of a rulebook give or take more points than before (R7)."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.claims.domain.caps import Cap
from services.claims.domain.rulebook_guards import FIELDS, loosened_items
from services.claims.domain.rulebooks import Item, Rulebook

ITEM = Item(code="cleanup", category="living_environment", title="打扫", score=3, max_quantity=2, claimable_by="head")
FINE = Item(code="litter", category="living_environment", title="乱扔垃圾", score=-3, deduction=True)
CAP = Cap(counts="times", limit=2, per="week")


def rulebook(*items: Item) -> Rulebook:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return Rulebook(
        community="com_1", id="rbk_1", version=1, title="积分细则", items=items, created_by="per_1", created_at=at
    )


@pytest.mark.parametrize(
    "change",
    [
        {"title": "休息"},
        {"score": 4},
        {"unit": "分钟"},
        {"max_quantity": 3},
        {"claimable_by": "both"},
        {"evidence_required": False},
        {"system": True},
        {"public": False},
        {"caps": ()},
        {"caps": (Cap(counts="times", limit=3, per="week"),)},
        {"code": "another"},
    ],
    ids=str,
)
def test_an_item_that_gives_more_or_to_more_people_is_named(change: dict[str, Any]) -> None:
    before = replace(ITEM, caps=(CAP,))
    after = replace(before, **change)

    assert loosened_items(rulebook(before), rulebook(after)) == (after.code,)


@pytest.mark.parametrize(
    "change", [{"score": 2}, {"max_quantity": 1}, {"caps": (CAP,)}, {"active": False}, {"category": "charity"}], ids=str
)
def test_an_item_that_gives_less_is_not(change: dict[str, Any]) -> None:
    assert loosened_items(rulebook(ITEM), rulebook(replace(ITEM, **change))) == ()


def test_an_item_that_comes_back_or_leaves_is_compared_with_nothing() -> None:
    assert loosened_items(rulebook(replace(ITEM, active=False)), rulebook(ITEM)) == ("cleanup",)
    assert loosened_items(rulebook(ITEM), rulebook(FINE)) == ("litter",)
    assert loosened_items(rulebook(ITEM, FINE), rulebook(FINE)) == ()


@pytest.mark.parametrize(
    "after", [[], [replace(FINE, active=False)], [replace(FINE, score=-9)], [replace(FINE, score=-1)]]
)
def test_any_change_of_a_deduction_is_named(after: list[Item]) -> None:
    assert loosened_items(rulebook(ITEM, FINE), rulebook(ITEM, *after)) == ("litter",)


def test_every_field_of_an_item_is_compared_or_says_why_not() -> None:
    assert set(FIELDS) == {field.name for field in fields(Item)}
