"""Inboxes of one community's people."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from contracts import errors
from services.publicity.domain.inbox import InboxItem
from services.publicity.store.tables import announcements, inbox_items

_IS_SHOWN: ColumnElement[bool] = or_(
    inbox_items.c.announcement.is_(None),
    exists().where(
        announcements.c.community == inbox_items.c.community,
        announcements.c.id == inbox_items.c.announcement,
        announcements.c.state == "sent",
    ),
)
"""Items of a withdrawn announcement are in no inbox."""


class InboxRepository:
    """Loads the items of people's inboxes."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def get(self, person: str, item: str, *, for_update: bool = False) -> InboxItem:
        """Return an item of a person's inbox, locked if asked for. Raises `NotFound`."""
        rows = select(InboxItem).where(*self._of(person), inbox_items.c.id == item)
        found = self._session.scalar(rows.with_for_update() if for_update else rows)
        if found is None:
            raise errors.NotFound("没有这条消息，或已撤回")
        return found

    def page(
        self, person: str, limit: int, before: str | None, *, since: datetime | None = None, unread: bool = False
    ) -> list[InboxItem]:
        """Return items of a person's inbox, newest first."""
        rows = select(InboxItem).where(*self._of(person), *_which(since, unread))
        if before:
            rows = rows.where(inbox_items.c.id < before)
        return list(self._session.scalars(rows.order_by(inbox_items.c.id.desc()).limit(limit)))

    def count(self, person: str, most: int, *, since: datetime | None = None, unread: bool = False) -> int:
        """Return how many items there are, counted up to `most`."""
        rows = select(inbox_items.c.id).where(*self._of(person), *_which(since, unread)).limit(most)
        return self._session.scalar(select(func.count()).select_from(rows.subquery())) or 0

    def forget(self, person: str) -> None:
        """Delete the inbox of an erased person."""
        self._session.execute(
            delete(inbox_items).where(inbox_items.c.community == self._community, inbox_items.c.person == person)
        )

    def _of(self, person: str) -> list[ColumnElement[bool]]:
        return [inbox_items.c.community == self._community, inbox_items.c.person == person, _IS_SHOWN]


def _which(since: datetime | None, unread: bool) -> list[ColumnElement[bool]]:
    arrived = [inbox_items.c.arrived_at >= since] if since else []
    return arrived + ([inbox_items.c.opened_at.is_(None)] if unread else [])
