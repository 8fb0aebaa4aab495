"""What is in a person's inbox: announcements, and notices of steps that concern them (R34, R37)."""

from dataclasses import dataclass
from datetime import datetime

from contracts import ids


@dataclass
class InboxItem:
    """One item of one person. Those of an announcement have its text in the announcement alone."""

    community: str
    id: str
    person: str
    household: str | None
    kind: str
    arrived_at: datetime
    announcement: str | None = None
    source: str | None = None
    """What a notice is of: at most one of each source is in a person's inbox."""
    about: str | None = None
    title: str = ""
    text: str = ""
    urgent: bool = False
    opened_at: datetime | None = None
    acknowledged_at: datetime | None = None

    @classmethod
    def new_id(cls) -> str:
        """Return the id of a new item; later ones sort after earlier ones."""
        return ids.new("ntc")

    def open(self, at: datetime) -> None:
        """Note that it was opened; the first time counts."""
        self.opened_at = self.opened_at or at

    def acknowledge(self, at: datetime) -> None:
        """Note that its person took note of it, which opens it too; the first time counts."""
        self.open(at)
        self.acknowledged_at = self.acknowledged_at or at
