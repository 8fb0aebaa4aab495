"""Events of publicity: announcements that were sent or withdrawn (R34). Ids only; texts are not in events."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from contracts.event import Event

AnnouncementKind = Literal["notice", "safety", "publication", "result", "call", "reminder"]
"""通知, 安全提醒, 公示, 结果, 招募, 提醒."""


@dataclass(frozen=True, kw_only=True)
class _AnnouncementEvent(Event):
    publisher: ClassVar[str] = "publicity"
    subject_field: ClassVar[str] = "announcement"

    announcement: str
    kind: AnnouncementKind
    by: str
    """A person, or `clock` for one that was scheduled."""
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AnnouncementSent(_AnnouncementEvent):
    """It is in the inboxes of its audience."""

    people: int
    households: int
    urgent: bool = False


@dataclass(frozen=True, kw_only=True)
class AnnouncementWithdrawn(_AnnouncementEvent):
    """It is in no inbox and on no page any more."""
