"""Checklists, and how marks become one score."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from contracts import errors

FULL_SCORE = 100.0


@dataclass(frozen=True)
class Criterion:
    """One line of a checklist: marks from 0 to `max_mark`, counted with `weight`."""

    code: str
    title: str
    weight: int
    max_mark: int


@dataclass
class Checklist:
    """A version of the list of criteria. A round keeps the version it was opened with."""

    community: str
    version: int
    criteria: list[Criterion]
    adopted_by: str
    adopted_at: datetime

    def __post_init__(self) -> None:
        codes = [criterion.code for criterion in self.criteria]
        if not codes:
            raise errors.Invalid("检查表至少要有一项", [{"pointer": "/criteria", "detail": "不能为空"}])
        for position, code in enumerate(codes):
            if code in codes[:position]:
                raise errors.Invalid(
                    f"检查项编号重复：{code}", [{"pointer": f"/criteria/{position}/code", "detail": "编号重复"}]
                )

    def score(self, marks: Mapping[str, int]) -> float:
        """Return the weighted score out of 100, to two decimals.

        Raises `Invalid` that points at every criterion left out, unknown, or marked out of its range.
        """
        wrong = [
            {"pointer": f"/marks/{code}", "detail": "检查表中没有此项"}
            for code in marks
            if code not in {criterion.code for criterion in self.criteria}
        ]
        for criterion in self.criteria:
            if criterion.code not in marks:
                wrong.append({"pointer": f"/marks/{criterion.code}", "detail": "缺少此项得分"})
            elif not 0 <= marks[criterion.code] <= criterion.max_mark:
                wrong.append({"pointer": f"/marks/{criterion.code}", "detail": f"应在 0 到 {criterion.max_mark} 之间"})
        if wrong:
            raise errors.Invalid("检查得分与检查表不符", wrong)
        total = sum(criterion.weight for criterion in self.criteria)
        weighted = sum(c.weight * marks[c.code] / c.max_mark for c in self.criteria)
        return round(FULL_SCORE * weighted / total, 2)
