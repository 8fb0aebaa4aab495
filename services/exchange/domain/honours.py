"""Honours 荣誉: points make candidates, people decide, and no points are spent (R26).

A programme has criteria. Drawing it gives the dated list of those who meet them, with figures and reasons, which never
changes; the working group decides on each candidate, with reasons.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from typing import Any, Literal, Self

from contracts import ids
from contracts.calendar import day_of
from contracts.claims import CATEGORIES
from contracts.errors import AlreadyDecided, Invalid, NotFound, ReasonRequired, Recused, WrongState
from contracts.exchange import HonourGranted, HonourRevoked
from services.exchange.domain.purchases import Events

Kind = Literal["title", "commendation", "service_priority", "recommendation"]
"""优秀居民、文明家庭等称号, 评优评先推荐, 公共服务优先, 入党或代表人选推荐."""

SubjectKind = Literal["person", "household"]

_TITLES: dict[str, str] = {str(category): title for category, title in CATEGORIES.items()}


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """The conditions on the day a list is drawn; a candidate meets all of them."""

    least_points: int = 0
    """Cumulative points (R21) of the months and the category that count."""
    last_rank: int = 100
    """The last rank among residents that qualifies; ties share a rank (1, 2, 2, 4)."""
    category: str | None = None
    from_period: str | None = None
    to_period: str | None = None
    """The months that count, both included; None: from the beginning, to the end."""
    resident_months: int = 0
    """Whole months of residence without a break."""

    def __post_init__(self) -> None:
        if self.from_period and self.to_period and self.to_period < self.from_period:
            raise Invalid(errors=[{"pointer": "/criteria/to_period", "detail": "不能早于开始月份"}])
        if self.category is not None and self.category not in _TITLES:
            raise Invalid(errors=[{"pointer": "/criteria/category", "detail": "没有此类别"}])

    def met_by(self, points: int, rank: int, months: int) -> bool:
        """Return whether these figures meet the criteria."""
        return points >= self.least_points and rank <= self.last_rank and months >= self.resident_months

    def reason(self, points: int, rank: int, months: int) -> str:
        """Return why a candidate qualifies, as a Chinese sentence."""
        limited = self.from_period or self.to_period
        span = f"{self.from_period or '开始'}至{self.to_period or '今'}" if limited else ""
        of_category = f"{_TITLES[self.category]}类" if self.category else ""
        return f"{span}{of_category}累计积分 {points} 分，居全社区第 {rank} 名；在本社区连续居住 {months} 个月"


@dataclass(eq=False, kw_only=True)
class Honour:
    """An honours programme of a community."""

    community: str
    id: str
    name: str
    description: str
    kind: Kind
    subject_kind: SubjectKind
    criteria: dict[str, Any]
    created_at: datetime
    created_by: str

    @classmethod
    def establish(cls, criteria: Criteria, *, community: str, by: str, at: datetime, **terms: Any) -> Self:
        """Return a new programme. Raises Invalid for a recommendation of households."""
        honour = cls(
            community=community,
            id=ids.new("hon"),
            criteria=asdict(criteria),
            created_at=at,
            created_by=by,
            **terms,
        )
        if honour.kind == "recommendation" and honour.subject_kind == "household":
            raise Invalid(errors=[{"pointer": "/subject_kind", "detail": "只能推荐个人"}])
        return honour

    def draw(self, points: Mapping[str, int], since: Mapping[str, date], *, by: str, at: datetime) -> "CandidateList":
        """Return the list of that day, from each subject's `points` and the day `since` when they live here."""
        day, wanted = day_of(at), Criteria(**self.criteria)
        standing = ((total, who) for who, total in points.items() if who in since)
        here = sorted(standing, key=lambda row: (-row[0], row[1]))
        found: list[dict[str, Any]] = []
        rank = 1
        for total, tied in groupby(here, key=lambda row: row[0]):
            equals = [who for _, who in tied]
            for who in equals:
                months = months_between(since[who], day)
                if wanted.met_by(total, rank, months):
                    reason = wanted.reason(total, rank, months)
                    found.append({"subject": who, "points": total, "rank": rank, "months": months, "reason": reason})
            rank += len(equals)
        return CandidateList(
            community=self.community,
            id=ids.new("cnd"),
            honour=self.id,
            day=day,
            drawn_at=at,
            drawn_by=by,
            criteria=self.criteria,
            candidates=found,
        )


