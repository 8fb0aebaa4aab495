"""The monthly sanitation inspection: marks by a checklist, places with ties, points by place (R18, R19)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from contracts import calendar, errors, ids
from contracts.inspection import AwardProposed, InspectionClosed, Ranked
from contracts.policy import Policy
from contracts.registry import Role

INSPECTOR_OFFICES: frozenset[Role] = frozenset({"working_group_chair", "working_group", "committee"})
"""Who may record scores besides the grid officers; opening and closing a round is theirs alone."""

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
    """A version of what inspectors look at. A round keeps the version it was opened with."""

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
        """The weighted score out of 100, to two decimals.

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


@dataclass
class Score:
    """What was seen in one courtyard. `version` counts up on the inspector's phone; the highest one stands."""

    community: str
    inspection: str
    courtyard: str
    version: int
    marks: dict[str, int]
    score: float
    evidence_ids: list[str]
    note: str
    inspector: str
    recorded_at: datetime

    def replaced_by(self, later: "Score") -> bool:
        """Whether `later` takes this one's place; the same upload again changes nothing.

        Raises `StaleVersion` when a newer or different recording of that version already stands (R18).
        """
        if later.version > self.version:
            return True
        if later.version == self.version and later._content == self._content:
            return False
        raise errors.StaleVersion(
            f"该院落已有第 {self.version} 版记录，请刷新后以更高的版本号重新提交",
            [{"pointer": "/version", "detail": f"应大于 {self.version}"}],
            {"version": self.version},
        )

    @property
    def _content(self) -> tuple[object, ...]:
        return self.marks, self.evidence_ids, self.note


@dataclass(frozen=True)
class Headship:
    """Who answered for a courtyard on the day the round closed."""

    person: str
    household: str | None


@dataclass
class Inspection:
    """One month's round over all courtyards."""

    community: str
    id: str
    period: str
    checklist_version: int
    opened_by: str
    opened_at: datetime
    state: Literal["open", "closed"] = "open"
    closed_at: datetime | None = None
    version: int = 1
    ranking: list[Ranked] = field(default_factory=list)

    @classmethod
    def open(cls, community: str, period: str, checklist: Checklist, by: str, at: datetime) -> "Inspection":
        """A new round for a month that has begun."""
        if period > calendar.period_of(calendar.day_of(at)):
            raise errors.PeriodNotEnded(f"{period} 尚未开始", [{"pointer": "/period", "detail": "不能晚于本月"}])
        return cls(
            community=community,
            id=ids.new("ins"),
            period=period,
            checklist_version=checklist.version,
            opened_by=by,
            opened_at=at,
        )

    def must_be_open(self) -> None:
        """Raises `InspectionClosedAlready` once the round is over."""
        if self.state != "open":
            raise errors.InspectionClosedAlready()

    def close(
        self,
        scores: Mapping[str, float],
        courtyards: Mapping[str, int],
        heads: Mapping[str, Headship],
        policy: Policy,
        accept_missing: bool,
        at: datetime,
    ) -> tuple[InspectionClosed, list[AwardProposed]]:
        """End the round: rank the courtyards and propose an award to each head whose rank earns points.

        `scores` by courtyard; `courtyards` are all there are, with their numbers. Courtyards without a score are
        refused (`CourtyardsMissing`, with their numbers) unless accepted; they are not ranked.
        """
        self.must_be_open()
        missing = sorted(number for courtyard, number in courtyards.items() if courtyard not in scores)
        if missing and not accept_missing:
            raise errors.CourtyardsMissing(f"还有 {len(missing)} 个院落未检查", facts={"missing": missing})
        self.state, self.closed_at, self.version = "closed", at, self.version + 1
        self.ranking = rank(scores, policy)
        day = calendar.day_of(at)
        awards = [
            AwardProposed(
                community=self.community,
                award=ids.new("awd"),
                inspection=self.id,
                period=self.period,
                courtyard=place.courtyard,
                person=heads[place.courtyard].person,
                household=heads[place.courtyard].household,
                day=day,
                rank=place.rank,
                points=place.points,
                at=at,
            )
            for place in self.ranking
            if place.points and place.courtyard in heads
        ]
        closed = InspectionClosed(
            community=self.community,
            sequence=self.version,
            inspection=self.id,
            period=self.period,
            ranking=tuple(self.ranking),
            at=at,
        )
        return closed, awards


def rank(scores: Mapping[str, float], policy: Policy) -> list[Ranked]:
    """Places from the best score down; equal scores share a place and the next one is skipped: 1, 2, 2, 4 (R19)."""
    from_best = sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))
    values = [score for _, score in from_best]
    places = {score: values.index(score) + 1 for score in values}
    return [
        Ranked(courtyard=courtyard, score=score, rank=places[score], points=_points(places[score], policy))
        for courtyard, score in from_best
    ]


def _points(place: int, policy: Policy) -> int:
    steps: Sequence[tuple[int, int]] = policy.inspection_rank_points
    return next((points for last_rank, points in steps if place <= last_rank), 0)
