"""Courses of one community, and how far its people are in them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts import errors
from services.engagement.domain.courses import Attempt, Completion, Course, Progress
from services.engagement.store.tables import completions, course_progress, courses, quiz_attempts


class CourseRepository:
    """Loads and stores a community's courses, progress, attempts and completions."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, course: Course) -> None:
        """Store a new course."""
        self._session.add(course)

    def get(self, course: str, *, drafts: bool, for_update: bool = False) -> Course:
        """Return a course, locked if asked for. Raises `NotFound`, also for a draft unless `drafts`."""
        found = self._session.get(Course, (self._community, course), with_for_update=for_update or None)
        if found is None or (found.state == "draft" and not drafts):
            raise errors.NotFound("没有这门课程")
        return found

    def page(self, limit: int, before: str | None, *, states: Collection[str], drafts: bool) -> list[Course]:
        """Return courses in one of `states`, all by default, newest first."""
        rows = select(Course).where(courses.c.community == self._community)
        if not drafts:
            rows = rows.where(courses.c.state != "draft")
        if states:
            rows = rows.where(courses.c.state.in_(list(states)))
        if before:
            rows = rows.where(courses.c.id < before)
        return list(self._session.scalars(rows.order_by(courses.c.id.desc()).limit(limit)))

    # How far people are

    def lock_progress(self, course: str, person: str, at: datetime) -> Progress:
        """Return a person's progress, locked, new if there is none; also their attempts wait for this lock."""
        row = {"community": self._community, "course": course, "person": person, "changed_at": at, "units": {}}
        self._session.execute(insert(course_progress).values(row).on_conflict_do_nothing())
        key = (self._community, course, person)
        found = self._session.get(Progress, key, with_for_update=True, populate_existing=True)
        assert found
        return found

    def progress_of(self, person: str, ids: Collection[str]) -> dict[str, Progress]:
        """Return a person's progress by course."""
        rows = select(Progress).where(
            course_progress.c.community == self._community,
            course_progress.c.person == person,
            course_progress.c.course.in_(list(ids)),
        )
        return {progress.course: progress for progress in self._session.scalars(rows)}

    def begun_by(self, person: str, limit: int, before: str | None) -> list[tuple[Progress, Course]]:
        """Return a person's progress with its course, by the course's id, newest first."""
        rows = (
            select(Progress, Course)
            .join(
                Course,
                (courses.c.community == course_progress.c.community) & (courses.c.id == course_progress.c.course),
            )
            .where(course_progress.c.community == self._community, course_progress.c.person == person)
        )
        if before:
            rows = rows.where(course_progress.c.course < before)
        found = self._session.execute(rows.order_by(course_progress.c.course.desc()).limit(limit))
        return [(progress, course) for progress, course in found]

    def attempts_since(self, person: str, ids: Collection[str], since: datetime) -> dict[str, int]:
        """Return how often a person answered the quiz of each course since a time."""
        counted = (
            select(quiz_attempts.c.course, func.count())
            .where(
                quiz_attempts.c.community == self._community,
                quiz_attempts.c.person == person,
                quiz_attempts.c.course.in_(list(ids)),
                quiz_attempts.c.at >= since,
            )
            .group_by(quiz_attempts.c.course)
        )
        return dict(self._session.execute(counted).all())

    def add_attempt(self, attempt: Attempt) -> None:
        self._session.add(attempt)

    def add_completion(self, completion: Completion) -> None:
        """Store a completion; the caller holds the lock on the person's progress."""
        self._session.add(completion)

    def completions_of(self, person: str, ids: Collection[str]) -> dict[str, Completion]:
        """Return a person's completions by course."""
        rows = select(Completion).where(
            completions.c.community == self._community,
            completions.c.person == person,
            completions.c.course.in_(list(ids)),
        )
        return {completion.course: completion for completion in self._session.scalars(rows)}

    def forget(self, person: str) -> None:
        """Delete what an erased person read and answered; that they completed a course stays."""
        for table in (quiz_attempts, course_progress):
            self._session.execute(delete(table).where(table.c.community == self._community, table.c.person == person))
