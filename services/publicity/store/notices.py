"""Notices on their way to inboxes, and whose the things are that they are about (R37)."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.publicity.domain.inbox import InboxItem
from services.publicity.domain.notices import TEMPLATES, Notice, Subject, WaitingNotice
from services.publicity.store.tables import inbox_items, notice_subjects, waiting_notices


class NoticeRepository:
    """Writes notices into inboxes of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def write(self, notice: Notice, people: Collection[str], at: datetime) -> None:
        """Put a notice into the inboxes of people; who has it already is left out."""
        template = TEMPLATES[notice.template]
        rows = [
            {
                "community": self._community,
                "id": InboxItem.new_id(),
                "person": person,
                "kind": template.kind,
                "arrived_at": at,
                "source": notice.source,
                "about": notice.about,
                "title": notice.title,
                "text": notice.text,
                "urgent": template.urgent,
            }
            for person in sorted(people)
        ]
        if rows:
            self._session.execute(insert(inbox_items).on_conflict_do_nothing(), rows)

    def add_subjects(self, subjects: Iterable[Subject]) -> None:
        """Remember whose things are."""
        for each in subjects:
            row = insert(notice_subjects).values(community=each.community, id=each.id, person=each.person)
            self._session.execute(row.on_conflict_do_nothing())

    def owner_of(self, subject: str) -> str | None:
        """Return whose a thing is; None as long as its event has not come. Locks out who would add it meanwhile."""
        lock = select(notice_subjects.c.person).where(
            notice_subjects.c.community == self._community, notice_subjects.c.id == subject
        )
        return self._session.scalar(lock)

    def wait(self, notice: Notice, subject: str) -> None:
        """Keep a notice until it is known whose its subject is."""
        row = insert(waiting_notices).values(
            community=self._community,
            source=notice.source,
            subject=subject,
            template=notice.template,
            about=notice.about,
            values=dict(notice.values),
        )
        self._session.execute(row.on_conflict_do_nothing())

    def take_waiting(self, subject: str) -> list[WaitingNotice]:
        """Take out the notices that wait for a subject."""
        mine = (waiting_notices.c.community == self._community, waiting_notices.c.subject == subject)
        found = list(self._session.scalars(select(WaitingNotice).where(*mine)))
        self._session.execute(delete(waiting_notices).where(*mine))
        return found

    def forget(self, person: str) -> None:
        """Delete what is known to be an erased person's."""
        self._session.execute(
            delete(notice_subjects).where(
                notice_subjects.c.community == self._community, notice_subjects.c.person == person
            )
        )
