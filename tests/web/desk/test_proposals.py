"""Proposals: what would change, and who approves it."""

from typing import Any

import pytest

from contracts.policy import DEFAULT
from tests.web.conftest import Api, Desk, problem
from tests.web.samples import NO_MORE
from web.desk import community_settings

PATH = "/v1/communities/com_1/proposals"
OFFICE: dict[str, Any] = {
    "id": "ppl_1",
    "kind": "appointment",
    "state": "open",
    "appointment": {
        "person_id": "per_5",
        "role": "working_group",
        "scope_id": "com_1",
        "since": "2026-12-01",
        "until": None,
    },
    "settings": None,
    "reset": None,
    "binding": None,
    "erasure": None,
    "merge": None,
    "proposed_by_id": "per_7",
    "proposed_at": "2026-11-12T02:00:00Z",
    "decided_by_id": None,
    "decided_at": None,
    "decision_reason": "",
    "takes_effect_at": None,
    "proposed_by_name": "社区甲",
    "decided_by_name": None,
}
LOOSER = OFFICE | {"id": "ppl_2", "kind": "settings", "appointment": None, "settings": {"approval_quorum": 1}}
RESIDENT: dict[str, Any] = {
    "id": "per_5",
    "name": "孙八",
    "phone_masked": None,
    "birth_year": None,
    "household_id": None,
    "household_code": None,
    "tenure": None,
    "away": None,
    "since": None,
    "courtyard_id": None,
    "courtyard_number": None,
    "grid_id": None,
    "homes": [],
}


HOUSEHOLD: dict[str, Any] = {
    "courtyard_id": "cty_1",
    "courtyard_number": 1,
    "since": "2026-01-01",
    "merged_into_id": None,
    "card": None,
    "members": [],
    "stays": [],
}


@pytest.fixture
def branch(desk: Desk, api: Api) -> Desk:
    desk.sign_in("branch")
    api.answers[PATH] = {"data": [OFFICE, LOOSER], **NO_MORE}
    api.answers["/v1/residents/per_5"] = RESIDENT
    return desk


def test_a_proposal_says_who_would_get_which_office_and_which_rule_changes(branch: Desk) -> None:
    text = branch.get("/desk/proposals/").text

    assert "任命孙八为工作小组" in text
    assert '<th scope="row">终审人数</th>' in text
    assert "<strong>1 人</strong>" in text
    assert "一条申报要工作小组几个人同意" in text


def test_a_merge_names_both_households(branch: Desk, api: Api) -> None:
    merge = {"household_id": "hou_1", "into_household_id": "hou_2", "on": "2026-12-01"}
    proposed = OFFICE | {"kind": "merge", "appointment": None, "merge": merge}
    api.answers[PATH] = {"data": [proposed], **NO_MORE}
    for number in (1, 2):
        api.answers[f"/v1/households/hou_{number}"] = HOUSEHOLD | {"id": f"hou_{number}", "code": f"1-{number}"}

    assert "把 1-1 户并入 1-2 户" in branch.get("/desk/proposals/").text


def test_the_committee_sees_the_rule_in_force_beside_the_new_one(desk: Desk, api: Api) -> None:
    desk.sign_in("committee")
    api.answers[PATH] = {"data": [LOOSER], **NO_MORE}
    api.answers["/v1/communities/com_1/settings"] = DEFAULT.settings | {"approval_quorum": 3}

    text = desk.get("/desk/proposals/").text

    assert "<td>3 人</td><td><strong>1 人</strong></td>" in text
    assert 'value="approve"' not in text


def test_the_branch_approves(branch: Desk, api: Api) -> None:
    api.answers[f"POST {PATH}/ppl_1/approval"] = OFFICE | {"state": "applied"}

    answer = branch.post("/desk/communities/com_1/proposals/ppl_1", page="/desk/proposals/", decision="approve")

    assert answer.headers["Location"] == "/desk/proposals/"
    assert "提议：已生效" in branch.get("/desk/proposals/").text


def test_a_refusal_is_sent_with_its_reason(branch: Desk, api: Api) -> None:
    api.answers[f"POST {PATH}/ppl_2/refusal"] = LOOSER | {"state": "refused"}
    sent = {"decision": "refuse", "reason.ppl_2": "一个人终审不稳妥"}

    branch.post("/desk/communities/com_1/proposals/ppl_2", page="/desk/proposals/", **sent)

    assert api.sent("POST", f"{PATH}/ppl_2/refusal") == [{"reason": "一个人终审不稳妥"}]


def test_an_answer_that_is_refused_stands_at_its_proposal(branch: Desk, api: Api) -> None:
    api.answers[f"POST {PATH}/ppl_2/refusal"] = problem(422, "reason_required", reason="不予批准必须说明理由")
    sent = {"decision": "refuse", "reason.ppl_2": "再想想"}

    answer = branch.post("/desk/communities/com_1/proposals/ppl_2", page="/desk/proposals/", **sent)

    assert answer.status_code == 422
    assert '<small class="wrong" id="e-reason.ppl_2">不予批准必须说明理由</small>' in answer.text
    assert 'id="e-reason.ppl_1"' not in answer.text
    assert 'value="再想想"' in answer.text


