"""Announcements as replies, and the sender's form as a message."""

from datetime import datetime

from contracts.calls import publicity as calls
from services.publicity.domain.announcements import Announcement, Message


def message_of(form: calls.AnnouncementForm) -> Message:
    """Return the message that a form describes; it is public by default unless it is to roles."""
    return Message(
        title=form["title"],
        kind=form["kind"],  # type: ignore[arg-type]  # the gateway has validated it
        text=form["text"],
        courtyards=tuple(dict.fromkeys(form["courtyard_ids"])),
        grids=tuple(dict.fromkeys(form["grid_ids"])),
        roles=tuple(dict.fromkeys(form["roles"])),
        urgent=form["urgent"],
        public=form.get("public", not form["roles"]),
        asks_acknowledgement=form["asks_acknowledgement"],
        corrects=form.get("corrects_id"),
    )


def attachments_of(form: calls.AnnouncementForm) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form["attachment_ids"]))


def public_announcement(found: Announcement) -> calls.PublicAnnouncement:
    message = found.message
    return {
        "id": found.id,
        "kind": message.kind,
        "title": message.title,
        "text": message.text,
        "urgent": message.urgent,
        "sent_at": _instant(found.sent_at),
        "corrects_id": message.corrects,
    }


def attachments(found: Announcement) -> list[calls.Attachment]:
    return [{"evidence_id": each, "uploaded_by_id": by} for each, by in found.attachments.items()]


def announcement(found: Announcement) -> calls.Announcement:
    message = found.message
    return {
        **public_announcement(found),
        "state": found.state,
        "courtyard_ids": list(message.courtyards),
        "grid_ids": list(message.grids),
        "roles": list(message.roles),
        "public": message.public,
        "asks_acknowledgement": message.asks_acknowledgement,
        "attachments": attachments(found),
        "created_by_id": found.created_by,
        "created_at": found.created_at.isoformat(),
        "scheduled_for": _instant(found.scheduled_for),
        "sent_by_id": found.sent_by,
        "people": found.people,
        "households": found.households,
        "withdrawn_by_id": found.withdrawn_by,
        "withdrawn_at": _instant(found.withdrawn_at),
        "withdrawal_reason": found.withdrawal_reason,
        "version": found.version,
    }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
