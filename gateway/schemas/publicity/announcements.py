"""Replies about announcements and inboxes, with the names and links that the gateway adds (R34)."""

from contracts.calls import publicity as calls
from gateway.schemas.claims.evidence import EvidenceLinks


class Announcement(calls.Announcement):
    """An announcement as its senders see it."""

    created_by_name: str | None
    sent_by_name: str | None
    withdrawn_by_name: str | None
    attachment_links: list[EvidenceLinks]


class InboxItem(calls.InboxItem):
    """An announcement, or a notice of a step that concerns its person."""

    attachment_links: list[EvidenceLinks]
