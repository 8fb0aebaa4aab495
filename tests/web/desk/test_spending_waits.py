"""Rulings on what a household refused a new member."""

from typing import Any

import pytest

from tests.web.conftest import Api, Desk, problem
from tests.web.samples import NO_MORE

PAGE = "/desk/spending-waits/"
WAIT: dict[str, Any] = {
    "id": "wai_1",
    "cause": "moved",
    "state": "refused",
    "person_id": "per_5",
    "household_id": "hou_1",
    "recorded_by_id": "per_6",
    "recorded_at": "2026-11-03T02:00:00Z",
    "spends_from": "2026-11-10T02:00:00Z",
    "asks_me": False,
    "on_paper": False,
    "decided_by_id": "per_7",
    "decided_at": "2026-11-04T02:00:00Z",
    "reason": "他没有住进来",
    "ruled_by_id": None,
    "ruled_at": None,
    "ruling_reason": "",
    "person_name": "孙八",
    "recorded_by_name": "一网格员",
    "decided_by_name": "张三",
    "ruled_by_name": None,
}


@pytest.fixture
def branch(desk: Desk, api: Api) -> Desk:
    desk.sign_in("branch")
    api.answers["/v1/spending-waits"] = {"data": [WAIT], **NO_MORE}
    return desk


def test_what_a_household_refused_is_shown_with_who_recorded_it(branch: Desk, api: Api) -> None:
    text = branch.get(PAGE).text

    assert "他没有住进来" in text
    assert "一网格员" in text
    assert api.requests[-1].url.params["state"] == "refused"


@pytest.mark.parametrize(("decision", "allow"), [("allow", True), ("deny", False)])
def test_a_ruling_is_sent_with_its_reason(branch: Desk, api: Api, decision: str, allow: bool) -> None:
    api.answers["POST /v1/spending-waits/wai_1/ruling"] = WAIT | {"state": "allowed" if allow else "denied"}

    branch.post("/desk/spending-waits/wai_1", page=PAGE, decision=decision, **{"reason.wai_1": "查过了"})

    assert api.sent("POST", "/v1/spending-waits/wai_1/ruling") == [{"allow": allow, "reason": "查过了"}]


@pytest.mark.parametrize("status", [409, 503])
def test_a_refused_ruling_keeps_its_reason(branch: Desk, api: Api, status: int) -> None:
    api.answers["POST /v1/spending-waits/wai_1/ruling"] = problem(status, "wrong", "不行", reason="理由太短")

    answer = branch.post("/desk/spending-waits/wai_1", page=PAGE, decision="allow", **{"reason.wai_1": "查过了"})

    assert answer.status_code == status
    assert "查过了</textarea>" in answer.text
    assert '<small class="wrong" id="e-reason.wai_1">理由太短</small>' in answer.text


def test_heads_rule_on_nothing(desk: Desk) -> None:
    desk.sign_in("head")

    assert desk.get(PAGE).status_code == 403
