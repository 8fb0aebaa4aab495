"""Courses: progress that never falls, completion by a quiz and never by open time (R30)."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import errors
from contracts.engagement import CourseCompleted
from contracts.registry import ResidentErased
from messaging.testing import ServiceHarness
from services.engagement.domain.courses import Course, Progress, Question, Syllabus, Unit
from tests.services.engagement.factories import CHAIR, HEAD, NOW, OFFICER, actor

QUIZ = [
    {"text": "频率", "options": ["60", "100 至 120", "180"], "answers": [1]},
    {"text": "哪些要做", "options": ["呼救", "离开", "按压"], "answers": [0, 2]},
]
RIGHT, WRONG = [[1], [2, 0]], [[0], [0]]


def form(**changes: Any) -> dict[str, Any]:
    units = [{"title": title, "body": "", "picture_ids": []} for title in ("呼救", "按压")]
    given = {"title": "急救入门", "summary": "", "units": units, "quiz": QUIZ, "pass_percent": 80, "attempts_a_day": 2}
    return given | changes


def publish(service: ServiceHarness, **changes: Any) -> str:
    made = service.call("create_course", actor=actor(CHAIR), **form(**changes))
    service.call("publish_course", actor=actor(CHAIR), course_id=made["id"])
    return str(made["id"])


def advance(service: ServiceHarness, course: str, *reached: tuple[int, int], by: str = "per_1a") -> dict[str, Any]:
    data = [{"unit": unit, "percent": percent} for unit, percent in reached]
    return dict(service.call("advance_course", actor=actor(by), course_id=course, data=data))


def answer(service: ServiceHarness, course: str, answers: list[list[int]], by: str = "per_1a") -> dict[str, Any]:
    return dict(service.call("attempt_quiz", actor=actor(by), course_id=course, answers=answers))


_UNITS = (Unit("一"), Unit("二"), Unit("三"))
_SYLLABUS = Syllabus("急救", "", _UNITS, (Question("?", ("a", "b"), (0,)),), 80, 3)
_COURSE = Course.draft("com_1", _SYLLABUS, "x", NOW)
_REACHED = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 100)), max_size=20)


@given(batches=st.lists(_REACHED, max_size=5), order=st.randoms())
def test_in_any_order_of_batches_progress_is_the_same_and_never_falls(
    batches: list[list[tuple[int, int]]], order: Any
) -> None:
    one = Progress("com_1", "crs_1", "per_1", NOW)
    before = 0
    for batch in batches:
        one.advance(_COURSE, batch, NOW)
        assert one.percent(_COURSE) >= before
        before = one.percent(_COURSE)
    other = Progress("com_1", "crs_1", "per_1", NOW)
    shuffled = [each for batch in batches for each in batch]
    order.shuffle(shuffled)
    other.advance(_COURSE, [*shuffled, *shuffled], NOW)
    assert other.units == one.units


def test_a_device_that_comes_late_takes_nothing_back(service: ServiceHarness) -> None:
    course = publish(service)
    assert advance(service, course, (0, 100), (1, 50))["percent"] == 75
    assert advance(service, course, (0, 20), (1, 10))["units"] == [100, 50]
    with pytest.raises(errors.Invalid) as unknown:
        advance(service, course, (0, 1), (2, 1))
    assert unknown.value.errors[0]["pointer"] == "/data/1/unit"


def test_a_course_is_completed_by_its_quiz_once_and_not_by_reading_it(service: ServiceHarness) -> None:
    course = publish(service, item="learning")
    assert advance(service, course, (0, 100), (1, 100))["completed_at"] is None
    failed = answer(service, course, WRONG)
    assert (failed["passed"], failed["percent"], failed["attempts_left_today"]) == (False, 0, 1)
    passed = answer(service, course, RIGHT)
    assert (passed["passed"], passed["percent"], passed["completed_at"]) == (True, 100, NOW.isoformat())
    [completed] = [event for event in service.emitted if isinstance(event, CourseCompleted)]
    assert (completed.person, completed.item, completed.by, completed.household) == (
        "per_1a",
        "learning",
        CHAIR,
        "hou_1",
    )
    service.later(days=1)
    answer(service, course, RIGHT)
    assert len([event for event in service.emitted if isinstance(event, CourseCompleted)]) == 1
    [own] = service.call("list_own_courses", actor=actor("per_1a"))["data"]
    assert own["completed_at"] == NOW.isoformat()


def test_only_exactly_the_right_options_of_all_questions_count(service: ServiceHarness) -> None:
    course = publish(service, attempts_a_day=10)
    assert answer(service, course, [[1], [0]])["percent"] == 50
    assert answer(service, course, [[0, 1, 2], [0, 2]])["percent"] == 50
    with pytest.raises(errors.Invalid):
        answer(service, course, [[1]])


def test_a_quiz_is_answered_so_often_a_day_also_at_once(service: ServiceHarness) -> None:
    course = publish(service)
    refused: list[str] = []

    def attempt() -> None:
        try:
            answer(service, course, WRONG)
        except errors.QuizAttemptsUsed as used:
            refused.append(used.code)

    racers = [Thread(target=attempt) for _ in range(5)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert refused == ["quiz_attempts_used"] * 3
    service.at(NOW + timedelta(days=1))
    assert answer(service, course, RIGHT)["passed"]


def test_answers_are_seen_by_who_manages_courses_alone(service: ServiceHarness) -> None:
    course = publish(service)
    seen = service.call("get_course", actor=actor("per_1a"), course_id=course)
    assert [question["answers"] for question in seen["quiz"]] == [None, None]
    managed = service.call("get_course", actor=actor(CHAIR), course_id=course)
    assert [question["answers"] for question in managed["quiz"]] == [[1], [0, 2]]


def test_a_draft_is_changed_and_a_published_course_is_not(service: ServiceHarness) -> None:
    draft = service.call("create_course", actor=actor(CHAIR), **form())["id"]
    with pytest.raises(errors.NotFound):
        service.call("get_course", actor=actor("per_1a"), course_id=draft)
    with pytest.raises(errors.NotFound):
        answer(service, draft, RIGHT)
    service.call("revise_course", actor=actor(CHAIR), course_id=draft, **form(title="急救"))
    service.call("publish_course", actor=actor(CHAIR), course_id=draft)
    with pytest.raises(errors.WrongState):
        service.call("revise_course", actor=actor(CHAIR), course_id=draft, **form())
    assert service.call("list_courses", actor=actor("per_1a"))["data"][0]["title"] == "急救"
    service.call("retire_course", actor=actor(CHAIR), course_id=draft)
    with pytest.raises(errors.WrongState):
        answer(service, draft, RIGHT)
    assert service.call("list_courses", actor=actor("per_1a"), state=["published"])["data"] == []


def test_only_working_group_and_committee_manage_courses(service: ServiceHarness) -> None:
    course = publish(service)
    for person in ("per_1a", HEAD, OFFICER):
        with pytest.raises(errors.RoleMissing):
            service.call("create_course", actor=actor(person), **form())
        for call, more in (("revise_course", form()), ("publish_course", {}), ("retire_course", {})):
            with pytest.raises(errors.RoleMissing):
                service.call(call, actor=actor(person), course_id=course, **more)


@pytest.mark.parametrize("answers", [[3], [1, 1]])
def test_answers_that_are_no_options_are_refused(service: ServiceHarness, answers: list[int]) -> None:
    quiz = [QUIZ[1], QUIZ[0] | {"answers": answers}]
    with pytest.raises(errors.Invalid) as refused:
        service.call("create_course", actor=actor(CHAIR), **form(quiz=quiz))
    assert refused.value.errors[0]["pointer"] == "/quiz/1/answers"


def test_what_an_erased_person_read_and_answered_is_deleted(service: ServiceHarness) -> None:
    course = publish(service)
    advance(service, course, (0, 100))
    answer(service, course, RIGHT)
    service.handle(ResidentErased(community="com_1", sequence=9, person="per_1a"))
    assert service.call("list_own_courses", actor=actor("per_1a"))["data"] == []
