"""Whom a community has reminded on which day: nobody twice."""

from datetime import date

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.review.store.tables import reminders


class Reminders:
    """The reminders of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def due(self, judge: str, about: str, day: date) -> bool:
        """Whether he has not been reminded of that yet on that day; he counts as reminded from now on."""
        row = insert(reminders).values(community=self._community, judge=judge, about=about, day=day)
        return self._session.scalar(row.on_conflict_do_nothing().returning(reminders.c.judge)) is not None
