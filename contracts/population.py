"""Groups of people by age and tenure, for figures about many (R41)."""

from typing import Literal

AgeGroup = Literal["under_18", "18_39", "40_59", "60_69", "70_over", "unknown"]
TenureGroup = Literal["owner", "tenant", "unknown"]

_BELOW: tuple[tuple[int, AgeGroup], ...] = ((18, "under_18"), (40, "18_39"), (60, "40_59"), (70, "60_69"))


def age_group(birth_year: int | None, year: int) -> AgeGroup:
    """Return the group of somebody's age in a year; only years of birth are known."""
    if birth_year is None:
        return "unknown"
    return next((group for below, group in _BELOW if year - birth_year < below), "70_over")
