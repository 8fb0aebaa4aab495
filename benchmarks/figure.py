"""A measured figure and its reference."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """A figure of the platform (`ours`) and its reference (`other`) in the same unit.

    Higher is better if the reference is a simpler way to do the same work; lower if it is an upper limit.
    """

    name: str
    unit: str
    ours: float
    other: float

    def line(self) -> str:
        """Return the figure as a line of JSON, with the ratio of the two."""
        rounded = {key: round(value, 1) if isinstance(value, float) else value for key, value in asdict(self).items()}
        return json.dumps(rounded | {"ratio": round(self.ours / self.other, 2)}, ensure_ascii=False)
