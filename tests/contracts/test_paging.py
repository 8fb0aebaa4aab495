"""Pages of lists and their cursors."""

from datetime import date

import pytest

from contracts.errors import Invalid
from contracts.paging import counted_page, cursor_parts, joined_cursor, number_cursor, page_of


def test_a_row_beyond_the_limit_gives_a_next_cursor() -> None:
    assert page_of([1, 2, 3], 2, str, lambda row: row) == {"data": ["1", "2"], "next_cursor": "2"}


def test_the_last_page_has_no_cursor() -> None:
    assert page_of([1, 2], 2, str, lambda row: row) == {"data": ["1", "2"], "next_cursor": None}


def test_an_empty_list_has_no_cursor() -> None:
    assert page_of([], 2, str, lambda row: row) == {"data": [], "next_cursor": None}


def test_a_cursor_of_several_values_is_parsed() -> None:
    cursor = joined_cursor(date(2026, 11, 5), "clm_1")
    assert cursor_parts(cursor, date.fromisoformat, str) == (date(2026, 11, 5), "clm_1")


def test_no_cursor_is_the_first_page() -> None:
    assert cursor_parts(None, str) is None
    assert number_cursor(None) is None


@pytest.mark.parametrize("cursor", ["", "junk", "1/2", "1_0", "１", "-1", "1234567890"])
def test_an_invalid_cursor_is_refused_with_a_pointer_into_the_query(cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        number_cursor(cursor)
    assert refused.value.errors == [{"pointer": "/cursor", "detail": "不是有效的游标", "in": "query"}]


@pytest.mark.parametrize("cursor", ["2026-11-05", "yesterday/clm_1"])
def test_a_truncated_or_invalid_cursor_of_several_values_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        cursor_parts(cursor, date.fromisoformat, str)


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        (3, {"total": 3, "total_is_more": False}),
        (10_000, {"total": 10_000, "total_is_more": False}),
        (10_050, {"total": 10_000, "total_is_more": True}),
    ],
)
def test_a_list_is_counted_up_to_ten_thousand(rows: int, shown: dict[str, object]) -> None:
    page = counted_page([1, 2, 3], 1, str, lambda row: row, count=lambda most: min(rows, most))
    assert page == {"data": ["1"], "next_cursor": "1"} | shown


def test_a_list_is_counted_only_on_demand() -> None:
    assert counted_page([1], 1, str, lambda row: row, count=None) == {"data": ["1"], "next_cursor": None}
