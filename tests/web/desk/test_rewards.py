"""Rewards: the list, new terms and changed ones, codes, the picture."""

import io
from typing import Any

import httpx
import pytest

from tests.web.conftest import Api, Desk, problem
from tests.web.samples import NO_MORE

REWARD: dict[str, Any] = {
    "id": "rwd_1",
    "kind": "coupon",
    "name": "大米<",
    "description": "",
    "points": 50,
    "stock": 10,
    "reserved": 1,
    "sold": 2,
    "left": 7,
    "starts_on": None,
    "ends_on": "2026-12-31",
    "limit_per_household": 2,
    "limit_per_person": None,
    "gives": "codes",
    "merchant_ids": ["mer_1"],
    "listed": True,
    "approved": True,
    "proposal_id": None,
    "picture_url": None,
}
MERCHANT = {"id": "mer_1", "name": "善治超市", "address": "", "active": True}
ONE, NEW = "/desk/rewards/rwd_1", "/desk/rewards/new"
TYPED = {
    "kind": "goods",
    "name": "食用油<",
    "points": "30",
    "stock": "",
    "gives": "voucher",
    "merchant_ids": ["mer_1"],
    "listed": "yes",
    "limit_per_household": "1",
}


@pytest.fixture
def group(desk: Desk, api: Api) -> Desk:
    desk.sign_in("working_group")
    api.answers |= {
        "/v1/rewards": {"data": [REWARD], **NO_MORE},
        "/v1/rewards/rwd_1": REWARD,
        "/v1/merchants": {"data": [MERCHANT], **NO_MORE},
        "POST /v1/rewards": REWARD | {"approved": False, "proposal_id": "rpr_1"},
        "PUT /v1/rewards/rwd_1": REWARD,
        "POST /v1/rewards/rwd_1/codes": REWARD,
        "POST /v1/rewards/rwd_1/picture": REWARD,
    }
    return desk


def test_every_reward_is_listed(group: Desk, api: Api) -> None:
    text = group.get("/desk/rewards/").text

    assert "大米&lt;" in text
    assert next(each for each in api.requests if each.url.path == "/v1/rewards").url.params["all"] == "true"


def test_a_new_reward_waits_for_another_person(group: Desk, api: Api) -> None:
    answer = group.post(NEW, **TYPED)

    assert answer.headers["Location"] == ONE
    [sent] = api.sent("POST", "/v1/rewards")
    assert (sent["points"], sent["stock"], sent["merchant_ids"], sent["listed"]) == (30, None, ["mer_1"], True)
    assert "等其他人批准" in group.get("/desk/rewards/").text


def test_the_terms_of_a_reward_are_in_its_form(group: Desk) -> None:
    text = group.get(ONE).text

    assert 'value="大米&lt;"' in text
    assert 'value="mer_1" checked' in text
    assert 'value="codes" checked' in text
    assert 'name="codes"' in text


def test_a_change_that_waits_is_said(group: Desk, api: Api) -> None:
    api.answers["/v1/rewards/rwd_1"] = REWARD | {"proposal_id": "rpr_1"}

    assert "批准以前按原来的条件兑换" in group.get(ONE).text


REFUSALS: list[Any] = [
    (problem(422, "invalid_request", "请检查", points="至少 1 分"), 422),
    (problem(409, "wrong_state"), 409),
    (httpx.ConnectError("refused"), 503),
]


@pytest.mark.parametrize(("refusal", "status"), REFUSALS, ids=["422", "409", "503"])
@pytest.mark.parametrize("path", [NEW, ONE])
def test_refused_terms_keep_what_was_typed(group: Desk, api: Api, path: str, refusal: Any, status: int) -> None:
    api.answers["POST /v1/rewards"] = api.answers["PUT /v1/rewards/rwd_1"] = refusal

    answer = group.post(path, **TYPED)

    assert answer.status_code == status
    assert 'value="食用油&lt;"' in answer.text
    assert status != 422 or 'id="e-points">至少 1 分' in answer.text


def test_codes_are_added_one_a_line(group: Desk, api: Api) -> None:
    answer = group.post(f"{ONE}/codes", page=ONE, codes="AAAA-1\n\nAAAA-2 ")

    assert answer.headers["Location"] == ONE
    assert api.sent("POST", "/v1/rewards/rwd_1/codes") == [{"codes": ["AAAA-1", "AAAA-2"]}]


def test_refused_codes_stay_and_so_do_the_terms(group: Desk, api: Api) -> None:
    api.answers["POST /v1/rewards/rwd_1/codes"] = problem(409, "codes_taken", "有券码已经加过")

    answer = group.post(f"{ONE}/codes", page=ONE, codes="AAAA-1")

    assert (answer.status_code, "AAAA-1</textarea>" in answer.text) == (409, True)
    assert 'value="大米&lt;"' in answer.text


def test_a_picture_is_uploaded(group: Desk) -> None:
    answer = group.post(f"{ONE}/picture", page=ONE, files={"file": (io.BytesIO(b"x"), "a.jpg")})
    missing = group.post(f"{ONE}/picture", page=ONE)

    assert answer.headers["Location"] == ONE
    assert (missing.status_code, "请选择图片" in missing.text) == (422, True)


def test_who_sees_no_merchants_keeps_those_of_the_reward(group: Desk, api: Api) -> None:
    api.answers["/v1/merchants"] = problem(403, "role_missing")

    assert '<input type="hidden" name="merchant_ids" value="mer_1">' in group.get(ONE).text


def test_rewards_are_managed_by_group_and_committee(desk: Desk) -> None:
    desk.sign_in("branch")

    for path in ("/desk/rewards/", NEW, ONE):
        assert desk.get(path).status_code == 403
