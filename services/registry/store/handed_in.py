"""Rosters that were handed in, in every community: those that wait are taken in one after the other."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contracts.errors import NotFound
from services.registry.domain.handed_in import HandedIn, State
from services.registry.store.tables import rosters


class RostersHandedIn:
    """Which roster is next, and how far it has come."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, roster: HandedIn) -> None:
        self._session.add(roster)
        self._session.flush()

    def next(self) -> HandedIn | None:
        """The one that waits longest."""
        return self._session.scalar(
            select(HandedIn).where(rosters.c.ended_at.is_(None)).order_by(rosters.c.handed_in_at).limit(1)
        )

    def get(self, community: str, roster: str) -> HandedIn:
        """`NotFound` when that community handed in none of that id."""
        found = self._session.get(HandedIn, (community, roster))
        if found is None:
            raise NotFound("没有这份花名册")
        return found

    def advance(self, roster: HandedIn, state: State, lines_done: int) -> None:
        """Write how far it has come, for those who ask meanwhile."""
        self._session.execute(
            update(rosters)
            .where(rosters.c.community == roster.community, rosters.c.id == roster.id)
            .values(state=state, lines_done=lines_done)
        )
