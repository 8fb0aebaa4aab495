"""Calls about courses (R30)."""

from typing import Unpack

from contracts.calls import engagement as calls
from contracts.paging import page_of
from contracts.rpc import Caller, Page
from directory.permissions import MANAGE_COURSES
from messaging import command, query
from services.engagement.schemas import courses as schemas
from services.engagement.store import EngagementTransaction
from services.engagement.use_cases import courses as use_cases


class CourseCalls:
    @command
    def create_course(
        self, tx: EngagementTransaction, *, actor: Caller, **form: Unpack[calls.LearningCourseForm]
    ) -> calls.Course:
        scope = tx.scope(actor)
        return use_cases.show(scope, use_cases.create(scope, schemas.syllabus_of(form)))

    @command
    def revise_course(
        self, tx: EngagementTransaction, *, actor: Caller, course_id: str, **form: Unpack[calls.LearningCourseForm]
    ) -> calls.Course:
        scope = tx.scope(actor)
        course = use_cases.managed(scope, course_id)
        course.revise(schemas.syllabus_of(form))
        return use_cases.show(scope, course)

    @command
    def publish_course(self, tx: EngagementTransaction, *, actor: Caller, course_id: str) -> calls.Course:
        scope = tx.scope(actor)
        course = use_cases.managed(scope, course_id)
        course.publish(scope.person, tx.now)
        return use_cases.show(scope, course)

    @command
    def retire_course(self, tx: EngagementTransaction, *, actor: Caller, course_id: str) -> calls.Course:
        scope = tx.scope(actor)
        course = use_cases.managed(scope, course_id)
        course.retire()
        return use_cases.show(scope, course)

    @query
    def list_courses(
        self,
        tx: EngagementTransaction,
        *,
        actor: Caller,
        state: list[str] | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.CourseSummary]:
        scope = tx.scope(actor)
        found = scope.courses.page(limit + 1, cursor, states=state or (), drafts=scope.may(MANAGE_COURSES))
        own = use_cases.own_progress(scope, found)
        return page_of(found, limit, lambda each: schemas.summary(each, own[each.id]), lambda each: each.id)

    @query
    def get_course(self, tx: EngagementTransaction, *, actor: Caller, course_id: str) -> calls.Course:
        scope = tx.scope(actor)
        return use_cases.show(scope, scope.courses.get(course_id, drafts=scope.may(MANAGE_COURSES)))

    @command
    def advance_course(
        self, tx: EngagementTransaction, *, actor: Caller, course_id: str, data: list[calls.Reached]
    ) -> calls.CourseProgress:
        return use_cases.advance(tx.scope(actor), course_id, data)

    @command
    def attempt_quiz(
        self, tx: EngagementTransaction, *, actor: Caller, course_id: str, answers: list[list[int]]
    ) -> calls.QuizResult:
        return use_cases.attempt(tx.scope(actor), course_id, answers)

    @query
    def list_own_courses(
        self, tx: EngagementTransaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.OwnCourse]:
        scope = tx.scope(actor)
        found = scope.courses.begun_by(scope.person, limit + 1, cursor)
        completed = scope.courses.completions_of(scope.person, [course.id for _, course in found])
        return page_of(
            found,
            limit,
            lambda each: schemas.own_course(each[0], each[1], completed.get(each[1].id)),
            lambda each: each[1].id,
        )
