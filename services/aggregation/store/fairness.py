"""Points of some months by person, household and courtyard (R41)."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

_EARNED = text("""
    SELECT person, household, courtyard, sum(points)::bigint AS points
      FROM transfers
     WHERE community = :community AND kind IN ('credit', 'reversal') AND period BETWEEN :first AND :last
     GROUP BY 1, 2, 3
""")


@dataclass(frozen=True, slots=True)
class Earned:
    """What one person earned in one household and courtyard, net of corrections."""

    person: str | None
    household: str | None
    courtyard: str | None
    points: int


class FairnessRepository:
    """Sums the points of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def earned(self, first: str, last: str) -> list[Earned]:
        """Return the points of the months from `first` to `last`."""
        rows = self._session.execute(_EARNED, {"community": self._community, "first": first, "last": last})
        return [Earned(**row) for row in rows.mappings()]
