"""Handlers of records of other services that earn, and of their undoing (R33)."""

from contracts.engagement import AttendanceRevoked, Attended, CourseCompleted
from messaging import receive
from services.claims.domain.acts import Record
from services.claims.store import ClaimsTransaction
from services.claims.use_cases import records as use_cases


class RecordHandlers:
    @receive(Attended, CourseCompleted)
    def count_records(self, tx: ClaimsTransaction, event: Attended | CourseCompleted) -> None:
        if record := _record_of(event):
            use_cases.count_record(tx.scope_of(event.community), record)

    @receive(AttendanceRevoked)
    def undo_records(self, tx: ClaimsTransaction, event: AttendanceRevoked) -> None:
        if event.item is not None:
            use_cases.undo_record(tx.scope_of(event.community), event.attendance, event.by, event.at)


def _record_of(event: Attended | CourseCompleted) -> Record | None:
    """Return the record of an event; None if it earns nothing by any rulebook."""
    if event.item is None:
        return None
    if isinstance(event, CourseCompleted):
        return Record(
            kind="course",
            id=event.completion,
            person=event.person,
            item=event.item,
            happened_at=event.at,
            place="线上",
            cause=f"完成课程：{event.title}",
            by=event.by,
        )
    return Record(
        kind="attendance",
        id=event.attendance,
        person=event.person,
        item=event.item,
        happened_at=event.happened_at,
        place=event.place,
        cause=f"参加活动：{event.title}",
        by=event.by,
        recorded_by=event.recorded_by,
        minutes=event.minutes,
    )