@pytest.mark.parametrize("status", [409, 503])
def test_an_answer_that_fails_says_why(branch: Desk, api: Api, status: int) -> None:
    api.answers[f"POST {PATH}/ppl_1/approval"] = problem(status, "wrong", "已经答复过")

    answer = branch.post("/desk/communities/com_1/proposals/ppl_1", page="/desk/proposals/", decision="approve")

    assert (answer.status_code, "已经答复过" in answer.text) == (status, True)


def test_the_platform_answers_in_every_community(desk: Desk, api: Api) -> None:
    desk.sign_in("platform")
    api.answers["/v1/communities/com_2/proposals"] = {"data": [LOOSER], **NO_MORE}
    api.answers["POST /v1/communities/com_2/proposals/ppl_2/approval"] = LOOSER | {"state": "approved"}
    page = "/desk/communities/com_2/proposals/"

    answer = desk.post("/desk/communities/com_2/proposals/ppl_2", page=page, decision="approve")

    assert answer.headers["Location"] == page


def test_heads_decide_on_nothing_and_the_committee_on_no_appointment(desk: Desk, api: Api) -> None:
    desk.sign_in("head")
    assert desk.get("/desk/proposals/").status_code == 403
    desk.sign_in("committee")
    api.answers[PATH] = {"data": [OFFICE], **NO_MORE}
    api.answers["/v1/residents/per_5"] = RESIDENT
    assert 'value="approve"' not in desk.get("/desk/proposals/").text


def test_every_setting_has_a_title_and_a_text_of_its_value() -> None:
    assert set(community_settings.SETTINGS) == set(DEFAULT.settings)
    for name, value in DEFAULT.settings.items():
        setting = community_settings.SETTINGS[name]
        assert setting.about(value).endswith("。")
        assert setting.kind != "number" or setting.bounds is not None
        assert community_settings.value_text(name, value) != ""
    assert community_settings.value_text("expiry", "12") == "12 个月"
    assert community_settings.value_text("inspection_rank_points", [[10, 5]]) == "至第 10 名 5 分"
    assert community_settings.value_text("office_exceptions", []) == "无"
    assert community_settings.SETTINGS["approval_quorum"].loosened == "调低"
    assert community_settings.SETTINGS["reminder_days"].loosened is None


RESET = OFFICE | {
    "id": "ppl_3",
    "kind": "reset",
    "appointment": None,
    "reset": {"person_id": "per_5", "reason": "手机丢失", "sets_password": True, "approved_by_roles": ["branch"]},
}


@pytest.mark.parametrize(("role", "decides"), [("branch", True), ("committee", False)])
def test_a_reset_names_the_person_and_is_answered_by_the_offices_that_may(
    desk: Desk, api: Api, role: str, decides: bool
) -> None:
    desk.sign_in(role)
    api.answers[PATH] = {"data": [RESET], **NO_MORE}
    api.answers["/v1/residents/per_5"] = RESIDENT

    text = desk.get("/desk/proposals/").text

    assert "重置孙八的登录" in text
    assert "手机丢失" in text
    assert ('value="approve"' in text) is decides


@pytest.mark.parametrize(("role", "decides"), [("branch", True), ("committee", False)])
def test_a_first_binding_shows_the_number_to_compare_to_the_offices_that_may_confirm_it(
    desk: Desk, api: Api, role: str, decides: bool
) -> None:
    desk.sign_in(role)
    binding = {"person_id": "per_5", "by_invitation": True, "check_number": "0042", "approved_by_roles": ["branch"]}
    api.answers[PATH] = {"data": [OFFICE | {"kind": "binding", "appointment": None, "binding": binding}], **NO_MORE}
    api.answers["/v1/residents/per_5"] = RESIDENT

    text = desk.get("/desk/proposals/").text

    assert "孙八首次绑定微信" in text
    assert "0042" in text
    assert ('value="approve"' in text) is decides


def test_the_platform_approves_an_erasure_in_a_community(desk: Desk, api: Api) -> None:
    desk.sign_in("platform")
    erasure = {"person_id": "per_5", "approved_by_roles": ["branch", "platform"]}
    api.answers["/v1/communities/com_2/proposals"] = {
        "data": [OFFICE | {"kind": "erasure", "appointment": None, "erasure": erasure}],
        **NO_MORE,
    }
    api.answers["/v1/residents/per_5"] = problem(404, "not_found")

    text = desk.get("/desk/communities/com_2/proposals/").text

    assert "个人信息" in text
    assert 'value="approve"' in text