@dataclass(eq=False, kw_only=True)
class CandidateList:
    """Who met the criteria on a day, with their figures. Never changed."""

    community: str
    id: str
    honour: str
    day: date
    drawn_at: datetime
    drawn_by: str
    criteria: dict[str, Any]
    candidates: list[dict[str, Any]] = field(default_factory=list)

    def require_candidate(self, subject: str) -> None:
        """Raise NotFound for a subject that is not on the list."""
        if all(candidate["subject"] != subject for candidate in self.candidates):
            raise NotFound("候选名单中没有此对象")


class Outcome(StrEnum):
    """proposed until as many members as the quorum grant it → granted; or declined by one."""

    PROPOSED = "proposed"
    GRANTED = "granted"
    DECLINED = "declined"


@dataclass(eq=False, kw_only=True)
class Decision:
    """The working group's decision on one candidate, with its votes and reasons."""

    community: str
    id: str
    honour: str
    list: str
    subject: str
    outcome: str = Outcome.PROPOSED
    reason: str
    """The last voter's reason."""
    until: date | None
    """The last day it is valid; None: it has no end."""
    votes: Sequence[dict[str, Any]] = ()
    """The votes to grant it until that day: `by`, `at`, `reason`."""
    decided_at: datetime
    decided_by: str
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    revoked_because: str | None = None

    @classmethod
    def on(cls, drawn: CandidateList, subject: str, *, reason: str, until: date | None, by: str, at: datetime) -> Self:
        """Return a proposed decision on a candidate, without votes. Raises NotFound."""
        drawn.require_candidate(subject)
        return cls(
            community=drawn.community,
            id=ids.new("dec"),
            honour=drawn.honour,
            list=drawn.id,
            subject=subject,
            reason=reason,
            until=until,
            decided_at=at,
            decided_by=by,
        )

    def decide(
        self,
        honour: Honour,
        outcome: Outcome,
        *,
        reason: str,
        until: date | None,
        interested: Iterable[str],
        quorum: int,
        by: str,
        at: datetime,
    ) -> Events:
        """Add a member's vote: declining takes one, granting `quorum` votes for the same last day (R13, R26).

        A vote for another last day discards the votes before it. `interested` are the subject and their household.
        Raises Recused, ReasonRequired, Invalid for a past day, AlreadyDecided.
        """
        if by in interested:
            raise Recused
        if not reason.strip():
            raise ReasonRequired
        if until is not None and until < day_of(at):
            raise Invalid(errors=[{"pointer": "/until", "detail": "不能早于今天"}])
        if self.outcome != Outcome.PROPOSED:
            raise AlreadyDecided
        if outcome == Outcome.GRANTED:
            self._vote(reason, until, by, at)
        self.reason, self.until, self.decided_at, self.decided_by = reason, until, at, by
        if outcome == Outcome.DECLINED:
            self.outcome = Outcome.DECLINED
        elif len(self.votes) >= quorum:
            self.outcome = Outcome.GRANTED
            return [HonourGranted(**self._facts(at), subject_kind=honour.subject_kind, until=until)]
        return []

    def revoke(self, *, reason: str, interested: Iterable[str], by: str, at: datetime) -> Events:
        """Revoke a granted honour. Raises Recused, ReasonRequired, WrongState."""
        if by in interested:
            raise Recused
        if not reason.strip():
            raise ReasonRequired
        if self.outcome != Outcome.GRANTED or self.revoked_at is not None:
            raise WrongState("只能撤销有效的荣誉")
        self.revoked_at, self.revoked_by, self.revoked_because = at, by, reason
        return [HonourRevoked(**self._facts(at), sequence=2)]

    def is_valid_on(self, day: date) -> bool:
        """Return whether it was granted, is not revoked and has not ended on that day."""
        return self.outcome == Outcome.GRANTED and self.revoked_at is None and (self.until is None or day <= self.until)

    def _vote(self, reason: str, until: date | None, by: str, at: datetime) -> None:
        votes = self.votes if until == self.until else []
        if any(vote["by"] == by for vote in votes):
            raise AlreadyDecided("您已经同意，还需其他成员同意")
        self.votes = [*votes, {"by": by, "at": at.isoformat(), "reason": reason}]

    def _facts(self, at: datetime) -> dict[str, Any]:
        return {
            "community": self.community,
            "decision": self.id,
            "honour": self.honour,
            "awarded": self.subject,
            "at": at,
        }


def months_between(first: date, last: date) -> int:
    """Return the whole months between two days."""
    return max(0, (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day))
