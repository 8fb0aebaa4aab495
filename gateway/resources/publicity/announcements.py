"""Announcements, and the notice board that everybody may read (R34)."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask.views import MethodView

from contracts.calls.publicity import (
    AnnouncementForm,
    AnnouncementsQuery,
    AnnouncementWithdrawalForm,
    NoticeBoardQuery,
    PublicAnnouncement,
    ScheduleForm,
)
from gateway.blueprint import Blueprint
from gateway.http.public_cache import publicly_cached
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.resources.publicity.attachments import with_attachment_links
from gateway.schemas.publicity.announcements import Announcement
from gateway.security.auth import actor, signed_in
from gateway.services import publicity

blp = Blueprint("announcements", __name__, description="Announcements and the notice board")


@blp.route("/v1/announcements")
class Announcements(MethodView):
    @signed_in
    @blp.arguments(AnnouncementsQuery, location="query")
    @blp.response(200, page_schema(Announcement))
    def get(self, query: AnnouncementsQuery) -> Any:
        """Announcements for who sends them, newest first; heads and grid officers see theirs and those to their places.

        What was sent to me is in `GET /v1/inbox`.
        """
        found = page(publicity.list_announcements(actor=actor(), **query))
        return found | {"data": _shown(found["data"])}

    @signed_in
    @blp.arguments(AnnouncementForm)
    @blp.response(201, Announcement)
    def post(self, form: AnnouncementForm) -> Any:
        """Draft an announcement; nobody else reads it before it is sent."""
        return _one(publicity.create_announcement(actor=actor(), **form))


@blp.route("/v1/announcements/<announcement_id>")
class OneAnnouncement(MethodView):
    @signed_in
    @blp.response(200, Announcement)
    def get(self, announcement_id: str) -> Any:
        """An announcement as its senders see it."""
        return _one(publicity.get_announcement(actor=actor(), announcement_id=announcement_id))

    @signed_in
    @blp.arguments(AnnouncementForm)
    @blp.response(200, Announcement)
    def put(self, form: AnnouncementForm, announcement_id: str) -> Any:
        """Replace an announcement that is not sent yet; 409 `wrong_state` afterwards."""
        return _one(publicity.revise_announcement(actor=actor(), announcement_id=announcement_id, **form))


@blp.route("/v1/announcements/<announcement_id>/schedule")
class Schedule(MethodView):
    @signed_in
    @blp.arguments(ScheduleForm)
    @blp.response(200, Announcement)
    def post(self, form: ScheduleForm, announcement_id: str) -> Any:
        """Have an announcement sent at a time, or at another one."""
        return _one(publicity.schedule_announcement(actor=actor(), announcement_id=announcement_id, **form))


@blp.route("/v1/announcements/<announcement_id>/send")
class Sending(MethodView):
    @signed_in
    @blp.response(200, Announcement)
    def post(self, announcement_id: str) -> Any:
        """Send an announcement: from now on it is in the inboxes of its audience, and on the notice board if public."""
        return _one(publicity.send_announcement(actor=actor(), announcement_id=announcement_id))


@blp.route("/v1/announcements/<announcement_id>/withdraw")
class Withdrawal(MethodView):
    @signed_in
    @blp.arguments(AnnouncementWithdrawalForm)
    @blp.response(200, Announcement)
    def post(self, form: AnnouncementWithdrawalForm, announcement_id: str) -> Any:
        """Take an announcement from all inboxes and pages; a new one with `corrects_id` corrects what was printed."""
        return _one(publicity.withdraw_announcement(actor=actor(), announcement_id=announcement_id, **form))


@blp.route("/v1/notice-board/announcements")
class NoticeBoard(MethodView):
    @publicly_cached(seconds=1)
    @blp.arguments(NoticeBoardQuery, location="query")
    @blp.response(200, page_schema(PublicAnnouncement))
    def get(self, query: NoticeBoardQuery) -> Any:
        """A community's announcements for everybody, newest first; public."""
        return page(publicity.list_public_announcements(**query))


@blp.route("/v1/notice-board/announcements/<announcement_id>")
class OnNoticeBoard(MethodView):
    @publicly_cached(seconds=1)
    @blp.response(200, PublicAnnouncement)
    def get(self, announcement_id: str) -> Any:
        """An announcement for everybody; public. 404 once it is withdrawn."""
        return publicity.get_public_announcement(announcement_id=announcement_id)


def _one(found: Mapping[str, Any]) -> dict[str, Any]:
    return _shown([found])[0]


def _shown(found: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return with_attachment_links(with_person_names(found, "created_by_id", "sent_by_id", "withdrawn_by_id"))
