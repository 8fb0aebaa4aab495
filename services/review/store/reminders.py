"""The days on which a community sent its reminders, so that it sends them once a day."""

from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory.tables import communities
from services.review.store.tables import reminders


class ReminderRepository:
    """Stores the days on which one community sent reminders."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def begin(self, day: date) -> bool:
        """Store that the reminders of that day are sent; return False when they were sent before."""
        row = insert(reminders).values(community=self._community, day=day)
        return self._session.scalar(row.on_conflict_do_nothing().returning(reminders.c.day)) is not None


def communities_to_remind(session: Session, day: date) -> list[str]:
    """Return the communities that sent no reminders on that day."""
    done = exists().where(reminders.c.community == communities.c.community, reminders.c.day == day)
    return list(session.scalars(select(communities.c.community).where(~done).order_by(communities.c.community)))
