"""Which figures of a table are about so few people that they would be recognized (R41)."""

from collections.abc import Sequence

LEAST = 5
"""A figure about fewer people is not shown."""


def hidden_cells(people: Sequence[int]) -> set[int]:
    """Return the places of the cells to hide, by how many people each is about.

    Where the hidden cells could be found by subtracting the others from their sum, the next smallest are hidden too.
    Cells about nobody are shown.
    """
    hidden = {place for place, count in enumerate(people) if 0 < count < LEAST}
    others = sorted((count, place) for place, count in enumerate(people) if count >= LEAST)
    while hidden and others and (len(hidden) == 1 or sum(people[place] for place in hidden) < LEAST):
        hidden.add(others.pop(0)[1])
    return hidden
