"""Courses: units to learn, progress that never falls, completion by a quiz (R30)."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask.views import MethodView

from contracts.calls.engagement import (
    AnswersForm,
    CourseProgress,
    CoursesQuery,
    LearningCourseForm,
    OwnCourse,
    ProgressForm,
    QuizResult,
)
from contracts.paging import PageQuery
from gateway.blueprint import Blueprint
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.resources.claims.evidence import links_of_uploads
from gateway.rpc import outside_idempotency_key
from gateway.schemas.engagement.courses import Course, CourseSummary
from gateway.security.auth import actor, signed_in
from gateway.services import claims, engagement

blp = Blueprint("courses", __name__, description="Learning online")


@blp.route("/v1/courses")
class Courses(MethodView):
    @signed_in
    @blp.arguments(CoursesQuery, location="query")
    @blp.response(200, page_schema(CourseSummary))
    def get(self, query: CoursesQuery) -> Any:
        """Courses with my progress, newest first; drafts for working group and committee only."""
        found = page(engagement.list_courses(actor=actor(), **query))
        return found | {"data": with_person_names(found["data"], "created_by_id")}

    @signed_in
    @blp.arguments(LearningCourseForm)
    @blp.response(201, Course)
    def post(self, form: LearningCourseForm) -> Any:
        """Prepare a course; its pictures are uploads of the same person."""
        _keep_pictures(form)
        return _shown(engagement.create_course(actor=actor(), **form))


@blp.route("/v1/courses/<course_id>")
class OneCourse(MethodView):
    @signed_in
    @blp.response(200, Course)
    def get(self, course_id: str) -> Any:
        """A course with my progress; the quiz's answers for working group and committee only."""
        return _shown(engagement.get_course(actor=actor(), course_id=course_id))

    @signed_in
    @blp.arguments(LearningCourseForm)
    @blp.response(200, Course)
    def put(self, form: LearningCourseForm, course_id: str) -> Any:
        """Replace a draft; 409 `wrong_state` once it is published."""
        _keep_pictures(form)
        return _shown(engagement.revise_course(actor=actor(), course_id=course_id, **form))


@blp.route("/v1/courses/<course_id>/publish")
class Publication(MethodView):
    @signed_in
    @blp.response(200, Course)
    def post(self, course_id: str) -> Any:
        """Publish a course; it does not change any more."""
        return _shown(engagement.publish_course(actor=actor(), course_id=course_id))


@blp.route("/v1/courses/<course_id>/retire")
class Retirement(MethodView):
    @signed_in
    @blp.response(200, Course)
    def post(self, course_id: str) -> Any:
        """End a course; who completed it keeps that."""
        return _shown(engagement.retire_course(actor=actor(), course_id=course_id))


@blp.route("/v1/courses/<course_id>/progress")
class LearningProgress(MethodView):
    @signed_in
    @blp.arguments(ProgressForm)
    @blp.response(200, CourseProgress)
    def post(self, form: ProgressForm, course_id: str) -> Any:
        """Store what I have seen, also what a device without network saw long ago; progress never falls."""
        return engagement.advance_course(actor=actor(), course_id=course_id, **form)


@blp.route("/v1/courses/<course_id>/quiz-attempts")
class QuizAttempts(MethodView):
    @signed_in
    @blp.arguments(AnswersForm)
    @blp.response(201, QuizResult)
    def post(self, form: AnswersForm, course_id: str) -> Any:
        """Answer the quiz; a pass completes the course. 422 `quiz_attempts_used` after the attempts of a day."""
        return engagement.attempt_quiz(actor=actor(), course_id=course_id, **form)


@blp.route("/v1/me/courses")
class OwnCourses(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(OwnCourse))
    def get(self, query: PageQuery) -> Any:
        """Courses that I began or completed."""
        return page(engagement.list_own_courses(actor=actor(), **query))


def _shown(course: Mapping[str, Any]) -> dict[str, Any]:
    """Return a course with its author's name and links to its pictures."""
    links = links_of_uploads(dict.fromkeys(_pictures(course), course["created_by_id"]))
    units = [
        {**unit, "picture_links": [links[each] for each in unit["picture_ids"] if each in links]}
        for unit in course["units"]
    ]
    return with_person_names([course], "created_by_id")[0] | {"units": units}


def _keep_pictures(form: LearningCourseForm) -> None:
    """Keep the caller's pictures, which no claim will name, from being deleted as unused uploads (R10)."""
    if pictures := list(dict.fromkeys(_pictures(form))):
        outside_idempotency_key(claims.keep_uploads)(actor=actor(), evidence_ids=pictures)


def _pictures(course: Mapping[str, Any]) -> Iterable[str]:
    return (picture for unit in course["units"] for picture in unit["picture_ids"])
