"""Resetting how people sign in: residents by the committee, staff by the platform."""

import re
from typing import Any

import httpx
import pytest

from tests.web.conftest import Api, Desk, problem
from tests.web.desk.test_appointments import PERSON
from tests.web.samples import NO_MORE

SENT = "POST /v1/residents/per_5/sign-in-reset"
PAGE = "/desk/sign-in-resets/per_5"
DONE = {"state": "done", "proposal_id": None, "takes_effect_at": None}


@pytest.fixture
def committee(desk: Desk, api: Api) -> Desk:
    desk.sign_in("committee")
    api.answers |= {
        "/v1/residents": {"data": [PERSON], **NO_MORE},
        "/v1/residents/per_5": PERSON | {"homes": []},
    }
    return desk


def test_a_person_is_found_and_reset_with_a_reason(committee: Desk, api: Api) -> None:
    api.answers[SENT] = DONE
    assert f'href="{PAGE}"' in committee.get("/desk/sign-in-resets/?who=孙").text
    assert "确定要重置" in committee.get(PAGE).text

    answer = committee.post(PAGE, reason="手机丢了", password="")

    assert answer.headers["Location"] == "/desk/sign-in-resets/"
    assert api.sent("POST", "/v1/residents/per_5/sign-in-reset") == [{"reason": "手机丢了"}]


def test_the_platform_resets_staff_by_their_id(desk: Desk, api: Api) -> None:
    desk.sign_in("platform")
    api.answers[SENT] = {"state": "proposed", "proposal_id": "ppl_1", "takes_effect_at": None}
    page = "/desk/sign-in-resets/staff"

    answer = desk.post(page, person_id="per_5", reason="验证器丢了", password="temporary-one")

    assert answer.headers["Location"] == page
    assert "社区党委或支部批准后重置" in desk.get(page).text
    sent = {"reason": "验证器丢了", "password": "temporary-one"}
    assert api.sent("POST", "/v1/residents/per_5/sign-in-reset") == [sent]


def test_a_text_that_is_no_id_is_refused_beside_its_field(desk: Desk) -> None:
    desk.sign_in("platform")

    answer = desk.post("/desk/sign-in-resets/staff", person_id="../me", reason="试试")

    assert answer.status_code == 422
    assert '<small class="wrong" id="e-person_id">编号不对' in answer.text
    assert 'value="../me"' in answer.text
    assert "试试</textarea>" in answer.text


@pytest.mark.parametrize(
    "refusal",
    [
        problem(403, "role_missing", "由平台重置"),
        problem(409, "wrong_state"),
        problem(422, "invalid", password="至少 8 个字符"),
        httpx.ConnectError("-"),
    ],
    ids=["403", "409", "422", "unreachable"],
)
def test_a_refused_reset_keeps_the_reason_and_no_password(committee: Desk, api: Api, refusal: Any) -> None:
    api.answers[SENT] = refusal

    answer = committee.post(PAGE, reason="手机丢了", password="short-secret")

    assert answer.status_code in (403, 409, 422, 503)
    assert "手机丢了</textarea>" in answer.text
    assert "short-secret" not in answer.text
    if answer.status_code == 422:
        assert re.search(r'<small class="wrong" id="e-password">至少 8 个字符', answer.text)


def test_the_branch_resets_nobody(desk: Desk) -> None:
    desk.sign_in("branch")

    for path in ("/desk/sign-in-resets/", PAGE, "/desk/sign-in-resets/staff"):
        assert desk.get(path).status_code == 403
