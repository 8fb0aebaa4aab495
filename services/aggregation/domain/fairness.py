"""How evenly points are spread (R41)."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from statistics import median

from contracts.small_cells import LEAST


def spread(points: Sequence[int]) -> dict[str, float | int | None]:
    """Return the figures of a spread over households; none but their number for fewer than five.

    Negative sums, which corrections of earlier months can leave, count as nothing.
    """
    held = [max(0, each) for each in points]
    if len(held) < LEAST:
        none = dict.fromkeys(("with_points", "points", "median", "gini", "top_tenth"))
        return {"households": len(held), **none}
    return {
        "households": len(held),
        "with_points": sum(each > 0 for each in held),
        "points": sum(held),
        "median": float(median(held)),
        "gini": gini(held),
        "top_tenth": top_tenth(held),
    }


def gini(values: Sequence[int]) -> float:
    """Return the Gini coefficient of values that are not negative, to three digits; 0 if all are 0."""
    total, count = sum(values), len(values)
    if not total:
        return 0.0
    ranked = sum(rank * value for rank, value in enumerate(sorted(values), 1))
    return round(float(Fraction(2 * ranked, count * total) - Fraction(count + 1, count)), 3)


def top_tenth(values: Sequence[int]) -> float:
    """Return which share of the sum the tenth of the values that are largest has, at least one of them."""
    total = sum(values)
    largest = sorted(values, reverse=True)[: ceil(len(values) / 10)]
    return round(sum(largest) / total, 3) if total else 0.0
