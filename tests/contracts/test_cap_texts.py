"""Caps as people write them."""

from typing import Any

import pytest

from contracts.cap_texts import caps_text, parse_caps

CAPS: list[dict[str, Any]] = [
    {"points": 20, "per": "month", "of": "household"},
    {"times": 2, "per": "day", "of": "person"},
]


def test_caps_are_written_and_read_back() -> None:
    assert caps_text(CAPS) == "每户每月最多 20 分；每人每日最多 2 次"
    assert parse_caps(caps_text(CAPS)) == CAPS


WAYS = ["每户每月20分；每人每天2次", "每户每月最多２０分;每人每日最多2次", "每户每月最多 20 分\n每人每日 2 次"]


@pytest.mark.parametrize("text", WAYS)
def test_other_ways_to_write_them_are_understood(text: str) -> None:
    assert parse_caps(text) == CAPS


@pytest.mark.parametrize("text", ["", "很多", "每户最多 20 分", "每户每月最多 20 分；"])
def test_what_is_no_cap_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="应写作"):
        parse_caps(text)
