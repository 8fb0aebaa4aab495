"""Publicity's store: announcements, their audiences, inboxes."""

from functools import cached_property

from directory import DirectoryScope
from messaging import ScopedTransaction, Store
from services.publicity.store.announcements import AllAnnouncements, AnnouncementRepository
from services.publicity.store.inbox import InboxRepository
from services.publicity.store.notices import NoticeRepository
from services.publicity.store.reach import PostingRepository, ReachRepository
from services.publicity.store.tables import metadata

__all__ = ["PublicityScope", "PublicityStore", "PublicityTransaction", "metadata"]


class PublicityScope(DirectoryScope["PublicityTransaction"]):
    """Repositories of one community, limited to what the caller may see."""

    @cached_property
    def announcements(self) -> AnnouncementRepository:
        return AnnouncementRepository(self.session, self.community)

    @cached_property
    def inbox(self) -> InboxRepository:
        return InboxRepository(self.session, self.community)

    @cached_property
    def notices(self) -> NoticeRepository:
        return NoticeRepository(self.session, self.community)

    @cached_property
    def reach(self) -> ReachRepository:
        return ReachRepository(self.session, self.community)

    @cached_property
    def postings(self) -> PostingRepository:
        return PostingRepository(self.session, self.community)


class PublicityTransaction(ScopedTransaction[PublicityScope]):
    """A transaction on publicity's store."""

    scope_class = PublicityScope

    @cached_property
    def all_announcements(self) -> AllAnnouncements:
        return AllAnnouncements(self.session)


class PublicityStore(Store):
    transaction_class = PublicityTransaction
