"""Leave counts under five out of results, and so many others that none of them can be computed (R32)."""

from collections.abc import Sequence

LEAST = 5
"""The smallest number of people or households that a published count may be about."""


def suppressed(counts: Sequence[int]) -> list[int | None]:
    """Return counts of cells whose total is known, with None for those that are left out.

    A cell under five is left out. What is left out together is known as the difference from the total, so it has two
    cells and five answers at least; otherwise the next smallest cells are left out, too.
    """
    hidden = {position for position, count in enumerate(counts) if count < LEAST}
    others = sorted((count, position) for position, count in enumerate(counts) if position not in hidden)
    while hidden and others and (len(hidden) < 2 or sum(counts[each] for each in hidden) < LEAST):
        hidden.add(others.pop(0)[1])
    return [None if position in hidden else count for position, count in enumerate(counts)]


def suppressed_share(count: int, total: int) -> int | None:
    """Return how many of a known total; None if these, or those who are not among them, are under five."""
    return count if count >= LEAST and total - count >= LEAST else None


def suppressed_total(total: int) -> int | None:
    """Return a total; None under five."""
    return total if total >= LEAST else None
