"""Preparing courses, learning them, and passing their quiz (R30)."""

from collections.abc import Sequence

from contracts import calendar
from contracts.calls import engagement as calls
from directory.permissions import MANAGE_COURSES
from services.engagement.domain.courses import Attempt, Completion, Course, Syllabus
from services.engagement.schemas import courses as schemas
from services.engagement.store import EngagementScope


def create(scope: EngagementScope, syllabus: Syllabus) -> Course:
    """Store a draft."""
    scope.require(MANAGE_COURSES)
    course = Course.draft(scope.community, syllabus, scope.person, scope.now)
    scope.courses.add(course)
    return course


def managed(scope: EngagementScope, course_id: str) -> Course:
    """Return a course, locked, for who manages courses. Raises `RoleMissing`, `NotFound`."""
    scope.require(MANAGE_COURSES)
    return scope.courses.get(course_id, drafts=True, for_update=True)


def advance(scope: EngagementScope, course_id: str, data: Sequence[calls.Reached]) -> calls.CourseProgress:
    """Store what the caller has seen of a course."""
    course = scope.courses.get(course_id, drafts=False)
    course.require_open()
    progress = scope.courses.lock_progress(course_id, scope.person, scope.now)
    progress.advance(course, [(each["unit"], each["percent"]) for each in data], scope.now)
    return own_progress(scope, [course])[course_id]


def attempt(scope: EngagementScope, course_id: str, answers: Sequence[Sequence[int]]) -> calls.QuizResult:
    """Grade the caller's answers; the first pass completes the course."""
    course = scope.courses.get(course_id, drafts=False)
    course.require_open()
    scope.courses.lock_progress(course_id, scope.person, scope.now)
    earlier = _attempts_today(scope, [course_id]).get(course_id, 0)
    made = Attempt.of(course, scope.person, answers, earlier, scope.now)
    scope.courses.add_attempt(made)
    if made.passed and course_id not in scope.courses.completions_of(scope.person, [course_id]):
        completion = Completion.of(course, made, scope.household)
        scope.courses.add_completion(completion)
        scope.tx.emit(completion.completed(course))
    scope.session.flush()
    return schemas.result(course, made, own_progress(scope, [course])[course_id])


def own_progress(scope: EngagementScope, courses: Sequence[Course]) -> dict[str, calls.CourseProgress]:
    """Return how far the caller is in each of these courses."""
    ids = [course.id for course in courses]
    scope.session.flush()
    reached = scope.courses.progress_of(scope.person, ids)
    completed = scope.courses.completions_of(scope.person, ids)
    attempts = _attempts_today(scope, ids)
    return {
        course.id: schemas.progress(
            course, reached.get(course.id), completed.get(course.id), attempts.get(course.id, 0)
        )
        for course in courses
    }


def show(scope: EngagementScope, course: Course) -> calls.Course:
    """Return a course with the caller's progress; with the answers for who manages courses."""
    own = own_progress(scope, [course])[course.id]
    return schemas.course(course, own, with_answers=scope.may(MANAGE_COURSES))


def _attempts_today(scope: EngagementScope, ids: Sequence[str]) -> dict[str, int]:
    return scope.courses.attempts_since(scope.person, ids, calendar.start_of(scope.today))
