"""The record of office decisions and the report on self-dealing."""

from typing import Any

import pytest

from tests.web.conftest import CONTRACT, Api, Desk, problem
from tests.web.samples import NO_MORE
from web.pages.desk import decisions


def decision(kind: str, **facts: Any) -> dict[str, Any]:
    return {
        "id": "ofd_1",
        "kind": kind,
        "subject_id": "ent_1",
        "by_id": "per_2",
        "person_id": None,
        "facts": facts,
        "at": "2026-11-12T02:00:00Z",
        "by_name": "社区甲",
        "person_name": None,
    }


SHOWN: list[tuple[dict[str, Any], str]] = [
    (decision("settings_changed", settings={"approval_quorum": 2}), "终审人数：2 人"),
    (decision("proposal_made", settings=["daily_approval_points"], role=None), "每天终审上限"),
    (decision("score_adjusted", score=5, points=8), "细则 5 分，批准 8 分"),
    (decision("correction_confirmed", points=-2, corrected_to=3), "改为 3 分（-2）"),
    (decision("proposal_decided", approved=False, settings=[], role="branch"), "小区党支部，不批准"),
    (
        decision("rulebook_adopted", version=3, effective_from="2026-12-01", loosened=[]),
        "第 3 版，从12 月 1 日起",
    ),
    (decision("reward_approved", name="洗衣液", points=80, points_before=60), "洗衣液，60 分改为 80 分"),
    (decision("reward_proposed", name="食用油", points=90, points_before=None), "食用油，90 分"),
    (decision("reward_approved", name="九折卡", points=15), "九折卡，15 分"),
    (decision("spending_wait_ruled", allowed=False) | {"person_name": "周九"}, "周九，不可以花"),
    (decision("appointed", role="head") | {"person_name": "孙八"}, "孙八，院长"),
]


@pytest.mark.parametrize(("made", "text"), SHOWN, ids=[each["kind"] for each, _ in SHOWN])
def test_a_decision_is_told_in_words(desk: Desk, api: Api, made: dict[str, Any], text: str) -> None:
    desk.sign_in("branch")
    api.answers["/v1/office-decisions"] = {"data": [made], **NO_MORE}

    assert f"<td>{text}</td>" in desk.get("/desk/office-decisions/").text


def test_every_kind_of_the_contract_has_a_title() -> None:
    kinds = CONTRACT["components"]["schemas"]["OfficeDecision"]["properties"]["kind"]["enum"]

    assert set(decisions.KINDS) == set(kinds)


def test_decisions_are_filtered_by_kind(desk: Desk, api: Api) -> None:
    desk.sign_in("head")
    api.answers["/v1/office-decisions"] = {"data": [], **NO_MORE}

    desk.get("/desk/office-decisions/?kind=appointed")

    assert api.requests[-1].url.params["kind"] == "appointed"


GAIN = {"decider_id": "per_2", "account_id": "hou_1", "recorded": 1, "endorsed": 0, "approved": 2, "corrected": 0}
GAIN |= {"points": 40, "own": True, "mutual": False, "decider_name": "组长"}


def test_the_report_names_deciders_and_marks_their_own_households(desk: Desk, api: Api) -> None:
    desk.sign_in("branch")
    api.answers["/v1/self-dealing-report"] = {"data": [GAIN]}
    api.answers["/v1/households/hou_1"] = {
        "id": "hou_1",
        "code": "1-2",
        "courtyard_id": "cty_1",
        "courtyard_number": 1,
        "since": "2026-01-01",
        "merged_into_id": None,
        "card": None,
        "members": [],
        "stays": [],
    }

    text = desk.get("/desk/self-dealing-report/").text

    assert "<td>组长</td><td>1-2</td>" in text
    assert '<span class="badge bad">自家</span>' in text


def test_a_household_that_may_not_be_read_is_said_without_its_id(desk: Desk, api: Api) -> None:
    desk.sign_in("branch")
    api.answers["/v1/self-dealing-report"] = {"data": [GAIN]}

    text = desk.get("/desk/self-dealing-report/").text

    assert "<td>组长</td><td>无权查看</td>" in text
    assert "hou_1" not in text


def test_a_report_that_fails_is_an_error_page(desk: Desk, api: Api) -> None:
    desk.sign_in("branch")
    api.answers["/v1/self-dealing-report"] = problem(503, "temporarily_unavailable", "稍后再试")

    answer = desk.get("/desk/self-dealing-report/")

    assert (answer.status_code, "稍后再试" in answer.text) == (503, True)


def test_the_working_group_does_not_see_the_report(desk: Desk) -> None:
    desk.sign_in("working_group")

    assert desk.get("/desk/self-dealing-report/").status_code == 403
