"""Small cells are left out, and so many others that none of them can be computed (R32)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.engagement.domain.suppression import LEAST, suppressed, suppressed_share


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([10, 20, 30], [10, 20, 30]),
        ([10, 20, 3], [None, 20, None]),
        ([10, 2, 3], [10, None, None]),
        ([10, 1, 1], [None, None, None]),
        ([10, 20, 0, 0], [None, 20, None, None]),
        ([3, 40], [None, None]),
        ([1, 2], [None, None]),
    ],
)
def test_a_total_never_reveals_what_was_left_out(counts: list[int], shown: list[int | None]) -> None:
    assert suppressed(counts) == shown


@given(st.lists(st.integers(0, 60), min_size=2, max_size=8))
def test_no_count_under_five_is_shown_nor_is_the_difference_from_the_total(counts: list[int]) -> None:
    shown = suppressed(counts)
    hidden = [count for count, each in zip(counts, shown, strict=True) if each is None]
    assert all(each is None or each >= LEAST for each in shown)
    assert not hidden or len(hidden) == len(counts) or (len(hidden) > 1 and sum(hidden) >= LEAST)
    assert len(hidden) != 1


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_share_is_shown_when_it_and_its_rest_are_five_or_more(count: int, rest: int) -> None:
    assert (suppressed_share(count, count + rest) is None) is (count < LEAST or rest < LEAST)
