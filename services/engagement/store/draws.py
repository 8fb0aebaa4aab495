"""Draws of one community, and the ledger's blocks that seed them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.engagement.domain.draws import Draw, SealedBlock
from services.engagement.store.tables import activities, sealed_blocks


class DrawRepository:
    """Loads and stores a community's draws and sealed blocks."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, draw: Draw) -> None:
        """Store a draw."""
        self._session.add(draw)

    def find(self, activity: str) -> Draw | None:
        """Return an activity's draw, or None before it is held."""
        return self._session.get(Draw, (self._community, activity))

    def add_block(self, block: SealedBlock) -> None:
        """Store a block of the ledger, once."""
        row = {column.name: getattr(block, column.name) for column in sealed_blocks.columns}
        self._session.execute(insert(sealed_blocks).values(row).on_conflict_do_nothing())

    def first_block_after(self, at: datetime) -> SealedBlock | None:
        """Return the first block sealed after `at`; None until it and the one before it are known."""
        later = select(SealedBlock).where(sealed_blocks.c.community == self._community, sealed_blocks.c.sealed_at > at)
        first = self._session.scalar(later.order_by(sealed_blocks.c.height).limit(1))
        if first is None or first.height == 1:
            return first
        before = self._session.get(SealedBlock, (self._community, first.height - 1))
        return first if before else None


class DueDraws:
    """Finds the draws to be held, in all communities."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def due(self, now: datetime, limit: int = 200) -> list[tuple[str, str]]:
        """Return community and id of activities whose sign-up has closed and whose draw is still to be held."""
        rows = select(activities.c.community, activities.c.id).where(
            activities.c.allocation == "draw",
            activities.c.state == "published",
            activities.c.drawn_at.is_(None),
            activities.c.closes_at <= now,
        )
        ordered = rows.order_by(activities.c.closes_at, activities.c.id).limit(limit)
        return sorted((community, activity) for community, activity in self._session.execute(ordered))
