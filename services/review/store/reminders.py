"""On which days a community has reminded its judges: on none twice."""

from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory.tables import communities
from services.review.store.tables import reminders


class Reminders:
    """The reminders of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def due(self, day: date) -> bool:
        """Whether it has not reminded on that day yet; it counts as done from now on."""
        row = insert(reminders).values(community=self._community, day=day)
        return self._session.scalar(row.on_conflict_do_nothing().returning(reminders.c.day)) is not None


def communities_to_remind(session: Session, day: date) -> list[str]:
    """Those that have not reminded on that day yet."""
    done = exists().where(reminders.c.community == communities.c.community, reminders.c.day == day)
    return list(session.scalars(select(communities.c.community).where(~done).order_by(communities.c.community)))
