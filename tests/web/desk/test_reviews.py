"""The queue of first reviews: what is seen, one decision, the next one (R12)."""

from typing import Any

import pytest

from tests.web.conftest import Api, Desk, problem
from tests.web.samples import NO_MORE

LINKS: dict[str, Any] = {
    "evidence_id": "evd_1",
    "media_type": "image/jpeg",
    "url": "/v1/evidence/links/a",
    "small_url": "/v1/evidence/links/s",
    "large_url": "/v1/evidence/links/l",
    "expires_at": "2026-11-29T02:00:00Z",
}
FLAG = {"kind": "same_file", "evidence_id": "evd_1", "seen_in_claim_id": "clm_9", "seen_as_evidence_id": "evd_9"}


def review(number: int, **changes: Any) -> dict[str, Any]:
    claim = {
        "title": "参加环境卫生整治",
        "unit": "次",
        "quantity": 1,
        "place": "三排东头",
        "cause": f"清扫巷道 {number}",
        "happened_at": "2026-11-05T00:30:00Z",
        "declared_by_id": f"per_{number}",
        "evidence_ids": ["evd_1"],
        "flags": [],
        "evidence_links": [LINKS],
        "declared_by_name": "王芳",
    }
    return {
        "id": f"rev_{number}",
        "origin": "claim",
        "courtyard_id": "cty_1",
        "day": "2026-11-05",
        "item": "cleanup",
        "category": "living_environment",
        "book": "household",
        "points": 5,
        "public": True,
        "source_id": f"clm_{number}",
        "person_id": f"per_{number}",
        "household_id": "hou_1",
        "period": "2026-11",
        "stage": "first",
        "level": "head",
        "version": 1,
        "flagged": False,
        "system_made": False,
        "endorsed_by_id": None,
        "opened_at": "2026-11-05T01:00:00Z",
        "changed_at": "2026-11-05T01:00:00Z",
        "waiting_days": 3,
        "overdue": False,
        "person_name": f"王芳{number}",
        "endorsed_by_name": None,
        "claim": claim | changes,
    }


@pytest.fixture
def queue(desk: Desk, api: Api) -> Desk:
    desk.sign_in("head")
    api.answers["/v1/reviews"] = {"data": [review(number) for number in (1, 2, 3)], **NO_MORE}
    return desk


def test_the_longest_waiting_claim_is_shown_whole(queue: Desk) -> None:
    text = queue.get("/desk/reviews").text

    assert "清扫巷道 1" in text
    assert "清扫巷道 2" not in text
    assert 'src="/v1/evidence/links/s"' in text
    assert 'href="/v1/evidence/links/l"' in text
    assert "11 月 5 日 08:30" in text


def test_a_photo_stands_beside_the_one_that_it_resembles(queue: Desk, api: Api) -> None:
    api.answers["/v1/reviews"]["data"][0]["claim"]["flags"] = [FLAG]

    text = queue.get("/desk/reviews").text

    assert "以前交过的同一个文件" in text
    assert 'src="/desk/evidence/evd_9"' in text


def test_a_decision_leads_to_the_next_claim(queue: Desk, api: Api) -> None:
    api.answers["POST /v1/reviews/rev_1/decision"] = {**review(1), "stage": "final"}

    answer = queue.post(
        "/desk/reviews/rev_1",
        page="/desk/reviews",
        decision="endorse",
        reason="",
        next="rev_2",
        about="王芳1",
        version="1",
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/reviews?current=rev_2")
    assert api.sent("POST", "/v1/reviews/rev_1/decision") == [{"decision": "endorse", "reason": "", "version": 1}]
    api.answers["/v1/reviews"]["data"].pop(0)
    assert "已通过：王芳1" in queue.get("/desk/reviews?current=rev_2").text


def test_a_refusal_may_say_that_the_deed_was_made_up(queue: Desk, api: Api) -> None:
    api.answers["POST /v1/reviews/rev_1/decision"] = {**review(1), "stage": "refused"}

    queue.post("/desk/reviews/rev_1", page="/desk/reviews", decision="refuse", reason="与事实不符", false_claim="yes")

    assert api.sent("POST", "/v1/reviews/rev_1/decision")[0]["false_claim"] is True


def test_a_return_without_a_reason_stays_at_its_claim(queue: Desk, api: Api) -> None:
    api.answers["POST /v1/reviews/rev_2/decision"] = problem(422, "reason_required", "请说明理由", reason="请说明理由")

    answer = queue.post("/desk/reviews/rev_2", page="/desk/reviews?current=rev_2", decision="return", reason="")

    assert answer.status_code == 422
    assert "清扫巷道 2" in answer.text
    assert '<small class="wrong" id="e-reason">请说明理由</small>' in answer.text


def test_a_claim_that_somebody_else_decided_makes_way_for_the_next(queue: Desk, api: Api) -> None:
    api.answers["POST /v1/reviews/rev_9/decision"] = problem(409, "already_decided", "已经处理过")

    answer = queue.post("/desk/reviews/rev_9", page="/desk/reviews", decision="endorse", reason="")

    assert (answer.status_code, "已经处理过" in answer.text, "清扫巷道 1" in answer.text) == (409, True, True)


def test_an_empty_queue_says_so(queue: Desk, api: Api) -> None:
    api.answers["/v1/reviews"] = {"data": [], **NO_MORE}

    assert "没有等您初审的申报" in queue.get("/desk/reviews").text


def test_the_queue_costs_two_calls(queue: Desk, api: Api) -> None:
    api.requests.clear()

    queue.get("/desk/reviews")

    assert sorted(each.url.path for each in api.requests) == ["/v1/me", "/v1/reviews"]
