"""Recording presence: by the member's code, by roll call, and in batches of hosts' devices (R29)."""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from contracts import errors
from contracts.calls import engagement as calls
from directory.permissions import ORGANIZE_ACTIVITIES
from services.engagement import permissions
from services.engagement.domain import attendance
from services.engagement.domain.activities import Activity
from services.engagement.domain.attendance import Attendance, Mark
from services.engagement.domain.presence import BatchRecord, Direction, PresenceKeys
from services.engagement.store import EngagementScope

_CLOCK_TOLERANCE = timedelta(seconds=60)
"""How far ahead of the server a device's clock may be."""


def keys_for_host(scope: EngagementScope, activity_id: str) -> PresenceKeys:
    """Return an activity's keys for a host or organizer. Raises `NotFound`, `RoleMissing`."""
    activity = scope.activities.get(activity_id, drafts=False)
    permissions.require_organizing(scope, activity)
    return _keys(activity)


def ticket(scope: EngagementScope, activity_id: str) -> str:
    """Return the caller's own ticket. Raises `NotFound` without a place."""
    activity = scope.activities.get(activity_id, drafts=False)
    signup = scope.attendances.signup_of(activity_id, scope.person)
    if signup.state != "confirmed":
        raise errors.NotFound("您在这个活动没有名额")
    return _keys(activity).ticket(scope.person)


def check(scope: EngagementScope, activity_id: str, direction: Direction, form: calls.CheckForm) -> Attendance:
    """Check the caller in or out by the host's challenge, or somebody else by roll call."""
    activity = scope.activities.get(activity_id, drafts=False, for_update=True)
    code, person = form.get("code"), form.get("person_id")
    if (code is None) is (person is None):
        raise errors.Invalid("请扫描签到码，或由接待人点名", [{"pointer": "/code", "detail": "与 person_id 二选一"}])
    if code is not None:
        if _keys(activity).direction_of(code, scope.now) != direction:
            raise errors.PresenceCodeInvalid("签到和签退的码不同，请确认屏幕上显示的是哪一个")
        return _mark(scope, activity, scope.person, Mark(direction, "code", scope.now, scope.person))
    permissions.require_organizing(scope, activity)
    assert person is not None
    _must_not_be_own(scope, person)
    return _mark(scope, activity, person, Mark(direction, "roll_call", scope.now, scope.person))


def take_batch(
    scope: EngagementScope, activity_id: str, batch_id: str, records: Sequence[BatchRecord], signature: str
) -> list[calls.BatchResult]:
    """Take what a host's device recorded without network; a line that is refused does not affect the others."""
    activity = scope.activities.get(activity_id, drafts=False, for_update=True)
    permissions.require_organizing(scope, activity)
    keys = _keys(activity)
    if not hmac.compare_digest(keys.signature(scope.person, batch_id, records), signature):
        raise errors.BatchSignatureInvalid()
    if taken := scope.attendances.batch(activity_id, batch_id):
        if taken[0] != signature:
            raise errors.Conflict("这个批次号已用于内容不同的记录，请更换")
        return taken[1]
    attendance.require_open(activity)
    in_order = sorted(range(len(records)), key=lambda index: (records[index].at, records[index].direction))
    results = {index: _take(scope, activity, keys, records[index]) for index in in_order}
    ordered = [results[index] for index in range(len(records))]
    scope.attendances.add_batch(activity_id, batch_id, signature, scope.person, scope.now, ordered)
    return ordered


def close(scope: EngagementScope, activity_id: str, head_count: int) -> calls.ClosedAttendance:
    """End the attendance of an activity; everybody who came and left has a record that earns."""
    activity = scope.activities.get(activity_id, drafts=False, for_update=True)
    permissions.require_organizing(scope, activity)
    found = scope.attendances.of_activity(activity_id)
    attended = attendance.close(activity, found, head_count, scope.person, scope.now)
    scope.tx.emit(*attended)
    return {
        "activity_id": activity_id,
        "head_count": head_count,
        "attended": len(attended),
        "incomplete": len(found) - len(attended),
        "closed_at": scope.now.isoformat(),
    }


def revoke(scope: EngagementScope, activity_id: str, person: str, reason: str) -> Attendance:
    """Take a record of attendance back."""
    scope.require(ORGANIZE_ACTIVITIES)
    activity = scope.activities.get(activity_id, drafts=False, for_update=True)
    found = scope.attendances.get(activity_id, person)
    _must_not_be_own(scope, person)
    if revoked := found.revoke(reason, activity.plan.item, scope.person, scope.now):
        scope.tx.emit(revoked)
    return found


def _take(scope: EngagementScope, activity: Activity, keys: PresenceKeys, record: BatchRecord) -> calls.BatchResult:
    result: calls.BatchResult = {
        "person_id": record.person,
        "direction": record.direction,
        "accepted": True,
        "code": None,
        "detail": None,
    }
    try:
        _must_be_past(scope.now, record.at)
        record.require_proof(keys)
        if record.method == "roll_call":
            _must_not_be_own(scope, record.person)
        _mark(scope, activity, record.person, Mark(record.direction, record.method, record.at, scope.person))
    except errors.Refusal as refusal:
        return {**result, "accepted": False, "code": refusal.code, "detail": refusal.detail}
    return result


def _mark(scope: EngagementScope, activity: Activity, person: str, mark: Mark) -> Attendance:
    signup = scope.attendances.signup_of(activity.id, person)
    current = scope.attendances.find(activity.id, person)
    marked = attendance.check(activity, signup, person, current, mark)
    scope.attendances.put(marked)
    return marked


def _must_be_past(now: datetime, at: datetime) -> None:
    if at > now + _CLOCK_TOLERANCE:
        raise errors.InTheFuture("记录的时间晚于现在，请校准设备的时间")


def _must_not_be_own(scope: EngagementScope, person: str) -> None:
    homes = scope.directory.households_of([person], scope.today)
    if person == scope.person or (scope.household is not None and homes.get(person) == scope.household):
        raise errors.Recused("本人和本户的考勤由其他接待人办理")


def _keys(activity: Activity) -> PresenceKeys:
    return PresenceKeys(activity.id, activity.presence_secret)
