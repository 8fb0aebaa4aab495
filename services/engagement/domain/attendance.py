"""Attendance: who came and left, how it was recorded, and how it ends in a record that earns (R29, R33)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from contracts import errors, ids
from contracts.engagement import AttendanceRevoked, Attended
from services.engagement.domain.activities import Activity
from services.engagement.domain.presence import Direction, Method
from services.engagement.domain.signups import SignUp

State = Literal["present", "left", "attended", "incomplete", "revoked"]
"""Came; came and left; both confirmed by the head count; never left; taken back."""

EARLY = timedelta(hours=1)
"""How long before the start people check in."""
LATE = timedelta(hours=2)
"""How long after the end people check out."""


@dataclass(frozen=True)
class Mark:
    """One check-in or check-out."""

    direction: Direction
    method: Method
    at: datetime
    by: str
    """The person themselves by code; the host by roll call or in a batch."""


@dataclass
class Attendance:
    """One person's presence at one activity."""

    community: str
    activity: str
    person: str
    id: str
    signup: str
    household: str | None
    checked_in_at: datetime
    in_method: Method
    in_by: str
    checked_out_at: datetime | None = None
    out_method: Method | None = None
    out_by: str | None = None
    state: State = "present"
    minutes: int = 0
    """Between start and end; set when the attendance is closed."""
    revoked_by: str | None = None
    revoked_at: datetime | None = None
    revoke_reason: str = ""
    version: int = 1

    def check_out(self, mark: Mark) -> None:
        """Note when the person left; a repeat changes nothing."""
        if self.state == "present":
            self.checked_out_at, self.out_method, self.out_by = mark.at, mark.method, mark.by
            self.state = "left"

    def confirm(self, activity: Activity, by: str, at: datetime) -> Attended | None:
        """End it when the head count agreed; None for somebody who never checked out."""
        if self.state != "left" or self.checked_out_at is None:
            self.state = "incomplete"
            return None
        plan = activity.plan
        begun, ended = max(self.checked_in_at, plan.starts_at), min(self.checked_out_at, plan.ends_at)
        self.state, self.minutes = "attended", max(0, int((ended - begun).total_seconds()) // 60)
        self.version += 1
        recorders = {by, self.in_by, self.out_by or by} - {self.person}
        return Attended(
            community=self.community,
            sequence=self.version,
            attendance=self.id,
            activity=self.activity,
            person=self.person,
            household=self.household,
            item=plan.item,
            title=plan.title,
            place=plan.place,
            happened_at=plan.starts_at,
            minutes=self.minutes,
            recorded_by=tuple(sorted(recorders)),
            by=by,
            at=at,
        )

    def revoke(self, reason: str, item: str | None, by: str, at: datetime) -> AttendanceRevoked | None:
        """Take it back; None for a repeat. Raises `WrongState` unless it was confirmed."""
        if self.state == "revoked":
            return None
        if self.state != "attended":
            raise errors.WrongState("考勤结束后才能撤销")
        self.state, self.revoked_by, self.revoked_at, self.revoke_reason = "revoked", by, at, reason
        self.version += 1
        return AttendanceRevoked(
            community=self.community,
            sequence=self.version,
            attendance=self.id,
            activity=self.activity,
            person=self.person,
            by=by,
            at=at,
            item=item,
        )


def check(activity: Activity, signup: SignUp, person: str, current: Attendance | None, mark: Mark) -> Attendance:
    """Return a person's attendance after a check-in or check-out; a repeat changes nothing.

    Raises `PresenceNotOpen` outside the times of the activity, `WrongState` once the attendance is closed, without a
    place, and for a check-out without a check-in.
    """
    require_open(activity)
    _must_be_in_time(activity, mark)
    if signup.state != "confirmed":
        raise errors.WrongState("此人没有名额，不能签到")
    if mark.direction == "out":
        if current is None:
            raise errors.WrongState("尚未签到，不能签退")
        current.check_out(mark)
        return current
    return current or Attendance(
        community=activity.community,
        activity=activity.id,
        person=person,
        id=ids.new("atd"),
        signup=signup.id,
        household=signup.household,
        checked_in_at=mark.at,
        in_method=mark.method,
        in_by=mark.by,
    )


def close(
    activity: Activity, attendances: Sequence[Attendance], head_count: int, by: str, at: datetime
) -> list[Attended]:
    """End the attendance once: the head count must be that of who checked out.

    Raises `HeadCountDiffers`, with both numbers, `PresenceNotOpen` before the start, `WrongState` for a repeat.
    """
    require_open(activity)
    if at < activity.plan.starts_at:
        raise errors.PresenceNotOpen("活动开始后才能结束考勤")
    left = [each for each in attendances if each.state == "left"]
    if head_count != len(left):
        facts = {"head_count": head_count, "checked_in": len(attendances), "checked_out": len(left)}
        raise errors.HeadCountDiffers(
            f"清点 {head_count} 人，签退 {len(left)} 人，签到 {len(attendances)} 人；请补签或核对后再结束", facts=facts
        )
    activity.attendance_closed_at, activity.attendance_closed_by = at, by
    activity.head_count = head_count
    activity.version += 1
    return [attended for each in attendances if (attended := each.confirm(activity, by, at))]


def require_open(activity: Activity) -> None:
    """Raise `WrongState` unless the activity is published and its attendance is not closed."""
    if activity.state != "published":
        raise errors.WrongState("活动未发布或已取消")
    if activity.attendance_closed_at:
        raise errors.WrongState("考勤已经结束")


def _must_be_in_time(activity: Activity, mark: Mark) -> None:
    plan = activity.plan
    if mark.direction == "in":
        opens, closes = plan.starts_at - EARLY, plan.ends_at
    else:
        opens, closes = plan.starts_at, plan.ends_at + LATE
    if not opens <= mark.at <= closes:
        facts = {"opens_at": opens.isoformat(), "closes_at": closes.isoformat()}
        raise errors.PresenceNotOpen("不在签到的时间内" if mark.direction == "in" else "不在签退的时间内", facts=facts)
