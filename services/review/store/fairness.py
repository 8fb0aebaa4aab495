"""How cases were decided (R41)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

_DECIDED = """
    decided AS (
        SELECT r.id, r.person, r.courtyard, r.book, r.level, r.stage, r.public, r.system_made, r.opened_at, d.judge,
               d.verb, d.at, d.stage AS decided_in
          FROM reviews r JOIN decisions d ON d.community = r.community AND d.review = r.id
         WHERE r.community = :community AND r.day >= :first AND r.day < :after AND r.origin = 'claim'
    )
"""
_MEDIAN = "percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM at - opened_at) / 3600)"
_BY_COURTYARD = text("""
    SELECT courtyard, count(DISTINCT person) AS people,
           count(*) FILTER (WHERE stage = 'approved') AS approved,
           count(*) FILTER (WHERE stage = 'refused') AS refused
      FROM reviews
     WHERE community = :community AND day >= :first AND day < :after AND origin = 'claim'
       AND stage IN ('approved', 'refused')
     GROUP BY 1
""")
_BY_REVIEWER = text(f"""
    WITH {_DECIDED}
    SELECT judge, count(DISTINCT id) AS decided,
           count(*) FILTER (WHERE verb = 'endorse') AS endorsed,
           count(*) FILTER (WHERE verb = 'approve') AS approved,
           count(*) FILTER (WHERE verb = 'return') AS returned,
           count(*) FILTER (WHERE verb = 'refuse') AS refused,
           {_MEDIAN} FILTER (WHERE decided_in = 'first') AS hours
      FROM decided GROUP BY 1 ORDER BY 2 DESC, 1
""")
_IN_ALL = text(f"""
    WITH {_DECIDED}
    SELECT count(DISTINCT id) FILTER (
               WHERE decided_in = 'first' AND level <> 'head' AND book <> 'head' AND public AND NOT system_made
           ) AS recused,
           count(*) FILTER (WHERE decided_in = 'first') AS first_count,
           {_MEDIAN} FILTER (WHERE decided_in = 'first') AS first_hours,
           count(*) FILTER (WHERE stage IN ('approved', 'refused') AND verb IN ('approve', 'refuse')) AS final_count,
           {_MEDIAN} FILTER (WHERE stage IN ('approved', 'refused') AND verb IN ('approve', 'refuse')) AS final_hours
      FROM decided
""")


@dataclass(frozen=True, slots=True)
class CourtyardCases:
    """Decided cases of one courtyard, and of how many people."""

    courtyard: str
    people: int
    approved: int
    refused: int


@dataclass(frozen=True, slots=True)
class ReviewerCases:
    """What one person decided; `hours` is the median to a first review."""

    judge: str
    decided: int
    endorsed: int
    approved: int
    returned: int
    refused: int
    hours: float | None


@dataclass(frozen=True, slots=True)
class AllCases:
    """Recusals, and the median hours to decisions with the number of these."""

    recused: int
    first_count: int
    first_hours: float | None
    final_count: int
    final_hours: float | None


class FairnessRepository:
    """Counts decisions on claims for deeds from the day `first` to before `after`."""

    def __init__(self, session: Session, community: str, first: date, after: date) -> None:
        self._session = session
        self._values = {"community": community, "first": first, "after": after}

    def by_courtyard(self) -> list[CourtyardCases]:
        """Return the courtyards with a decided case."""
        rows = self._session.execute(_BY_COURTYARD, self._values)
        return [CourtyardCases(**row) for row in rows.mappings()]

    def by_reviewer(self) -> list[ReviewerCases]:
        """Return everybody who decided, who decided most first."""
        rows = self._session.execute(_BY_REVIEWER, self._values)
        return [ReviewerCases(**row) for row in rows.mappings()]

    def in_all(self) -> AllCases:
        """Return the figures of all cases together."""
        return AllCases(**self._session.execute(_IN_ALL, self._values).mappings().one())
