"""Corrections by two people: proposing one, confirming or refusing it."""

import re
from typing import Any

import httpx
import pytest

from tests.web.conftest import LINE, PUBLICATION, Api, Desk, problem
from tests.web.samples import NO_MORE

PROPOSED: dict[str, Any] = {
    "id": "cor_1",
    "entry_id": "ent_1",
    "points": -2,
    "corrected_to": 3,
    "reason": "只到了一半",
    "objection_id": None,
    "at": "2026-11-12T02:00:00Z",
    "changed_at": "2026-11-12T02:00:00Z",
    "state": "open",
    "proposed_by_id": "per_7",
    "decided_by_id": None,
    "decided_at": None,
    "decision_reason": "",
    "proposed_by_name": "支部甲",
    "decided_by_name": None,
}
FINAL = LINE | {"state": "final", "points": 5, "current_points": 5, "corrections": []}


@pytest.fixture
def branch(desk: Desk, api: Api) -> Desk:
    desk.sign_in("branch")
    settled = PUBLICATION | {"state": "settled", "settled_at": "2026-11-10T01:00:00Z"}
    api.answers["/v1/corrections"] = {"data": [PROPOSED], **NO_MORE}
    api.answers["/v1/publications"] = {"data": [settled], **NO_MORE}
    api.answers["/v1/publications/pub_1"] = settled | {"data": [FINAL], **NO_MORE}
    return desk


def test_a_proposed_correction_shows_its_difference_and_reason(branch: Desk) -> None:
    text = branch.get("/desk/corrections/").text

    assert "改为 3 分（-2）" in text
    assert "只到了一半" in text
    assert 'href="/check?entry=ent_1"' in text


def test_another_person_confirms_a_correction(branch: Desk, api: Api) -> None:
    api.answers["POST /v1/corrections/cor_1/confirmation"] = PROPOSED | {"state": "confirmed"}

    answer = branch.post("/desk/corrections/cor_1", page="/desk/corrections/", decision="confirm")

    assert answer.headers["Location"] == "/desk/corrections/"
    assert "更正：已确认" in branch.get("/desk/corrections/").text


def test_a_refusal_needs_its_reason_beside_the_field(branch: Desk, api: Api) -> None:
    api.answers["POST /v1/corrections/cor_1/refusal"] = problem(422, "reason_required", reason="必须说明理由")

    answer = branch.post(
        "/desk/corrections/cor_1", page="/desk/corrections/", decision="refuse", **{"reason.cor_1": "分值没错"}
    )

    assert api.sent("POST", "/v1/corrections/cor_1/refusal") == [{"reason": "分值没错"}]
    assert '<small class="wrong" id="e-reason.cor_1">必须说明理由</small>' in answer.text
    assert 'value="分值没错"' in answer.text


def test_who_proposed_a_correction_is_not_asked_to_confirm_it(branch: Desk, api: Api) -> None:
    api.answers["/v1/corrections"] = {"data": [PROPOSED | {"proposed_by_id": "per_1"}], **NO_MORE}

    text = branch.get("/desk/corrections/").text

    assert "由另一个人确认" in text
    assert 'value="confirm"' not in text


def test_the_working_group_reads_corrections_and_decides_on_none(desk: Desk, api: Api) -> None:
    desk.sign_in("working_group")
    api.answers["/v1/corrections"] = {"data": [PROPOSED], **NO_MORE}

    text = desk.get("/desk/corrections/").text

    assert "只到了一半" in text
    assert 'value="confirm"' not in text
    assert "/desk/corrections/entries" not in text


def test_a_settled_line_is_chosen_and_a_correction_proposed(branch: Desk, api: Api) -> None:
    api.answers["POST /v1/corrections"] = PROPOSED
    assert 'href="/desk/corrections/entries/pub_1/ent_1"' in branch.get("/desk/corrections/entries").text

    answer = branch.post("/desk/corrections/entries/pub_1/ent_1", points="3", reason="只到了一半")

    assert answer.headers["Location"] == "/desk/corrections/"
    assert api.sent("POST", "/v1/corrections") == [{"entry_id": "ent_1", "points": 3, "reason": "只到了一半"}]


@pytest.mark.parametrize(
    "refusal",
    [problem(409, "wrong_state"), problem(422, "invalid", points="超出范围"), httpx.ConnectError("refused")],
    ids=["409", "422", "unreachable"],
)
def test_a_refused_proposal_keeps_what_was_typed(branch: Desk, api: Api, refusal: Any) -> None:
    api.answers["POST /v1/corrections"] = refusal

    answer = branch.post("/desk/corrections/entries/pub_1/ent_1", points="30", reason="应当更多")

    assert answer.status_code in (409, 422, 503)
    assert re.search(r'name="points"[^>]*value="30"', answer.text)
    assert "应当更多</textarea>" in answer.text


def test_heads_see_no_corrections(desk: Desk) -> None:
    desk.sign_in("head")

    assert desk.get("/desk/corrections/").status_code == 403
    assert desk.get("/desk/corrections/entries").status_code == 403
