"""Prices that wait for another person."""

from typing import Any

import pytest

from tests.web.conftest import Api, Desk, problem
from tests.web.samples import NO_MORE

PAGE = "/desk/reward-proposals/"
PROPOSED: dict[str, Any] = {
    "id": "rpp_1",
    "reward_id": "rwd_1",
    "name": "洗衣液",
    "points": 80,
    "points_before": 60,
    "changes": {"points": 80, "stock": 100},
    "state": "open",
    "proposed_by_id": "per_7",
    "proposed_at": "2026-11-12T02:00:00Z",
    "decided_by_id": None,
    "decided_at": None,
    "decision_reason": "",
    "proposed_by_name": "组员",
    "decided_by_name": None,
}


@pytest.fixture
def committee(desk: Desk, api: Api) -> Desk:
    desk.sign_in("committee")
    api.answers["/v1/reward-proposals"] = {"data": [PROPOSED], **NO_MORE}
    return desk


def test_a_price_is_shown_before_and_after(committee: Desk) -> None:
    text = committee.get(PAGE).text

    assert "<dt>现在</dt><dd>60 分</dd>" in text
    assert "<dt>改为</dt><dd>80 分</dd>" in text
    assert "要改的：分值、数量" in text


def test_another_person_approves(committee: Desk, api: Api) -> None:
    api.answers["POST /v1/reward-proposals/rpp_1/approval"] = PROPOSED | {"state": "approved"}

    answer = committee.post("/desk/reward-proposals/rpp_1", page=PAGE, decision="approve")

    assert answer.headers["Location"] == PAGE


def test_who_proposed_is_not_asked(committee: Desk, api: Api) -> None:
    api.answers["/v1/reward-proposals"] = {"data": [PROPOSED | {"proposed_by_id": "per_1"}], **NO_MORE}

    assert 'value="approve"' not in committee.get(PAGE).text


@pytest.mark.parametrize("status", [409, 422, 503])
def test_a_refusal_that_fails_keeps_its_reason(committee: Desk, api: Api, status: int) -> None:
    api.answers["POST /v1/reward-proposals/rpp_1/refusal"] = problem(status, "wrong", reason="请写明理由")

    answer = committee.post("/desk/reward-proposals/rpp_1", page=PAGE, decision="refuse", **{"reason.rpp_1": "太贵"})

    assert answer.status_code == status
    assert 'value="太贵"' in answer.text
    assert '<small class="wrong" id="e-reason.rpp_1">请写明理由</small>' in answer.text


def test_the_branch_sets_no_prices(desk: Desk) -> None:
    desk.sign_in("branch")

    assert desk.get(PAGE).status_code == 403
