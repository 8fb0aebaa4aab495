"""Suspensions: who is suspended, suspending somebody, lifting."""

from typing import Any

import httpx
import pytest

from tests.web.conftest import Api, Desk, problem
from tests.web.samples import NO_MORE

SUSPENSION: dict[str, Any] = {
    "id": "sus_1",
    "person_id": "per_2",
    "reason": "三次虚假申报<",
    "made_by_id": "per_1",
    "made_at": "2026-11-03T02:00:00Z",
    "until": "2099-01-01",
    "lifted_by_id": None,
    "lifted_at": None,
    "lift_reason": None,
    "person_name": "张三",
    "made_by_name": "李建国",
    "lifted_by_name": None,
}
ENDED = SUSPENSION | {"id": "sus_2", "until": "2026-01-01", "made_by_id": None, "made_by_name": None}
RESIDENT: dict[str, Any] = {
    "id": "per_2",
    "name": "张三",
    "phone_masked": "138****0002",
    "birth_year": 1960,
    "household_id": "hou_1",
    "household_code": "03-012-2",
    "tenure": "owner",
    "away": False,
    "since": "2020-01-01",
    "courtyard_id": "cty_1",
    "courtyard_number": 12,
    "grid_id": "grd_1",
}
NEW = "/desk/suspensions/new"
TYPED = {"person_id": "per_2", "until": "2026-12-31", "reason": "弄虚作假<"}


@pytest.fixture
def group(desk: Desk, api: Api) -> Desk:
    desk.sign_in("working_group")
    api.answers |= {
        "/v1/suspensions": {"data": [SUSPENSION, ENDED], **NO_MORE},
        "/v1/residents": {"data": [RESIDENT], **NO_MORE},
        "POST /v1/suspensions": SUSPENSION,
        "POST /v1/suspensions/sus_1/lift": SUSPENSION | {"lifted_at": "2026-11-05T02:00:00Z"},
    }
    return desk


def test_only_a_suspension_in_force_can_be_lifted(group: Desk) -> None:
    text = group.get("/desk/suspensions/").text

    assert "三次虚假申报&lt;" in text
    assert "按社区的规定" in text
    assert text.count("确认恢复") == 1
    assert 'action="/desk/suspensions/sus_1/lift"' in text


def test_somebody_is_found_by_name_and_suspended(group: Desk, api: Api) -> None:
    text = group.get(f"{NEW}?name=张").text
    assert 'value="per_2"' in text
    assert "12" in text

    answer = group.post(f"{NEW}?name=张", **TYPED)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/suspensions/")
    assert api.sent("POST", "/v1/suspensions") == [TYPED]


def test_a_name_that_nobody_has_is_said(group: Desk, api: Api) -> None:
    api.answers["/v1/residents"] = {"data": [], **NO_MORE}

    assert "没有找到这个名字" in group.get(f"{NEW}?name=无").text


REFUSALS: list[Any] = [
    (problem(422, "invalid_request", "请检查", until="至少明天"), 422),
    (problem(409, "wrong_state"), 409),
    (httpx.ConnectError("refused"), 503),
]


@pytest.mark.parametrize(("refusal", "status"), REFUSALS, ids=["422", "409", "503"])
def test_a_refused_suspension_keeps_what_was_typed(group: Desk, api: Api, refusal: Any, status: int) -> None:
    api.answers["POST /v1/suspensions"] = refusal

    answer = group.post(f"{NEW}?name=张", **TYPED)

    assert answer.status_code == status
    assert "弄虚作假&lt;</textarea>" in answer.text
    assert 'value="2026-12-31"' in answer.text
    assert 'value="per_2" checked' in answer.text
    assert status != 422 or 'id="e-until">至少明天' in answer.text


def test_a_suspension_is_lifted_with_a_reason(group: Desk, api: Api) -> None:
    answer = group.post("/desk/suspensions/sus_1/lift", page="/desk/suspensions/", reason="已改正")

    assert answer.status_code == 303
    assert api.sent("POST", "/v1/suspensions/sus_1/lift") == [{"reason": "已改正"}]


def test_a_refused_lift_keeps_its_reason(group: Desk, api: Api) -> None:
    api.answers["POST /v1/suspensions/sus_1/lift"] = problem(409, "wrong_state", "已经恢复了")

    answer = group.post("/desk/suspensions/sus_1/lift", page="/desk/suspensions/", reason="改正<")

    assert (answer.status_code, "已经恢复了" in answer.text) == (409, True)
    assert "改正&lt;</textarea>" in answer.text


def test_suspensions_are_the_groups(desk: Desk) -> None:
    desk.sign_in("committee")

    assert desk.get("/desk/suspensions/").status_code == desk.get(NEW).status_code == 403
