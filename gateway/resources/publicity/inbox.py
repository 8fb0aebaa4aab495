"""Everybody's inbox (R34, R37)."""

from collections.abc import Mapping
from typing import Any

from flask.views import MethodView

from contracts.calls.publicity import InboxQuery
from gateway.blueprint import Blueprint
from gateway.paging import page, page_schema
from gateway.resources.publicity.attachments import with_attachment_links
from gateway.schemas.publicity.announcements import InboxItem
from gateway.security.auth import actor, signed_in
from gateway.services import publicity

blp = Blueprint("inbox", __name__, description="What a person is told: announcements, and steps of their own affairs")


@blp.route("/v1/inbox")
class Inbox(MethodView):
    @signed_in
    @blp.arguments(InboxQuery, location="query")
    @blp.response(200, page_schema(InboxItem, counted=True))
    def get(self, query: InboxQuery) -> Any:
        """My announcements and notices, newest first; `unread=true&totals=true&limit=1` counts what I have not opened.

        A withdrawn announcement is in no inbox.
        """
        found = page(publicity.list_inbox(actor=actor(), **query))
        return found | {"data": with_attachment_links(found["data"])}


@blp.route("/v1/inbox/<item_id>/open")
class Opening(MethodView):
    @signed_in
    @blp.response(200, InboxItem)
    def post(self, item_id: str) -> Any:
        """Note that I have opened an item; the first time counts."""
        return _one(publicity.open_inbox_item(actor=actor(), item_id=item_id))


@blp.route("/v1/inbox/<item_id>/acknowledge")
class Acknowledgement(MethodView):
    @signed_in
    @blp.response(200, InboxItem)
    def post(self, item_id: str) -> Any:
        """Note that I have taken note of an item, which opens it too; the first time counts."""
        return _one(publicity.acknowledge_inbox_item(actor=actor(), item_id=item_id))


def _one(found: Mapping[str, Any]) -> dict[str, Any]:
    return with_attachment_links([found])[0]
