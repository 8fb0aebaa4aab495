"""The branch's objections: what it sees of one, and how it rules."""

import re
from typing import Any

import httpx
import pytest

from tests.web.conftest import Api, Desk, problem
from tests.web.samples import NO_MORE

OBJECTION: dict[str, Any] = {
    "id": "obj_1",
    "outcome": "open",
    "raised_at": "2026-11-03T02:00:00Z",
    "ruled_at": None,
    "ruling_reason": None,
    "entry_id": "ent_1",
    "review_id": "rev_1",
    "publication_id": "pub_1",
    "objector_id": "per_9",
    "reason": "那天他没有来<b>",
    "due_at": "2026-11-10T02:00:00Z",
    "overdue": True,
    "changed_at": "2026-11-03T02:00:00Z",
    "ruled_by_id": None,
    "item": "cleanup",
    "day": "2026-10-05",
    "points": 5,
    "current_points": 5,
    "person_id": "per_2",
    "courtyard_id": "cty_1",
    "courtyard_number": 12,
    "objector_name": "李四",
    "person_name": "张三",
    "item_title": "参加环境卫生整治",
    "ruled_by_name": None,
}
RULED = OBJECTION | {"outcome": "dismissed", "ruled_at": "2026-11-04T02:00:00Z", "ruling_reason": "有照片为证"}
RULED |= {"overdue": False, "ruled_by_id": "per_1", "ruled_by_name": "支部"}
CASE: dict[str, Any] = {
    "id": "rev_1",
    "origin": "claim",
    "courtyard_id": "cty_1",
    "day": "2026-10-05",
    "item": "cleanup",
    "category": "living_environment",
    "book": "household",
    "points": 5,
    "public": True,
    "source_id": "clm_1",
    "person_id": "per_2",
    "household_id": "hou_1",
    "period": "2026-10",
    "stage": "approved",
    "level": "head",
    "flagged": False,
    "system_made": False,
    "endorsed_by_id": "per_3",
    "opened_at": "2026-10-05T02:00:00Z",
    "changed_at": "2026-10-06T02:00:00Z",
    "version": 2,
    "terms": None,
    "waiting_days": None,
    "overdue": False,
    "person_name": "张三",
    "endorsed_by_name": "王院长",
    "claim": {
        "title": "参加环境卫生整治",
        "unit": "次",
        "quantity": 1,
        "place": "三排东头",
        "cause": "清扫巷道",
        "happened_at": "2026-10-05T01:00:00Z",
        "declared_by_id": "per_2",
        "declared_by_name": "张三",
        "evidence_ids": ["evd_1"],
        "flags": [],
        "evidence_links": [
            {
                "evidence_id": "evd_1",
                "media_type": "image/jpeg",
                "url": "/v1/evidence/links/a",
                "small_url": "/v1/evidence/links/b",
                "large_url": "/v1/evidence/links/c",
                "expires_at": "2026-11-03T02:20:00Z",
            }
        ],
    },
    "decisions": [
        {
            "id": "dec_1",
            "stage": "first",
            "judge_id": "per_3",
            "decision": "endorse",
            "reason": "属实",
            "points_before": 5,
            "points": 5,
            "at": "2026-10-06T02:00:00Z",
            "judge_name": "王院长",
        }
    ],
}


@pytest.fixture
def branch(desk: Desk, api: Api) -> Desk:
    desk.sign_in("branch")
    api.answers["/v1/objections"] = {"data": [OBJECTION], **NO_MORE}
    api.answers["/v1/reviews/rev_1"] = CASE
    return desk


def test_the_branch_sees_who_objected_to_what_and_what_is_overdue(branch: Desk, api: Api) -> None:
    text = branch.get("/desk/objections/").text

    assert "张三" in text
    assert "参加环境卫生整治" in text
    assert "那天他没有来&lt;b&gt;" in text
    assert '<span class="badge bad">逾期</span>' in text
    assert api.requests[-1].url.params["state"] == "open"


def test_an_objection_is_shown_with_its_evidence_and_reviews(branch: Desk) -> None:
    text = branch.get("/desk/objections/obj_1").text

    assert 'src="/v1/evidence/links/b"' in text
    assert "清扫巷道" in text
    assert re.search(r"<td>王院长</td><td>初审通过</td><td>属实</td>", text)


def test_who_may_not_see_the_case_still_sees_the_objection(branch: Desk, api: Api) -> None:
    api.answers["/v1/reviews/rev_1"] = problem(404, "not_found")

    answer = branch.get("/desk/objections/obj_1")

    assert (answer.status_code, "您无权查看这件事的证据" in answer.text) == (200, True)


def test_an_objection_is_upheld_with_new_points(branch: Desk, api: Api) -> None:
    api.answers["POST /v1/objections/obj_1/ruling"] = RULED | {"outcome": "upheld"}

    answer = branch.post("/desk/objections/obj_1", outcome="upheld", points="3", reason="只到了一半")

    assert answer.headers["Location"] == "/desk/objections/"
    assert api.sent("POST", "/v1/objections/obj_1/ruling") == [
        {"outcome": "upheld", "points": 3, "reason": "只到了一半"}
    ]


def test_a_dismissal_sends_no_points(branch: Desk, api: Api) -> None:
    api.answers["POST /v1/objections/obj_1/ruling"] = RULED

    branch.post("/desk/objections/obj_1", outcome="dismissed", points="3", reason="有照片为证")

    assert api.sent("POST", "/v1/objections/obj_1/ruling") == [{"outcome": "dismissed", "reason": "有照片为证"}]


@pytest.mark.parametrize(
    "refusal",
    [
        problem(409, "already_decided", "已经处理过"),
        problem(422, "invalid_request", "请求内容不符合规则", points="不能高于原分值"),
        problem(503, "temporarily_unavailable"),
        httpx.ConnectError("refused"),
    ],
    ids=["409", "422", "503", "unreachable"],
)
def test_a_refused_ruling_keeps_what_was_typed(branch: Desk, api: Api, refusal: Any) -> None:
    api.answers["POST /v1/objections/obj_1/ruling"] = refusal

    answer = branch.post("/desk/objections/obj_1", outcome="upheld", points="9", reason="只到了一半")

    assert answer.status_code in (409, 422, 503)
    assert re.search(r'name="points"[^>]*value="9"', answer.text)
    assert "只到了一半</textarea>" in answer.text
    assert re.search(r'value="upheld" checked', answer.text)
    if answer.status_code == 422:
        assert '<small class="wrong" id="e-points">不能高于原分值</small>' in answer.text


def test_a_ruled_objection_shows_its_ruling_and_no_form(branch: Desk, api: Api) -> None:
    api.answers["/v1/objections"] = {"data": [RULED], **NO_MORE}

    text = branch.get("/desk/objections/obj_1").text

    assert "有照片为证" in text
    assert 'name="outcome"' not in text


def test_an_objection_that_is_not_there_is_not_found(branch: Desk) -> None:
    assert branch.get("/desk/objections/obj_2").status_code == 404


def test_only_the_branch_sees_objections(desk: Desk) -> None:
    desk.sign_in("committee")

    assert desk.get("/desk/objections/").status_code == 403
    assert desk.get("/desk/objections/obj_1").status_code == 403
