"""Calls about announcements, and the timer that sends those that are due (R34)."""

from datetime import datetime
from typing import Unpack

from contracts.calls import publicity as calls
from contracts.paging import page_of
from contracts.rpc import Caller, Page
from messaging import command, query, tick
from services.publicity import permissions
from services.publicity.schemas import announcements as schemas
from services.publicity.store import PublicityTransaction
from services.publicity.use_cases import announcements as use_cases


class AnnouncementCalls:
    @command
    def create_announcement(
        self, tx: PublicityTransaction, *, actor: Caller, **form: Unpack[calls.AnnouncementForm]
    ) -> calls.Announcement:
        created = use_cases.create(tx.scope(actor), schemas.message_of(form), schemas.attachments_of(form))
        return schemas.announcement(created)

    @command
    def revise_announcement(
        self, tx: PublicityTransaction, *, actor: Caller, announcement_id: str, **form: Unpack[calls.AnnouncementForm]
    ) -> calls.Announcement:
        message, attachments = schemas.message_of(form), schemas.attachments_of(form)
        return schemas.announcement(use_cases.revise(tx.scope(actor), announcement_id, message, attachments))

    @command
    def schedule_announcement(
        self, tx: PublicityTransaction, *, actor: Caller, announcement_id: str, scheduled_for: str
    ) -> calls.Announcement:
        at = datetime.fromisoformat(scheduled_for)
        return schemas.announcement(use_cases.schedule(tx.scope(actor), announcement_id, at))

    @command
    def send_announcement(self, tx: PublicityTransaction, *, actor: Caller, announcement_id: str) -> calls.Announcement:
        return schemas.announcement(use_cases.send(tx.scope(actor), announcement_id))

    @command
    def withdraw_announcement(
        self, tx: PublicityTransaction, *, actor: Caller, announcement_id: str, reason: str
    ) -> calls.Announcement:
        return schemas.announcement(use_cases.withdraw(tx.scope(actor), announcement_id, reason))

    @query
    def list_announcements(
        self,
        tx: PublicityTransaction,
        *,
        actor: Caller,
        state: list[str] | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.Announcement]:
        scope = tx.scope(actor)
        courtyards = permissions.require_announcing(scope)
        of = None if courtyards is None else scope.person
        found = scope.announcements.page(limit + 1, cursor, states=state or (), of=of, courtyards=courtyards or ())
        return page_of(found, limit, schemas.announcement, lambda each: each.id)

    @query
    def get_announcement(self, tx: PublicityTransaction, *, actor: Caller, announcement_id: str) -> calls.Announcement:
        return schemas.announcement(permissions.get_managed(tx.scope(actor), announcement_id))

    @query
    def list_public_announcements(
        self, tx: PublicityTransaction, *, community_id: str, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.PublicAnnouncement]:
        found = tx.scope_of(community_id).announcements.public_page(limit + 1, cursor)
        return page_of(found, limit, schemas.public_announcement, lambda each: each.id)

    @query
    def get_public_announcement(self, tx: PublicityTransaction, *, announcement_id: str) -> calls.PublicAnnouncement:
        return schemas.public_announcement(tx.all_announcements.get_public(announcement_id))

    @tick(seconds=5)
    def send_due_announcements(self, tx: PublicityTransaction) -> None:
        """Send the announcements whose time has come."""
        use_cases.send_due(tx)
