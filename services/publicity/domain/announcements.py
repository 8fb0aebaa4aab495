"""Announcements: draft, scheduled, sent, withdrawn (R34)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from contracts import errors, ids
from contracts.publicity import AnnouncementKind, AnnouncementSent, AnnouncementWithdrawn

State = Literal["draft", "scheduled", "sent", "withdrawn"]


@dataclass(frozen=True)
class Message:
    """What an announcement says, and to whom."""

    title: str
    kind: AnnouncementKind
    text: str
    courtyards: tuple[str, ...]
    grids: tuple[str, ...]
    """With `courtyards`: where its audience lives; the whole community if both are empty."""
    roles: tuple[str, ...]
    """Only who holds one of them, if any are given."""
    urgent: bool
    public: bool
    asks_acknowledgement: bool
    corrects: str | None
    """The withdrawn announcement that it replaces."""

    def faults(self) -> list[dict[str, str]]:
        """Return what contradicts itself, with JSON pointers."""
        if self.roles and self.public:
            return [{"pointer": "/public", "detail": "只发给部分角色的公告不能公开"}]
        return []


@dataclass(frozen=True)
class Recipient:
    """A person of the audience, and their household and its courtyard on the day of sending."""

    person: str
    household: str | None
    courtyard: str | None


@dataclass
class Announcement:
    """One announcement. What was sent does not change; it is withdrawn and replaced by another."""

    community: str
    id: str
    message: Message
    attachments: dict[str, str]
    """Uploads by id, with who uploaded them."""
    created_by: str
    created_at: datetime
    state: State = "draft"
    scheduled_for: datetime | None = None
    sent_by: str | None = None
    sent_at: datetime | None = None
    people: int = 0
    households: int = 0
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None
    withdrawal_reason: str = ""
    version: int = field(default=1)

    @classmethod
    def draft(
        cls, community: str, message: Message, attachments: tuple[str, ...], by: str, at: datetime
    ) -> "Announcement":
        """Return a new draft. Raises `Invalid` for a message that contradicts itself."""
        _must_be_sound(message)
        return cls(community, ids.new("ann"), message, dict.fromkeys(attachments, by), by, at)

    def revise(self, message: Message, attachments: tuple[str, ...], by: str) -> None:
        """Replace what is not sent yet; a schedule stays. Raises `WrongState`, `Invalid`."""
        self._must_be_unsent()
        _must_be_sound(message)
        self.message = message
        self.attachments = {each: self.attachments.get(each, by) for each in attachments}
        self.version += 1

    def schedule(self, scheduled_for: datetime, at: datetime) -> None:
        """Have it sent at a time. Raises `WrongState`, `Invalid` for a time that has passed."""
        self._must_be_unsent()
        if scheduled_for <= at:
            raise errors.Invalid(errors=[{"pointer": "/scheduled_for", "detail": "应晚于现在"}])
        self.state, self.scheduled_for = "scheduled", scheduled_for
        self.version += 1

    def send(self, audience: list[Recipient], by: str, at: datetime) -> AnnouncementSent:
        """Send it to its audience. Raises `WrongState`, `Invalid` for an audience of nobody."""
        self._must_be_unsent()
        if not audience:
            raise errors.Invalid("发送范围内没有人，请修改范围后再发送")
        self.state, self.sent_by, self.sent_at = "sent", by, at
        self.people = len(audience)
        self.households = len({each.household for each in audience if each.household})
        self.version += 1
        return AnnouncementSent(
            community=self.community,
            sequence=self.version,
            announcement=self.id,
            kind=self.message.kind,
            by=by,
            at=at,
            people=self.people,
            households=self.households,
            urgent=self.message.urgent,
        )

    def withdraw(self, reason: str, by: str, at: datetime) -> AnnouncementWithdrawn | None:
        """Take it back, for good; None if nobody had got it. Raises `WrongState`."""
        if self.state == "withdrawn":
            raise errors.WrongState("公告已经撤回")
        was_sent = self.state == "sent"
        self.state, self.withdrawn_by, self.withdrawn_at, self.withdrawal_reason = "withdrawn", by, at, reason
        self.version += 1
        if not was_sent:
            return None
        return AnnouncementWithdrawn(
            community=self.community,
            sequence=self.version,
            announcement=self.id,
            kind=self.message.kind,
            by=by,
            at=at,
        )

    def _must_be_unsent(self) -> None:
        if self.state not in ("draft", "scheduled"):
            raise errors.WrongState("公告已经发送或撤回；如有错误，请撤回后另发更正")


def _must_be_sound(message: Message) -> None:
    if wrong := message.faults():
        raise errors.Invalid("公告的范围有矛盾", wrong)
