"""Attendances of one community's activities, and the batches of hosts' devices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from contracts import errors
from services.engagement.domain.attendance import Attendance
from services.engagement.domain.signups import SignUp
from services.engagement.store.tables import attendance_batches, attendances, seats, signups


@dataclass(frozen=True)
class Expected:
    """Somebody with a place, and their attendance if they came."""

    person: str
    signup: str
    attendance: Attendance | None


class AttendanceRepository:
    """Loads and stores attendances. Whoever changes them has locked the activity's row."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def find(self, activity: str, person: str) -> Attendance | None:
        """Return a person's attendance, or None."""
        return self._session.get(Attendance, (self._community, activity, person))

    def get(self, activity: str, person: str) -> Attendance:
        """Return a person's attendance. Raises `NotFound`."""
        found = self.find(activity, person)
        if found is None:
            raise errors.NotFound("此人没有签到记录")
        return found

    def put(self, attendance: Attendance) -> None:
        """Store an attendance, new or changed."""
        self._session.add(attendance)

    def signup_of(self, activity: str, person: str) -> SignUp:
        """Return the sign-up in which a person takes part. Raises `NotFound`."""
        found = self._session.scalar(
            select(SignUp)
            .join(
                seats,
                (seats.c.community == signups.c.community)
                & (seats.c.activity == signups.c.activity)
                & (seats.c.signup == signups.c.id),
            )
            .where(seats.c.community == self._community, seats.c.activity == activity, seats.c.person == person)
        )
        if found is None:
            raise errors.NotFound("此人没有报名")
        return found

    def of_activity(self, activity: str) -> list[Attendance]:
        """Return everybody who came."""
        rows = select(Attendance).where(attendances.c.community == self._community, attendances.c.activity == activity)
        return list(self._session.scalars(rows.order_by(attendances.c.person)))

    def expected(self, activity: str, limit: int, after: str | None) -> list[Expected]:
        """Return who has a place, by id, with their attendance."""
        rows = (
            select(seats.c.person, seats.c.signup, Attendance)
            .join(
                signups,
                (seats.c.community == signups.c.community)
                & (seats.c.activity == signups.c.activity)
                & (seats.c.signup == signups.c.id),
            )
            .outerjoin(
                Attendance,
                (attendances.c.community == seats.c.community)
                & (attendances.c.activity == seats.c.activity)
                & (attendances.c.person == seats.c.person),
            )
            .where(seats.c.community == self._community, seats.c.activity == activity, signups.c.state == "confirmed")
        )
        if after:
            rows = rows.where(seats.c.person > after)
        found = self._session.execute(rows.order_by(seats.c.person).limit(limit))
        return [Expected(person, signup, attendance) for person, signup, attendance in found]

    def of_person(self, person: str, limit: int, before: str | None) -> list[Attendance]:
        """Return a person's attendances, newest first."""
        rows = select(Attendance).where(attendances.c.community == self._community, attendances.c.person == person)
        if before:
            rows = rows.where(attendances.c.id < before)
        return list(self._session.scalars(rows.order_by(attendances.c.id.desc()).limit(limit)))

    def empty_texts(self, person: str) -> None:
        """Empty what was written about an erased person."""
        self._session.execute(
            update(attendances)
            .where(attendances.c.community == self._community, attendances.c.person == person)
            .values(revoke_reason="")
        )

    # Batches

    def batch(self, activity: str, batch: str) -> tuple[str, list[Any]] | None:
        """Return the signature and the results of a batch that was taken, or None."""
        row = self._session.execute(
            select(attendance_batches.c.signature, attendance_batches.c.results).where(
                attendance_batches.c.community == self._community,
                attendance_batches.c.activity == activity,
                attendance_batches.c.id == batch,
            )
        ).one_or_none()
        return (row.signature, row.results) if row else None

    def add_batch(
        self, activity: str, batch: str, signature: str, by: str, at: datetime, results: Sequence[Any]
    ) -> None:
        """Store a batch with its results."""
        self._session.execute(
            insert(attendance_batches).values(
                community=self._community,
                activity=activity,
                id=batch,
                received_by=by,
                received_at=at,
                signature=signature,
                results=list(results),
            )
        )
