"""Attendance as replies, and records of batches as domain objects."""

from collections.abc import Iterable
from datetime import datetime

from contracts.calls import engagement as calls
from services.engagement.domain.attendance import Attendance
from services.engagement.domain.presence import BatchRecord
from services.engagement.store.attendances import Expected


def records_of(form: Iterable[calls.BatchRecord]) -> list[BatchRecord]:
    """Return the records of a batch."""
    return [
        BatchRecord(
            person=each["person_id"],
            direction="in" if each["direction"] == "in" else "out",
            method="code" if each["method"] == "code" else "roll_call",
            at=datetime.fromisoformat(each["at"]),
            code=each["code"],
            answer=each["answer"],
        )
        for each in form
    ]


def attendance(found: Attendance) -> calls.Attendance:
    return {
        "id": found.id,
        "activity_id": found.activity,
        "person_id": found.person,
        "state": found.state,
        "checked_in_at": found.checked_in_at.isoformat(),
        "in_method": found.in_method,
        "checked_out_at": found.checked_out_at.isoformat() if found.checked_out_at else None,
        "out_method": found.out_method,
        "minutes": found.minutes,
        "revoke_reason": found.revoke_reason,
    }


def expected(found: Expected) -> calls.ExpectedPerson:
    return {
        "person_id": found.person,
        "signup_id": found.signup,
        "attendance": attendance(found.attendance) if found.attendance else None,
    }
