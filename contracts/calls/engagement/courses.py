"""Courses: units, progress, quiz, completion (R30)."""

from typing import Annotated, Literal, NotRequired, Protocol, TypedDict, Unpack

from contracts import fields
from contracts.paging import PageQuery
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Doc, Instant

CourseState = Literal["draft", "published", "retired"]


class UnitForm(TypedDict):
    """A part of a course: a text, with pictures or a short video."""

    title: Annotated[str, fields.Text(100, example="胸外按压")]
    body: Annotated[str, fields.Text(10_000, least=0, load_default="")]
    picture_ids: Annotated[list[str], fields.ListOf(fields.Id("evd"), most=20, load_default=list)]
    video_url: NotRequired[Annotated[str, fields.Text(500, pattern=r"https://[!-~]+", example="https://example.org/v")]]


class QuizQuestionForm(TypedDict):
    text: Annotated[str, fields.Text(300, example="按压的频率是每分钟多少次？")]
    options: Annotated[
        list[str], fields.ListOf(fields.Text(200), 2, 8), Doc("To choose from", example=["60", "100 至 120"])
    ]
    answers: Annotated[list[int], fields.ListOf(fields.Count(0, 7), 1, 8), Doc("Positions of the right ones, from 0")]


class LearningCourseForm(TypedDict):
    title: Annotated[str, fields.Text(100, example="急救入门")]
    summary: Annotated[str, fields.Text(1000, least=0, load_default="")]
    units: Annotated[list[UnitForm], fields.ListOf(UnitForm, 1, 50)]
    quiz: Annotated[list[QuizQuestionForm], fields.ListOf(QuizQuestionForm, 1, 50)]
    pass_percent: Annotated[int, fields.Count(1, 100, load_default=80), Doc("Right questions that pass, in percent")]
    attempts_a_day: Annotated[int, fields.Count(1, 20, load_default=3)]
    item: NotRequired[
        Annotated[str, fields.Text(40, example="learning"), Doc("The rulebook's item that completion earns by")]
    ]


class Unit(TypedDict):
    title: str
    body: str
    picture_ids: list[str]
    video_url: str | None


class QuizQuestion(TypedDict):
    text: str
    options: list[str]
    answers: Annotated[list[int] | None, Doc("For organizers only")]


class CourseProgress(TypedDict):
    """How far the caller is in a course; it never falls."""

    percent: int
    units: Annotated[list[int], Doc("Percent of each unit")]
    attempts_left_today: int
    completed_at: Instant | None


class CourseSummary(TypedDict):
    id: str
    title: str
    summary: str
    state: CourseState
    item: Annotated[str | None, Doc("The rulebook's item that completion earns by")]
    unit_count: int
    question_count: int
    pass_percent: int
    attempts_a_day: int
    created_by_id: str
    created_at: Instant
    own: CourseProgress


class Course(CourseSummary):
    """A course with its units and its quiz."""

    units: list[Unit]
    quiz: list[QuizQuestion]


class Reached(TypedDict):
    unit: Annotated[int, fields.Count(0, 49), Doc("Position of the unit, from 0")]
    percent: Annotated[int, fields.Count(0, 100)]


class ProgressForm(TypedDict):
    """What a device has seen, also of long ago: the farthest of each unit counts."""

    data: Annotated[list[Reached], fields.ListOf(Reached, 1, 200)]


class AnswersForm(TypedDict):
    answers: Annotated[
        list[list[int]],
        fields.ListOf(fields.ListOf(fields.Count(0, 7), 0, 8), 1, 50),
        Doc("For each question the positions of the chosen options", example=[[0], [1, 2]]),
    ]


class QuizResult(TypedDict):
    """Which questions were wrong is not said, so that nobody finds the answers by trying."""

    id: str
    percent: int
    passed: bool
    pass_percent: int
    attempts_left_today: int
    completed_at: Instant | None


class OwnCourse(TypedDict):
    """A course that the caller began or completed."""

    course_id: str
    title: str
    units: dict[str, int]
    changed_at: Instant
    completed_at: Instant | None


class CoursesQuery(PageQuery):
    state: NotRequired[
        Annotated[list[str], fields.Several("draft", "published", "retired"), Doc("Only in these states")]
    ]


class CoursesApi(Protocol):
    """Calls about courses."""

    @command
    def create_course(self, *, actor: Caller, **form: Unpack[LearningCourseForm]) -> Course:
        """Store a draft. Raises RoleMissing, Invalid."""

    @command
    def revise_course(self, *, actor: Caller, course_id: str, **form: Unpack[LearningCourseForm]) -> Course:
        """Replace a draft. Raises RoleMissing, NotFound, WrongState, Invalid."""

    @command
    def publish_course(self, *, actor: Caller, course_id: str) -> Course:
        """Let residents learn it. Raises RoleMissing, NotFound, WrongState."""

    @command
    def retire_course(self, *, actor: Caller, course_id: str) -> Course:
        """End a course. Raises RoleMissing, NotFound, WrongState."""

    @query
    def list_courses(
        self, *, actor: Caller, state: list[str] | None = None, limit: int = 20, cursor: str | None = None
    ) -> Page[CourseSummary]:
        """Return courses, newest first; drafts for organizers only."""

    @query
    def get_course(self, *, actor: Caller, course_id: str) -> Course:
        """Return a course with the caller's progress. Raises NotFound, also of a draft of others."""

    @command
    def advance_course(self, *, actor: Caller, course_id: str, data: list[Reached]) -> CourseProgress:
        """Store what the caller has seen; progress never falls. Raises NotFound, WrongState, Invalid."""

    @command
    def attempt_quiz(self, *, actor: Caller, course_id: str, answers: list[list[int]]) -> QuizResult:
        """Grade the caller's answers; a pass completes the course. Raises NotFound, WrongState, QuizAttemptsUsed."""

    @query
    def list_own_courses(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[OwnCourse]:
        """Return the courses that the caller began, by id, newest first."""
