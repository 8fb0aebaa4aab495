"""Requests for erasure: erasing after a question, refusing with a reason."""

from typing import Any

import pytest

from tests.web.conftest import Api, Desk, problem
from tests.web.samples import NO_MORE

PAGE = "/desk/erasure-requests/"
REQUEST: dict[str, Any] = {
    "id": "era_1",
    "person_id": "per_5",
    "state": "open",
    "reason": "已搬走",
    "requested_at": "2026-11-03T02:00:00Z",
    "due_at": "2026-11-18T02:00:00Z",
    "answered_by_id": None,
    "answered_at": None,
    "answer": "",
    "person_name": "孙八",
    "answered_by_name": None,
}


@pytest.fixture
def committee(desk: Desk, api: Api) -> Desk:
    desk.sign_in("committee")
    api.answers["/v1/erasure-requests"] = {"data": [REQUEST], **NO_MORE}
    return desk


def answered(desk: Desk, decision: str, **fields: str) -> Any:
    return desk.post("/desk/erasure-requests/era_1", page=PAGE, decision=decision, person_id="per_5", **fields)


def test_a_request_is_shown_with_its_reason_and_when_it_is_due(committee: Desk) -> None:
    text = committee.get(PAGE).text

    assert "孙八" in text
    assert "已搬走" in text
    assert "11 月 18 日" in text
    assert "注销后不能恢复" in text


def test_a_person_is_erased(committee: Desk, api: Api) -> None:
    api.answers["DELETE /v1/residents/per_5"] = {"state": "done", "proposal_id": None}

    assert answered(committee, "erase").headers["Location"] == PAGE
    assert [each.method for each in api.requests if each.url.path == "/v1/residents/per_5"] == ["DELETE"]


def test_an_erasure_that_waits_says_who_approves_it(committee: Desk, api: Api) -> None:
    api.answers["DELETE /v1/residents/per_5"] = {"state": "proposed", "proposal_id": "ppl_1"}

    answered(committee, "erase")

    assert "由小区党支部或平台批准" in committee.get(PAGE).text


def test_a_refusal_is_sent_with_its_reason(committee: Desk, api: Api) -> None:
    api.answers["POST /v1/erasure-requests/era_1/refuse"] = REQUEST | {"state": "refused"}

    answered(committee, "refuse", **{"reason.era_1": "还有未用的兑换券"})

    assert api.sent("POST", "/v1/erasure-requests/era_1/refuse") == [{"reason": "还有未用的兑换券"}]


@pytest.mark.parametrize("status", [409, 422, 503])
def test_a_refusal_that_fails_keeps_its_reason(committee: Desk, api: Api, status: int) -> None:
    api.answers["POST /v1/erasure-requests/era_1/refuse"] = problem(status, "wrong", reason="请写明理由")

    answer = answered(committee, "refuse", **{"reason.era_1": "再等等"})

    assert answer.status_code == status
    assert 'value="再等等"' in answer.text
    assert '<small class="wrong" id="e-reason.era_1">请写明理由</small>' in answer.text


def test_only_the_committee_answers_requests(desk: Desk) -> None:
    desk.sign_in("branch")

    assert desk.get(PAGE).status_code == 403
