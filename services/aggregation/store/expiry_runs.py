"""On which day each community's points were last checked for expiry (R24)."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

_DUE = text("""
    SELECT c.community, c.settings ->> 'expiry' AS policy, l.day AS checked
      FROM directory_communities c LEFT JOIN lapses l USING (community)
     WHERE coalesce(c.settings ->> 'expiry', 'none') <> 'none' AND (l.day IS NULL OR l.day < :today)
     ORDER BY c.community LIMIT 1
""")
_CHECKED = text("""
    INSERT INTO lapses (community, day) VALUES (:community, :today)
        ON CONFLICT (community) DO UPDATE SET day = excluded.day
""")


class Due(NamedTuple):
    """A community that was not checked today."""

    community: str
    policy: str
    checked: date | None


class ExpiryRuns:
    """Gives each community its turn once a day."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take(self, today: date) -> Due | None:
        """Return the next community whose points may lapse today, and mark it as checked.

        One that was not checked yesterday is only marked: a new rule leaves a day to spend what it takes.
        """
        while found := self._session.execute(_DUE, {"today": today}).one_or_none():
            due = Due(*found)
            self._session.execute(_CHECKED, {"community": due.community, "today": today})
            if due.checked == today - timedelta(days=1):
                return due
        return None
