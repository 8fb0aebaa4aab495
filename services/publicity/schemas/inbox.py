"""Items of inboxes as replies."""

from contracts.calls import publicity as calls
from services.publicity.domain.announcements import Announcement
from services.publicity.domain.inbox import InboxItem
from services.publicity.schemas.announcements import attachments


def inbox_item(found: InboxItem, of: Announcement | None) -> calls.InboxItem:
    """Return an item; `of` is the announcement that it delivers, if any."""
    return {
        "id": found.id,
        "kind": found.kind,  # type: ignore[typeddict-item]
        "title": of.message.title if of else found.title,
        "text": of.message.text if of else found.text,
        "urgent": found.urgent,
        "arrived_at": found.arrived_at.isoformat(),
        "announcement_id": found.announcement,
        "about_id": found.about,
        "attachments": attachments(of) if of else [],
        "asks_acknowledgement": of.message.asks_acknowledgement if of else False,
        "opened_at": found.opened_at.isoformat() if found.opened_at else None,
        "acknowledged_at": found.acknowledged_at.isoformat() if found.acknowledged_at else None,
    }
