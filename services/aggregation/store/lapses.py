"""On which day it was last looked, community by community, which points lapse (R24)."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

_DUE = text("""
    SELECT c.community, c.settings ->> 'expiry' AS policy, l.day AS looked
      FROM directory_communities c LEFT JOIN lapses l USING (community)
     WHERE coalesce(c.settings ->> 'expiry', 'none') <> 'none' AND (l.day IS NULL OR l.day < :today)
     ORDER BY c.community LIMIT 1
""")
_LOOKED = text("""
    INSERT INTO lapses (community, day) VALUES (:community, :today)
        ON CONFLICT (community) DO UPDATE SET day = excluded.day
""")


class Due(NamedTuple):
    """A community where it was not looked today."""

    community: str
    policy: str
    looked: date | None


class Lapses:
    """Goes from community to community, to each once a day."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take(self, today: date) -> Due | None:
        """The next community whose points may lapse today; from now on it was looked there.

        Where it was not looked yesterday it is only noted: whoever hears of the rule has a day to spend what it takes.
        """
        while found := self._session.execute(_DUE, {"today": today}).one_or_none():
            due = Due(*found)
            self._session.execute(_LOOKED, {"community": due.community, "today": today})
            if due.looked == today - timedelta(days=1):
                return due
        return None
