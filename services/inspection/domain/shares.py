"""Who goes where: a round's courtyards shared out among inspectors, by grid, by row or one by one."""

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
    """What one inspector is to look at."""

    inspector: str
    grids: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    courtyards: list[str] = field(default_factory=list)

    def covers(self, layout: Mapping[str, Place]) -> set[str]:
        """The courtyards of `layout` that belong to it; also those registered after it was given."""
        return {
            courtyard
            for courtyard, place in layout.items()
            if place.grid in self.grids or place.row in self.rows or courtyard in self.courtyards
        }


def must_fit(shares: Sequence[Share], layout: Mapping[str, Place], known: set[str]) -> None:
    """`Invalid`, pointing at every share of nobody known, given twice, of nothing, or of what is not there."""
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
