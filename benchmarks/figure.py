"""A figure and what it is measured against."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """`ours` and `other` in the same unit.

    More is better where `other` is the same work without what is in question; less where it is the most there may be.
    """

    name: str
    unit: str
    ours: float
    other: float

    def line(self) -> str:
        """One JSON line, with the ratio."""
        rounded = {key: round(value, 1) if isinstance(value, float) else value for key, value in asdict(self).items()}
        return json.dumps(rounded | {"ratio": round(self.ours / self.other, 2)}, ensure_ascii=False)
