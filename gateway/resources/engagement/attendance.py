"""Presence at activities: the host's challenge, check-in and check-out, roll call, batches, attendance (R29)."""

from collections.abc import Iterator
from typing import Any

from flask.views import MethodView

from contracts.calls.engagement import (
    Attendance,
    AttendanceQuery,
    AttendanceRevocationForm,
    BatchForm,
    BatchReply,
    Challenge,
    ChallengeQuery,
    CheckForm,
    ClosedAttendance,
    HeadCountForm,
    HostKeys,
    Ticket,
)
from contracts.paging import PageQuery
from gateway.blueprint import Blueprint
from gateway.chinese_dates import local_time
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.schemas.engagement.attendance import ExpectedPerson
from gateway.security.auth import actor, signed_in
from gateway.services import engagement
from gateway.spreadsheets import xlsx

blp = Blueprint("attendance", __name__, description="Who came to an activity")

_PAGE = page_schema(ExpectedPerson)
_SHEET_PAGE_SIZE = 500
_COLUMNS = {
    "person_name": "姓名",
    "in": "签到",
    "in_method": "签到方式",
    "out": "签退",
    "out_method": "签退方式",
    "minutes": "分钟",
    "state": "状态",
    "person_id": "编号",
}
_METHODS = {"code": "扫码", "roll_call": "点名", None: ""}
_STATES = {"present": "已签到", "left": "已签退", "attended": "已确认", "incomplete": "未签退", "revoked": "已撤销"}


@blp.route("/v1/activities/<activity_id>/host-keys")
class Keys(MethodView):
    @signed_in
    @blp.response(200, HostKeys)
    def get(self, activity_id: str) -> Any:
        """What a host's device needs to receive people without network; for hosts and organizers."""
        return engagement.get_host_keys(actor=actor(), activity_id=activity_id)


@blp.route("/v1/activities/<activity_id>/challenge")
class CurrentChallenge(MethodView):
    @signed_in
    @blp.arguments(ChallengeQuery, location="query")
    @blp.response(200, Challenge)
    def get(self, query: ChallengeQuery, activity_id: str) -> Any:
        """The code that the host's screen shows now; it changes every ten seconds."""
        return engagement.get_challenge(actor=actor(), activity_id=activity_id, **query)


@blp.route("/v1/activities/<activity_id>/ticket")
class OwnTicket(MethodView):
    @signed_in
    @blp.response(200, Ticket)
    def get(self, activity_id: str) -> Any:
        """What my app answers the host's code with when there is no network."""
        return engagement.get_ticket(actor=actor(), activity_id=activity_id)


@blp.route("/v1/activities/<activity_id>/checkins")
class CheckIns(MethodView):
    @signed_in
    @blp.arguments(CheckForm)
    @blp.response(201, Attendance)
    def post(self, form: CheckForm, activity_id: str) -> Any:
        """Check in by the code on the host's screen, or as a host somebody by roll call. A repeat changes nothing.

        422 `presence_code_expired` for a code that is no longer shown, 409 `presence_not_open`.
        """
        return engagement.check_in(actor=actor(), activity_id=activity_id, **form)


@blp.route("/v1/activities/<activity_id>/checkouts")
class CheckOuts(MethodView):
    @signed_in
    @blp.arguments(CheckForm)
    @blp.response(201, Attendance)
    def post(self, form: CheckForm, activity_id: str) -> Any:
        """Check out, by code or by roll call. A repeat changes nothing."""
        return engagement.check_out(actor=actor(), activity_id=activity_id, **form)


@blp.route("/v1/activities/<activity_id>/attendance-batches")
class Batches(MethodView):
    @signed_in
    @blp.arguments(BatchForm)
    @blp.response(201, BatchReply)
    def post(self, form: BatchForm, activity_id: str) -> Any:
        """Take what a host's device recorded without network, with an answer for each line."""
        return engagement.take_batch(actor=actor(), activity_id=activity_id, **form)


@blp.route("/v1/activities/<activity_id>/attendance")
class AttendanceList(MethodView):
    @signed_in
    @blp.arguments(AttendanceQuery, location="query")
    @blp.response(200, _PAGE)
    @blp.alt_response(200, schema={"type": "string", "format": "binary"}, content_type=xlsx.MEDIA_TYPE)
    def get(self, query: AttendanceQuery, activity_id: str) -> Any:
        """Who has a place and who came, for hosts and organizers."""
        if query["format"] == "xlsx":
            return xlsx.response("签到表", _COLUMNS, _rows(activity_id))
        return page(_found(activity_id, query["limit"], query["cursor"]))


@blp.route("/v1/activities/<activity_id>/attendance/close")
class Closing(MethodView):
    @signed_in
    @blp.arguments(HeadCountForm)
    @blp.response(200, ClosedAttendance)
    def post(self, form: HeadCountForm, activity_id: str) -> Any:
        """End the attendance with the head count; 409 `head_count_differs` unless as many have checked out."""
        return engagement.close_attendance(actor=actor(), activity_id=activity_id, **form)


@blp.route("/v1/activities/<activity_id>/attendance/<resident_id>/revoke")
class Revocation(MethodView):
    @signed_in
    @blp.arguments(AttendanceRevocationForm)
    @blp.response(200, Attendance)
    def post(self, form: AttendanceRevocationForm, activity_id: str, resident_id: str) -> Any:
        """Take somebody's record back, for organizers; what it earned is taken back or corrected."""
        return engagement.revoke_attendance(actor=actor(), activity_id=activity_id, person_id=resident_id, **form)


@blp.route("/v1/me/attendance")
class OwnAttendance(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(Attendance))
    def get(self, query: PageQuery) -> Any:
        """Where I took part, newest first."""
        return page(engagement.list_own_attendance(actor=actor(), **query))


def _found(activity_id: str, limit: int, cursor: str | None) -> dict[str, Any]:
    found = engagement.list_attendance(actor=actor(), activity_id=activity_id, limit=limit, cursor=cursor)
    return {**found, "data": with_person_names(found["data"])}


def _rows(activity_id: str) -> Iterator[dict[str, Any]]:
    cursor: str | None = None
    while True:
        part = _found(activity_id, _SHEET_PAGE_SIZE, cursor)
        yield from (_row(each) for each in part["data"])
        if (cursor := part["next_cursor"]) is None:
            return


def _row(person: dict[str, Any]) -> dict[str, Any]:
    found = person["attendance"] or {}
    return {
        "person_name": person["person_name"],
        "in": local_time(found.get("checked_in_at")),
        "in_method": _METHODS[found.get("in_method")],
        "out": local_time(found.get("checked_out_at")),
        "out_method": _METHODS[found.get("out_method")],
        "minutes": found.get("minutes"),
        "state": _STATES.get(found.get("state", ""), "未到"),
        "person_id": person["person_id"],
    }
