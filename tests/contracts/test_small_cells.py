"""Figures about few people are hidden, also where they could be found by subtraction (R41)."""

from hypothesis import given
from hypothesis import strategies as st

from contracts.small_cells import LEAST, hidden_cells


def test_figures_about_fewer_than_five_people_are_hidden() -> None:
    assert hidden_cells([9, 3, 4, 12]) == {1, 2}


def test_a_single_hidden_cell_hides_the_next_smallest_too() -> None:
    assert hidden_cells([9, 3, 12]) == {1, 0}


def test_cells_about_nobody_are_shown_and_hide_nothing() -> None:
    assert hidden_cells([0, 8, 7]) == set()


@given(st.lists(st.integers(0, 30), max_size=12))
def test_what_is_hidden_is_never_about_fewer_than_five_people_together_unless_all_is_hidden(people: list[int]) -> None:
    hidden = hidden_cells(people)
    shown = [count for place, count in enumerate(people) if place not in hidden and count]

    assert all(count >= LEAST for count in shown)
    if hidden and shown:
        assert len(hidden) > 1
        assert sum(people[place] for place in hidden) >= LEAST
