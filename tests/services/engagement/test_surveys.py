"""征求意见表 on a real store: one answer a person or household, on paper too, results without small cells (R32)."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text

from contracts import errors
from contracts.engagement import SurveyClosed, SurveyOpened
from contracts.registry import ResidentErased
from messaging.testing import ServiceHarness
from tests.services.engagement.factories import CHAIR, HEAD, HOUSEHOLDS, NOW, OFFICER, actor

QUESTIONS = [
    {"kind": "one", "text": "哪一侧", "options": ["东", "西", "都行"], "required": True},
    {"kind": "several", "text": "何时", "options": ["早", "晚"], "required": False},
    {"kind": "number", "text": "几盏", "options": [], "required": False},
    {"kind": "text", "text": "其他意见", "options": [], "required": False},
]


def form(**changes: Any) -> dict[str, Any]:
    given = {
        "title": "路灯改造",
        "text": "",
        "respondents": "household",
        "anonymous": False,
        "closes_at": (NOW + timedelta(days=7)).isoformat(),
        "questions": QUESTIONS,
    }
    return given | changes


def opened(service: ServiceHarness, **changes: Any) -> str:
    created = service.call("create_survey", actor=actor(CHAIR), **form(**changes))
    return str(service.call("open_survey", actor=actor(CHAIR), survey_id=created["id"])["id"])


def answer(service: ServiceHarness, survey: str, person: str, choice: int = 1, **changes: Any) -> dict[str, Any]:
    given = {"items": [{"question": 1, "choices": [choice]}], "draft": False} | changes
    return dict(service.call("put_own_answer", actor=actor(person), survey_id=survey, **given))


def closed(service: ServiceHarness, survey: str, reader: str = "per_1a") -> dict[str, Any]:
    service.call("close_survey", actor=actor(CHAIR), survey_id=survey)
    return dict(service.call("get_survey_results", actor=actor(reader), survey_id=survey))


def test_a_household_answers_once_whoever_of_it_answers_and_changes_it_until_the_close(
    service: ServiceHarness,
) -> None:
    survey = opened(service)
    answer(service, survey, "per_1a", 1)
    answer(service, survey, "per_1b", 2)
    shown = service.call("get_survey", actor=actor("per_1a"), survey_id=survey)
    assert (shown["answered"], shown["expected"]) == (1, HOUSEHOLDS)
    own = service.call("get_own_answer", actor=actor("per_1c"), survey_id=survey)
    assert own["items"] == [{"question": 1, "choices": [2]}]
    service.later(days=7)
    with pytest.raises(errors.SurveyNotOpen):
        answer(service, survey, "per_1a", 3)
    [event] = service.tick("close_due_surveys")
    assert isinstance(event, SurveyClosed)
    assert (event.answers, event.by) == (1, "clock")


def test_where_each_person_answers_members_of_a_household_answer_apart(service: ServiceHarness) -> None:
    survey = opened(service, respondents="person")
    answer(service, survey, "per_1a")
    answer(service, survey, "per_1b")
    assert service.call("get_survey", actor=actor("per_1a"), survey_id=survey)["answered"] == 2
    with pytest.raises(errors.NotFound):
        service.call("get_own_answer", actor=actor("per_1c"), survey_id=survey)
    with pytest.raises(errors.RoleMissing):
        answer(service, survey, CHAIR)


def test_a_draft_is_kept_and_not_counted(service: ServiceHarness) -> None:
    survey = opened(service)
    assert answer(service, survey, "per_1a", items=[], draft=True)["draft"] is True
    assert service.call("get_survey", actor=actor("per_1a"), survey_id=survey)["answered"] == 0
    with pytest.raises(errors.Invalid) as missing:
        answer(service, survey, "per_1a", items=[])
    assert missing.value.errors == [{"pointer": "/items", "detail": "第 1 题必答"}]
    assert answer(service, survey, "per_1a")["draft"] is False
    with pytest.raises(errors.WrongState):
        answer(service, survey, "per_1a", draft=True)
    answer(service, survey, "per_2a", draft=True)
    service.call("close_survey", actor=actor(CHAIR), survey_id=survey)
    with pytest.raises(errors.NotFound):
        service.call("get_own_answer", actor=actor("per_2a"), survey_id=survey)


def test_every_fault_of_an_answer_is_named(service: ServiceHarness) -> None:
    survey = opened(service)
    items = [
        {"question": 1, "choices": [1, 2]},
        {"question": 1, "choices": [1]},
        {"question": 2, "choices": [3]},
        {"question": 3, "text": "三"},
        {"question": 9, "text": "无"},
    ]
    with pytest.raises(errors.Invalid) as refused:
        answer(service, survey, "per_1a", items=items)
    assert [each["pointer"] for each in refused.value.errors] == [
        "/items/0/choices",
        "/items/1/question",
        "/items/2/choices",
        "/items/3/number",
        "/items/4/question",
    ]


def test_questions_that_cannot_be_answered_are_refused(service: ServiceHarness) -> None:
    questions = [
        QUESTIONS[0] | {"options": ["东"]},
        QUESTIONS[0] | {"options": ["东", "东"]},
        QUESTIONS[3] | {"options": ["a"]},
    ]
    with pytest.raises(errors.Invalid) as refused:
        service.call("create_survey", actor=actor(CHAIR), **form(questions=questions))
    assert [each["pointer"] for each in refused.value.errors] == [f"/questions/{n}/options" for n in range(3)]
    with pytest.raises(errors.RoleMissing):
        service.call("create_survey", actor=actor("per_1a"), **form())


def test_a_survey_is_a_draft_that_only_organizers_see_until_it_opens(service: ServiceHarness) -> None:
    survey = service.call("create_survey", actor=actor(CHAIR), **form())["id"]
    with pytest.raises(errors.NotFound):
        service.call("get_survey", actor=actor("per_1a"), survey_id=survey)
    assert service.call("list_surveys", actor=actor("per_1a"))["data"] == []
    service.call("revise_survey", actor=actor(CHAIR), survey_id=survey, **form(title="路灯"))
    service.call("open_survey", actor=actor(OFFICER), survey_id=survey)
    assert isinstance(service.emitted[-1], SurveyOpened)
    with pytest.raises(errors.WrongState):
        service.call("revise_survey", actor=actor(CHAIR), survey_id=survey, **form())
    assert [each["title"] for each in service.call("list_surveys", actor=actor("per_1a"))["data"]] == ["路灯"]
    with pytest.raises(errors.NotFound):
        service.call("get_survey", actor=actor("per_1a", "com_2"), survey_id=survey)


def test_answers_on_paper_count_once_with_their_scan(service: ServiceHarness) -> None:
    survey = opened(service)
    paper = {"survey_id": survey, "items": [{"question": 1, "choices": [1]}], "evidence_id": "evd_1"}
    typed = service.call("type_in_answer", actor=actor(HEAD), respondent_id="hou_1", **paper)
    assert typed["on_paper"] is True
    with pytest.raises(errors.AlreadyAnswered):
        service.call("type_in_answer", actor=actor(CHAIR), respondent_id="hou_1", **paper)
    with pytest.raises(errors.RoleMissing):
        service.call("type_in_answer", actor=actor(HEAD), respondent_id="hou_2", **paper)
    for unknown in ("hou_99", "per_1a"):
        with pytest.raises(errors.NotFound):
            service.call("type_in_answer", actor=actor(CHAIR), respondent_id=unknown, **paper)
    answer(service, survey, "per_3a")
    with pytest.raises(errors.AlreadyAnswered):
        service.call("type_in_answer", actor=actor(HEAD), respondent_id="hou_3", **paper)


def test_the_silent_alone_are_listed_to_who_follows_them_up(service: ServiceHarness) -> None:
    survey = opened(service)
    answer(service, survey, "per_1a")

    def silent(person: str, **page: Any) -> list[str]:
        return [
            each["household_id"]
            for each in service.call("list_silent", actor=actor(person), survey_id=survey, **page)["data"]
        ]

    assert silent(HEAD) == sorted(f"hou_{n}" for n in range(3, HOUSEHOLDS + 1, 2))
    assert len(silent(OFFICER)) == len(silent(CHAIR)) == HOUSEHOLDS - 1
    with pytest.raises(errors.RoleMissing):
        silent("per_2a")
    page = service.call("list_silent", actor=actor(CHAIR), survey_id=survey, limit=6)
    assert silent(CHAIR) == [each["household_id"] for each in page["data"]] + silent(CHAIR, cursor=page["next_cursor"])


def test_results_come_after_the_close_without_counts_under_five(service: ServiceHarness) -> None:
    survey = opened(service)
    for number in range(1, 12):
        items: list[dict[str, Any]] = [{"question": 1, "choices": [1 if number <= 8 else 2]}]
        if number <= 6:
            items += [
                {"question": 2, "choices": [1]},
                {"question": 3, "number": number},
                {"question": 4, "text": f"意见{number}"},
            ]
        answer(service, survey, f"per_{number}a", items=items)
    with pytest.raises(errors.WrongState):
        service.call("get_survey_results", actor=actor(CHAIR), survey_id=survey)
    found = closed(service, survey)
    first, second, third, fourth = found["questions"]
    assert found["answered"] == 11
    assert first["cells"] == [{"option": n, "count": None} for n in (1, 2, 3)]
    assert second["cells"] == [{"option": 1, "count": 6}, {"option": 2, "count": None}, {"option": 0, "count": 5}]
    assert (third["answered"], third["mean"], third["median"]) == (6, 3.5, 3.5)
    assert (fourth["answered"], fourth["texts"]) == (6, [])
    for_staff = service.call("get_survey_results", actor=actor(CHAIR), survey_id=survey)
    assert for_staff["questions"][3]["texts"] == [f"意见{n}" for n in range(1, 7)]


def test_fewer_than_five_answers_show_nothing(service: ServiceHarness) -> None:
    survey = opened(service)
    for number in range(1, 5):
        answer(
            service, survey, f"per_{number}a", items=[{"question": 1, "choices": [1]}, {"question": 4, "text": "好"}]
        )
    found = closed(service, survey, CHAIR)
    assert found["answered"] is None
    assert [each["texts"] for each in found["questions"]] == [[]] * 4
    assert {cell["count"] for each in found["questions"] for cell in each["cells"]} == {None}


def test_an_anonymous_answer_counts_once_and_is_linked_to_nobody_after_the_close(service: ServiceHarness) -> None:
    survey = opened(service, anonymous=True, respondents="person")
    answer(service, survey, "per_1a", 1)
    answer(service, survey, "per_1a", 2)
    own = service.call("get_own_answer", actor=actor("per_1a"), survey_id=survey)
    assert own["items"] == [{"question": 1, "choices": [2]}]
    service.later(hours=1)
    closed(service, survey)
    with pytest.raises(errors.NotFound):
        service.call("get_own_answer", actor=actor("per_1a"), survey_id=survey)
    with service.transaction() as tx:
        salts = tx.session.scalars(text("SELECT salt FROM surveys")).all()
        rows = tx.session.execute(text("SELECT key, changed_at FROM survey_answers")).all()
    assert salts == [None]
    assert [(len(key), at) for key, at in rows] == [(64, NOW + timedelta(hours=1))]


def test_an_erased_person_s_answer_is_deleted(service: ServiceHarness) -> None:
    named, anonymous = (opened(service, respondents="person", anonymous=value) for value in (False, True))
    for survey in (named, anonymous):
        answer(service, survey, "per_1a")
        answer(service, survey, "per_2a")
    service.handle(ResidentErased(community="com_1", sequence=9, person="per_1a"))
    for survey in (named, anonymous):
        assert service.call("get_survey", actor=actor("per_2a"), survey_id=survey)["answered"] == 1
    with service.transaction() as tx:
        assert tx.session.scalar(text("SELECT count(*) FROM survey_answers")) == 2


def test_members_of_a_household_who_answer_at_the_same_time_leave_one_answer(service: ServiceHarness) -> None:
    survey = opened(service)
    racers = [Thread(target=answer, args=(service, survey, f"per_1{letter}", 1)) for letter in "abcabc"]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    with service.transaction() as tx:
        assert tx.session.scalar(text("SELECT count(*) FROM survey_answers")) == 1
    assert service.call("get_survey", actor=actor("per_1a"), survey_id=survey)["answered"] == 1
