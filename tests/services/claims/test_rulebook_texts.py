"""Titles and units of a rulebook follow the one rule for text that people write."""

from typing import Any

import pytest

from contracts.errors import Invalid
from services.claims.schemas.rulebooks import items_of

ITEM: dict[str, Any] = {"code": "cleanup", "category": "living_environment", "title": "打扫", "score": 3}


@pytest.mark.parametrize("field", ["title", "unit"])
@pytest.mark.parametrize("text", ["\u200b", "a\u202eb", "a\nb", "\ue000"], ids=ascii)
def test_invisible_characters_are_refused_at_their_field(field: str, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        items_of([ITEM | {field: text}])  # type: ignore[list-item]

    assert [error["pointer"] for error in refused.value.errors] == [f"/items/0/{field}"]


def test_spaces_around_a_title_are_no_part_of_it() -> None:
    [item] = items_of([ITEM | {"title": " 打扫 "}])  # type: ignore[list-item]

    assert item.title == "打扫"
