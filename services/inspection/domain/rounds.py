"""One month's round over all courtyards: opened, assigned to inspectors, scored, closed once (R18, R19)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from contracts import calendar, errors, ids
from contracts.inspection import AwardProposed, InspectionClosed, Ranked
from contracts.policy import Policy
from services.inspection.domain.checklists import Checklist
from services.inspection.domain.ranking import rank
from services.inspection.domain.scores import Score
from services.inspection.domain.shares import Place, Share, validate_shares

LATEST_DAYS = 92
"""Days back to which a round may be held: so many months late that points still have a reason, and no more."""


@dataclass(frozen=True)
class Headship:
    """The head of a courtyard on the day the round closed."""

    person: str
    household: str | None


@dataclass
class Inspection:
    """One month's round."""

    community: str
    id: str
    period: str
    checklist_version: int
    opened_by: str
    opened_at: datetime
    state: Literal["open", "closed"] = "open"
    closed_at: datetime | None = None
    closed_by: str | None = None
    """None in rounds that were closed before this was stored."""
    version: int = 1
    ranking: list[Ranked] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)

    @classmethod
    def open(cls, community: str, period: str, checklist: Checklist, by: str, at: datetime) -> "Inspection":
        """Return a new round. Raises `PeriodNotEnded` for a month to come, `Invalid` for one long ago."""
        if period > calendar.period_of(calendar.day_of(at)):
            raise errors.PeriodNotEnded(f"{period} 尚未开始", [{"pointer": "/period", "detail": "不能晚于本月"}])
        earliest = calendar.period_of(calendar.day_of(at) - timedelta(days=LATEST_DAYS))
        if period < earliest:
            raise errors.Invalid(errors=[{"pointer": "/period", "detail": f"不能早于 {earliest}"}])
        return cls(
            community=community,
            id=ids.new("ins"),
            period=period,
            checklist_version=checklist.version,
            opened_by=by,
            opened_at=at,
        )

    def _must_be_open(self) -> None:
        if self.state != "open":
            raise errors.InspectionClosedAlready()

    def assign(self, shares: Sequence[Share], layout: Mapping[str, Place], known: set[str]) -> None:
        """Replace all shares. Raises `Invalid` for unknown people and places, `InspectionClosedAlready`."""
        self._must_be_open()
        validate_shares(shares, layout, known)
        self.shares = list(shares)

    def accepts(self, current: Score | None, later: Score) -> bool:
        """Return whether `later` is to be stored; False for a repeat of the current score, also after the end.

        Raises `InspectionClosedAlready` after the end, `StaleVersion` when the current score is newer.
        """
        if current and current.repeated_by(later):
            return False
        self._must_be_open()
        return current is None or current.replaced_by(later)

    def close(
        self,
        scores: Mapping[str, Score],
        courtyards: Mapping[str, int],
        heads: Mapping[str, Headship],
        policy: Policy,
        accept_missing: bool,
        by: str,
        at: datetime,
        weighed_by: str,
    ) -> tuple[InspectionClosed, list[AwardProposed]]:
        """Close the round: rank the courtyards and propose an award to each head whose rank earns points.

        `scores` are by courtyard; `courtyards` are all that exist, with their numbers. A courtyard without a score is
        not ranked, nor is one that was dissolved. Who adopted the checklist, `weighed_by`, decides on the ranks as
        well as who scored and `by`, who closes. Raises `CourtyardsMissing`, with their numbers, for courtyards
        without a score unless `accept_missing`, and `InspectionClosedAlready`.
        """
        self._must_be_open()
        missing = sorted(number for courtyard, number in courtyards.items() if courtyard not in scores)
        if missing and not accept_missing:
            raise errors.CourtyardsMissing(f"还有 {len(missing)} 个院落未检查", facts={"missing": missing})
        self.state, self.closed_at, self.closed_by, self.version = "closed", at, by, self.version + 1
        ranked = {courtyard: score for courtyard, score in scores.items() if courtyard in courtyards}
        self.ranking = rank({courtyard: score.score for courtyard, score in ranked.items()}, policy)
        decided_by = tuple(sorted({by, weighed_by, *(score.inspector for score in ranked.values())}))
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
                decided_by=decided_by,
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

    def place_of(self, courtyard: str) -> Ranked | None:
        """Return the courtyard's place, or None when it was missed or the round is open."""
        return next((place for place in self.ranking if place.courtyard == courtyard), None)
