"""Everybody's inbox (R34, R37)."""

from typing import Annotated, Literal, NotRequired, Protocol, TypedDict

from contracts import fields
from contracts.calls.publicity.announcements import Attachment
from contracts.paging import CountedQuery
from contracts.rpc import Caller, CountedPage, command, query
from contracts.schema import Doc, Instant

NoticeKind = Literal[
    "notice",
    "safety",
    "publication",
    "result",
    "call",
    "reminder",
    "claims",
    "objections",
    "orders",
    "honours",
    "activities",
    "posts",
    "duties",
]


class InboxItem(TypedDict):
    """An announcement, or a notice of a step that concerns its person."""

    id: str
    kind: Annotated[NoticeKind, Doc("An announcement's kind, or what a notice is about")]
    title: str
    text: str
    urgent: bool
    arrived_at: Instant
    announcement_id: str | None
    about_id: Annotated[str | None, Doc("The claim, entry, order … that a notice is about")]
    attachments: list[Attachment]
    asks_acknowledgement: bool
    opened_at: Instant | None
    acknowledged_at: Instant | None


class InboxQuery(CountedQuery):
    since: NotRequired[Annotated[str, fields.Instant(), Doc("Only what arrived then or later")]]
    unread: Annotated[bool, fields.Boolean(load_default=False), Doc("Only what is not opened")]


class InboxApi(Protocol):
    """Calls about the caller's own inbox."""

    @query
    def list_inbox(
        self,
        *,
        actor: Caller,
        since: str | None = None,
        unread: bool = False,
        limit: int = 20,
        cursor: str | None = None,
        totals: bool = False,
    ) -> CountedPage[InboxItem]:
        """Return the caller's items, newest first; none of a withdrawn announcement."""

    @command
    def open_inbox_item(self, *, actor: Caller, item_id: str) -> InboxItem:
        """Note that the caller has opened an item. Raises NotFound."""

    @command
    def acknowledge_inbox_item(self, *, actor: Caller, item_id: str) -> InboxItem:
        """Note that the caller has taken note of an item. Raises NotFound."""
