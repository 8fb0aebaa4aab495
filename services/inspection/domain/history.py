"""A courtyard's rounds in order, with the change of its score and rank (R15, R18)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.inspection import Ranked
from services.inspection.domain.rounds import Inspection


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A closed round in the history of one courtyard; no place when it was missed."""

    inspection: str
    period: str
    closed_at: datetime
    ranked: int
    """How many courtyards have a place."""
    place: Ranked | None = None
    score_change: float | None = None
    rank_change: int | None = None
    """Since the previous round in which it had a place; positive is better."""


def history(rounds: Sequence[Inspection], courtyard: str) -> list[Visit]:
    """Return the visits of `courtyard` in the closed ones of `rounds`, both newest first."""
    visits: list[Visit] = []
    before: Ranked | None = None
    for round_ in reversed(rounds):
        if round_.closed_at is None:
            continue
        place = round_.place_of(courtyard)
        visits.append(
            Visit(
                inspection=round_.id,
                period=round_.period,
                closed_at=round_.closed_at,
                ranked=len(round_.ranking),
                place=place,
                score_change=round(place.score - before.score, 2) if place and before else None,
                rank_change=before.rank - place.rank if place and before else None,
            )
        )
        before = place or before
    return visits[::-1]
