"""Announcements of one community, and the public and due ones of all."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, insert, or_, select
from sqlalchemy.orm import Session

from contracts import errors
from services.publicity.domain.announcements import Announcement, Recipient
from services.publicity.domain.inbox import InboxItem
from services.publicity.store.tables import announcements, audience_households, inbox_items


class AnnouncementRepository:
    """Loads and stores a community's announcements, with their audience."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, announcement: Announcement) -> None:
        """Store a new announcement."""
        self._session.add(announcement)

    def find(self, announcement: str, *, for_update: bool = False) -> Announcement | None:
        """Return an announcement, locked if asked for; None if there is no such."""
        return self._session.get(
            Announcement, (self._community, announcement), with_for_update=for_update, populate_existing=for_update
        )

    def is_sent_to(self, announcement: str, courtyards: Collection[str]) -> bool:
        """Return whether households of these courtyards are in its audience."""
        return bool(
            self._session.scalar(
                select(_reaches(courtyards)).where(
                    announcements.c.community == self._community, announcements.c.id == announcement
                )
            )
        )

    def page(
        self,
        limit: int,
        before: str | None,
        *,
        states: Sequence[str] = (),
        of: str | None = None,
        courtyards: Collection[str] = (),
    ) -> list[Announcement]:
        """Return announcements, newest first: all, or those by the person `of` and those sent to `courtyards`."""
        rows = select(Announcement).where(announcements.c.community == self._community)
        if of is not None:
            rows = rows.where(or_(announcements.c.created_by == of, _reaches(courtyards)))
        if states:
            rows = rows.where(announcements.c.state.in_(list(states)))
        if before:
            rows = rows.where(announcements.c.id < before)
        return list(self._session.scalars(rows.order_by(announcements.c.id.desc()).limit(limit)))

    def public_page(self, limit: int, before: str | None) -> list[Announcement]:
        """Return what the notice board shows, newest first."""
        rows = select(Announcement).where(announcements.c.community == self._community, *_PUBLIC)
        if before:
            rows = rows.where(announcements.c.id < before)
        return list(self._session.scalars(rows.order_by(announcements.c.id.desc()).limit(limit)))

    def with_ids(self, ids: Collection[str]) -> dict[str, Announcement]:
        """Return these announcements by id."""
        rows = select(Announcement).where(announcements.c.community == self._community, announcements.c.id.in_(ids))
        return {each.id: each for each in self._session.scalars(rows)}

    def deliver(self, announcement: Announcement, audience: Sequence[Recipient], at: datetime) -> None:
        """Put an announcement into the inboxes of its audience, and note its households."""
        of = {"community": self._community, "announcement": announcement.id}
        rows = [
            {
                **of,
                "id": InboxItem.new_id(),
                "person": each.person,
                "household": each.household,
                "kind": announcement.message.kind,
                "arrived_at": at,
                "title": "",
                "text": "",
                "urgent": announcement.message.urgent,
            }
            for each in audience
        ]
        self._session.execute(insert(inbox_items), rows)
        homes = {each.household: each.courtyard for each in audience if each.household and each.courtyard}
        if homes:
            self._session.execute(
                insert(audience_households),
                [{**of, "household": household, "courtyard": courtyard} for household, courtyard in homes.items()],
            )


class AllAnnouncements:
    """Finds announcements of any community: public ones by their id, and those that are due."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get_public(self, announcement: str) -> Announcement:
        """Return what a notice board shows. Raises `NotFound`."""
        found = self._session.scalar(select(Announcement).where(announcements.c.id == announcement, *_PUBLIC))
        if found is None:
            raise errors.NotFound("没有这条公告，或已撤回")
        return found

    def due(self, now: datetime, limit: int = 20) -> list[Announcement]:
        """Return scheduled announcements whose time has come, locked."""
        rows = select(Announcement).where(announcements.c.state == "scheduled", announcements.c.scheduled_for <= now)
        locked = rows.order_by(announcements.c.scheduled_for).limit(limit).with_for_update(skip_locked=True)
        return list(self._session.scalars(locked))


_PUBLIC = (announcements.c.state == "sent", announcements.c.public)


def _reaches(courtyards: Collection[str]) -> ColumnElement[bool]:
    return exists().where(
        audience_households.c.community == announcements.c.community,
        audience_households.c.announcement == announcements.c.id,
        audience_households.c.courtyard.in_(list(courtyards)),
    )
