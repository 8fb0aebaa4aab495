"""Assignments: a round's courtyards distributed among inspectors, by grid, by row or one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from contracts import errors


@dataclass(frozen=True)
class Place:
    """Where a courtyard lies."""

    number: int
    row: int
    grid: str


@dataclass(frozen=True)
class Share:
    """The courtyards assigned to one inspector."""

    inspector: str
    grids: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    courtyards: list[str] = field(default_factory=list)

    def covers(self, layout: Mapping[str, Place]) -> set[str]:
        """Return the courtyards of `layout` in this share, also those registered after it was assigned."""
        return {
            courtyard
            for courtyard, place in layout.items()
            if place.grid in self.grids or place.row in self.rows or courtyard in self.courtyards
        }


def covered_by(shares: Sequence[Share], inspector: str, layout: Mapping[str, Place]) -> set[str]:
    """Return the courtyards assigned to that inspector."""
    return {courtyard for share in shares if share.inspector == inspector for courtyard in share.covers(layout)}


def validate_shares(shares: Sequence[Share], layout: Mapping[str, Place], known: set[str]) -> None:
    """Check shares against the community's layout and people.

    Raises `Invalid` that points at every unknown inspector, second share of one, empty share and unknown place.
    """
    wrong = []
    grids, rows = {place.grid for place in layout.values()}, {place.row for place in layout.values()}
    for position, share in enumerate(shares):
        at = f"/assignments/{position}"
        if share.inspector not in known:
            wrong.append({"pointer": f"{at}/inspector_id", "detail": "没有这个人"})
        if share.inspector in {other.inspector for other in shares[:position]}:
            wrong.append({"pointer": f"{at}/inspector_id", "detail": "同一人只能有一份"})
        if not (share.grids or share.rows or share.courtyards):
            wrong.append({"pointer": at, "detail": "应指定网格、排或院落"})
        wrong += [
            {"pointer": f"{at}/grid_ids", "detail": f"没有网格 {each}"} for each in share.grids if each not in grids
        ]
        wrong += [{"pointer": f"{at}/rows", "detail": f"没有第 {each} 排"} for each in share.rows if each not in rows]
        wrong += [
            {"pointer": f"{at}/courtyard_ids", "detail": f"没有院落 {each}"}
            for each in share.courtyards
            if each not in layout
        ]
    if wrong:
        raise errors.Invalid("分工有误", wrong)
