"""Courses 线上学习: units to read or watch, progress that never falls, completion by a quiz (R30)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from contracts import errors, ids
from contracts.engagement import CourseCompleted


@dataclass(frozen=True)
class Unit:
    """A part of a course: a text, with pictures or a short video."""

    title: str
    body: str = ""
    picture_ids: tuple[str, ...] = ()
    video_url: str | None = None


@dataclass(frozen=True)
class Question:
    """A question of the quiz. `answers` are the positions of the right options, from 0."""

    text: str
    options: tuple[str, ...]
    answers: tuple[int, ...]

    def faults(self, at: str) -> list[dict[str, str]]:
        """Return what is wrong with it, with JSON pointers under `at`."""
        if len(set(self.answers)) < len(self.answers) or not set(self.answers) <= set(range(len(self.options))):
            return [{"pointer": f"{at}/answers", "detail": "应为选项的序号，从 0 开始，不重复"}]
        return []


@dataclass(frozen=True)
class Syllabus:
    """What organizers decide about a course."""

    title: str
    summary: str
    units: tuple[Unit, ...]
    quiz: tuple[Question, ...]
    pass_percent: int
    attempts_a_day: int
    item: str | None = None
    """The rulebook's item that completion earns by (R33)."""


@dataclass
class Course:
    """One course. Once it is published its syllabus stays, so that everybody passes the same quiz."""

    community: str
    id: str
    title: str
    summary: str
    units: tuple[Unit, ...]
    quiz: tuple[Question, ...]
    pass_percent: int
    attempts_a_day: int
    item: str | None
    created_by: str
    created_at: datetime
    state: Literal["draft", "published", "retired"] = "draft"
    published_by: str | None = None
    published_at: datetime | None = None
    version: int = 1

    @classmethod
    def draft(cls, community: str, syllabus: Syllabus, by: str, at: datetime) -> "Course":
        """Return a new course that only organizers see. Raises `Invalid`."""
        _must_be_sound(syllabus)
        return cls(
            community,
            ids.new("crs"),
            syllabus.title,
            syllabus.summary,
            syllabus.units,
            syllabus.quiz,
            syllabus.pass_percent,
            syllabus.attempts_a_day,
            syllabus.item,
            by,
            at,
        )

    def revise(self, syllabus: Syllabus) -> None:
        """Replace the syllabus of a draft. Raises `WrongState`, `Invalid`."""
        if self.state != "draft":
            raise errors.WrongState("课程已经发布，不能再修改；请停用后另建")
        _must_be_sound(syllabus)
        self.title, self.summary, self.units, self.quiz = (
            syllabus.title,
            syllabus.summary,
            syllabus.units,
            syllabus.quiz,
        )
        self.pass_percent, self.attempts_a_day, self.item = (
            syllabus.pass_percent,
            syllabus.attempts_a_day,
            syllabus.item,
        )
        self.version += 1

    def publish(self, by: str, at: datetime) -> None:
        """Let residents learn it. Raises `WrongState` unless it is a draft."""
        if self.state != "draft":
            raise errors.WrongState("课程已经发布或停用")
        self.state, self.published_by, self.published_at = "published", by, at
        self.version += 1

    def retire(self) -> None:
        """End it; who completed it keeps that. Raises `WrongState` unless it is published."""
        if self.state != "published":
            raise errors.WrongState("只有已发布的课程可以停用")
        self.state = "retired"
        self.version += 1

    def require_open(self) -> None:
        """Raise `WrongState` unless residents may learn it."""
        if self.state != "published":
            raise errors.WrongState("课程未发布或已停用")

    def grade(self, answers: Sequence[Sequence[int]]) -> int:
        """Return the percentage of questions with exactly the right options. Raises `Invalid`."""
        if len(answers) != len(self.quiz):
            raise errors.Invalid(
                errors=[{"pointer": "/answers", "detail": f"应回答全部 {len(self.quiz)} 题"}],
                facts={"questions": len(self.quiz)},
            )
        right = sum(set(given) == set(question.answers) for given, question in zip(answers, self.quiz, strict=True))
        return right * 100 // len(self.quiz)


@dataclass
class Progress:
    """How far one person is in one course, by unit. It only grows, whatever device comes late."""

    community: str
    course: str
    person: str
    changed_at: datetime
    units: dict[str, int] = field(default_factory=dict)
    """Percent by position of the unit, as text."""

    def advance(self, course: Course, reached: Iterable[tuple[int, int]], at: datetime) -> None:
        """Take the farthest percentage of each unit, in any order and however often. Raises `Invalid`."""
        units = dict(self.units)
        for position, (unit, percent) in enumerate(reached):
            if unit >= len(course.units):
                raise errors.Invalid(errors=[{"pointer": f"/data/{position}/unit", "detail": "课程没有这一节"}])
            units[str(unit)] = max(percent, units.get(str(unit), 0))
        if units != self.units:
            self.units, self.changed_at = units, at

    def percent(self, course: Course) -> int:
        """Return the progress over all units."""
        return sum(self.units.values()) // len(course.units)


@dataclass
class Attempt:
    """One answered quiz."""

    community: str
    id: str
    course: str
    person: str
    answers: list[list[int]]
    percent: int
    passed: bool
    at: datetime

    @classmethod
    def of(
        cls, course: Course, person: str, answers: Sequence[Sequence[int]], earlier_today: int, at: datetime
    ) -> "Attempt":
        """Return a graded attempt. Raises `QuizAttemptsUsed`, `WrongState`, `Invalid`."""
        course.require_open()
        if earlier_today >= course.attempts_a_day:
            raise errors.QuizAttemptsUsed(
                f"每天最多答题 {course.attempts_a_day} 次，请明天再试", facts={"attempts_a_day": course.attempts_a_day}
            )
        percent = course.grade(answers)
        given = [sorted(set(each)) for each in answers]
        passed = percent >= course.pass_percent
        return cls(course.community, ids.new("qat"), course.id, person, given, percent, passed, at)


@dataclass
class Completion:
    """Somebody passed the quiz of a course: once, and for good."""

    community: str
    course: str
    person: str
    id: str
    household: str | None
    percent: int
    at: datetime

    @classmethod
    def of(cls, course: Course, attempt: Attempt, household: str | None) -> "Completion":
        """Return the completion by a passed attempt."""
        return cls(course.community, course.id, attempt.person, ids.new("ccp"), household, attempt.percent, attempt.at)

    def completed(self, course: Course) -> CourseCompleted:
        """Return its event."""
        return CourseCompleted(
            community=self.community,
            completion=self.id,
            course=self.course,
            person=self.person,
            household=self.household,
            item=course.item,
            title=course.title,
            by=course.published_by or course.created_by,
            at=self.at,
        )


def _must_be_sound(syllabus: Syllabus) -> None:
    wrong = [fault for number, each in enumerate(syllabus.quiz) for fault in each.faults(f"/quiz/{number}")]
    if wrong:
        raise errors.Invalid("测验有错误", wrong)
