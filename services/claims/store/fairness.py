"""Who declared for whom in some months (R41)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

_DECLARED = text("""
    SELECT c.person,
           CASE WHEN c.system_made THEN 'system'
                WHEN c.declared_by = c.person THEN 'self'
                WHEN EXISTS (
                    SELECT FROM directory_appointments a
                     WHERE a.community = c.community AND a.person = c.declared_by AND a.role = 'head'
                       AND a.scope = c.courtyard AND a.since <= c.day AND (a.until IS NULL OR a.until > c.day)
                ) THEN 'head'
                WHEN c.household = (
                    SELECT m.household FROM directory_memberships m
                     WHERE m.community = c.community AND m.person = c.declared_by AND m.since <= c.day
                     ORDER BY m.since DESC LIMIT 1
                ) THEN 'household'
                ELSE 'grid_officer' END AS declarer,
           count(*) AS claims
      FROM claims c
     WHERE c.community = :community AND c.day >= :first AND c.day < :after AND c.status <> 'withdrawn'
     GROUP BY 1, 2
""")


@dataclass(frozen=True, slots=True)
class Declared:
    """How many claims of one person one kind of declarer made."""

    person: str
    declarer: str
    claims: int


class DeclaringRepository:
    """Counts the claims of one community by who declared them."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def declared(self, first: date, after: date) -> list[Declared]:
        """Return the claims for deeds from `first` to before `after`, without those that were withdrawn."""
        rows = self._session.execute(_DECLARED, {"community": self._community, "first": first, "after": after})
        return [Declared(**row) for row in rows.mappings()]
