"""Appointments: who holds what, which offices do not go together, appointing and ending."""

import re
from typing import Any

import httpx
import pytest

from contracts.policy import DEFAULT
from tests.web.conftest import Api, Desk, problem
from tests.web.samples import NO_MORE

PERSON: dict[str, Any] = {
    "id": "per_5",
    "name": "孙八",
    "phone_masked": "138****0005",
    "birth_year": 1980,
    "household_id": "hou_1",
    "household_code": "3-2",
    "tenure": "owner",
    "away": False,
    "since": "2024-01-01",
    "courtyard_id": "cty_1",
    "courtyard_number": 3,
    "grid_id": "grd_1",
}
COURTYARD: dict[str, Any] = {"id": "cty_1", "number": 3, "row": 2, "grid_id": "grd_1", "grid_name": "二网格"}
COURTYARD |= {"name": None, "dissolved_on": None}
HELD: dict[str, Any] = {
    "id": "apt_1",
    "person_id": "per_5",
    "person_name": "孙八",
    "role": "branch",
    "scope_id": "com_1",
    "since": "2026-01-01",
    "until": None,
    "proposal_id": None,
}


@pytest.fixture
def committee(desk: Desk, api: Api) -> Desk:
    desk.sign_in("committee")
    merchant = {"id": "mer_1", "name": "便民超市", "address": "", "active": True}
    api.answers |= {
        "/v1/appointments": {"data": [HELD], **NO_MORE},
        "/v1/courtyards": {"data": [COURTYARD], **NO_MORE},
        "/v1/merchants": {"data": [merchant], **NO_MORE},
        "/v1/residents": {"data": [PERSON], **NO_MORE},
        "/v1/residents/per_5": PERSON | {"homes": []},
        "/v1/communities/com_1/settings": DEFAULT.settings,
    }
    return desk


def asked(api: Api, path: str) -> dict[str, str]:
    return dict(next(each for each in reversed(api.requests) if each.url.path == path).url.params)


def test_appointments_of_today_are_listed_with_their_places(committee: Desk, api: Api) -> None:
    operator = HELD | {"id": "apt_2", "role": "merchant_operator", "scope_id": "mer_1", "proposal_id": "ppl_1"}
    api.answers["/v1/appointments"] = {"data": [HELD, operator], **NO_MORE}

    text = committee.get("/desk/appointments/").text

    assert re.search(r"<td>孙八</td><td>小区党支部</td><td>全社区</td>", text)
    assert re.search(r"商户经办人 <span class=\"badge wait\">待批准</span></td><td>便民超市</td>", text)
    assert "on" in asked(api, "/v1/appointments")


def test_ended_appointments_are_listed_when_asked_for(committee: Desk, api: Api) -> None:
    committee.get("/desk/appointments/?all=yes&role=branch")

    assert "on" not in asked(api, "/v1/appointments")
    assert asked(api, "/v1/appointments")["role"] == "branch"


@pytest.mark.parametrize(("typed", "parameter"), [("孙", "name"), ("13800000005", "phone")])
def test_a_person_is_found_by_name_or_phone(committee: Desk, api: Api, typed: str, parameter: str) -> None:
    text = committee.get(f"/desk/appointments/new?who={typed}").text

    assert asked(api, "/v1/residents")[parameter] == typed
    assert 'href="/desk/appointments/new/per_5"' in text


def test_offices_that_do_not_go_together_are_marked_before_they_are_refused(committee: Desk) -> None:
    text = committee.get("/desk/appointments/new/per_5").text

    assert re.search(r'value="committee"[^>]*>社区党委\s*<span class="badge bad">不能与小区党支部兼任', text)
    assert re.search(r'value="working_group"[^>]*>工作小组\s*<span class="badge wait">须批准', text)
    assert re.search(r'value="head"[^>]*>院长\s*</label>', text)


def test_a_head_is_appointed_to_their_courtyard(committee: Desk, api: Api) -> None:
    api.answers["POST /v1/appointments"] = HELD | {"role": "head", "scope_id": "cty_1"}

    answer = committee.post(
        "/desk/appointments/new/per_5", role="head", courtyard="cty_1", grid="grd_1", since="2026-12-01", until=""
    )

    assert answer.headers["Location"] == "/desk/appointments/"
    sent = {"person_id": "per_5", "role": "head", "scope_id": "cty_1", "since": "2026-12-01", "until": None}
    assert api.sent("POST", "/v1/appointments") == [sent]


def test_an_office_that_waits_for_approval_is_said_to_wait(committee: Desk, api: Api) -> None:
    api.answers["POST /v1/appointments"] = HELD | {"role": "working_group", "proposal_id": "ppl_1"}

    committee.post("/desk/appointments/new/per_5", role="working_group", since="2026-12-01", until="")

    assert "等党支部或平台批准" in committee.get("/desk/appointments/").text
    assert api.sent("POST", "/v1/appointments")[0]["scope_id"] is None


@pytest.mark.parametrize(
    "refusal",
    [
        problem(409, "offices_incompatible", "这两项职务不能由同一个人担任"),
        problem(422, "invalid", scope_id="请选择院落"),
        httpx.ConnectError("refused"),
    ],
    ids=["409", "422", "unreachable"],
)
def test_a_refused_appointment_keeps_what_was_chosen(committee: Desk, api: Api, refusal: Any) -> None:
    api.answers["POST /v1/appointments"] = refusal

    answer = committee.post("/desk/appointments/new/per_5", role="head", courtyard="cty_1", since="2026-12-01")

    assert answer.status_code in (409, 422, 503)
    assert re.search(r'value="head" required checked', answer.text)
    assert re.search(r'value="cty_1" selected', answer.text)
    if answer.status_code == 422:
        assert '<small class="wrong" id="e-courtyard">请选择院落</small>' in answer.text


def test_ending_an_appointment_asks_first_and_says_when(committee: Desk, api: Api) -> None:
    api.answers["POST /v1/appointments/apt_1/end"] = HELD | {"until": "2026-12-01"}
    assert "确定吗" in committee.get("/desk/appointments/apt_1/end").text

    answer = committee.post("/desk/appointments/apt_1/end", on="2026-12-01")

    assert answer.headers["Location"] == "/desk/appointments/"
    assert api.sent("POST", "/v1/appointments/apt_1/end") == [{"on": "2026-12-01"}]


def test_only_the_committee_appoints(desk: Desk) -> None:
    desk.sign_in("branch")

    for path in ("/desk/appointments/", "/desk/appointments/new", "/desk/appointments/new/per_5"):
        assert desk.get(path).status_code == 403
