"""What the gateway may ask of the publicity service: announcements and inboxes (R34–R37)."""

from typing import Protocol

from contracts.calls.publicity.announcements import (
    Announcement,
    AnnouncementForm,
    AnnouncementsApi,
    AnnouncementsQuery,
    AnnouncementWithdrawalForm,
    Attachment,
    NoticeBoardQuery,
    PublicAnnouncement,
    ScheduleForm,
)
from contracts.calls.publicity.inbox import InboxApi, InboxItem, InboxQuery
from contracts.calls.publicity.reach import (
    HouseholdReach,
    HouseholdsQuery,
    Posting,
    PostingQuery,
    ReachApi,
    ReachReport,
    VisitForm,
)

__all__ = [
    "Announcement",
    "AnnouncementForm",
    "AnnouncementWithdrawalForm",
    "AnnouncementsQuery",
    "Attachment",
    "HouseholdReach",
    "HouseholdsQuery",
    "InboxItem",
    "InboxQuery",
    "NoticeBoardQuery",
    "Posting",
    "PostingQuery",
    "PublicAnnouncement",
    "PublicityApi",
    "ReachReport",
    "ScheduleForm",
    "VisitForm",
]


class PublicityApi(AnnouncementsApi, InboxApi, ReachApi, Protocol):
    """The calls of the publicity service."""
