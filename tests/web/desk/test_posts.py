"""居民说事 at the desk: suggestions with their answers, moderation, appeals."""

from typing import Any

import httpx
import pytest

from tests.web.conftest import Api, Desk, problem
from tests.web.samples import NO_MORE

LISTED: dict[str, Any] = {
    "id": "pst_1",
    "community_id": "com_1",
    "author_name": "张*",
    "author_place": "3 排",
    "kind": "suggestion",
    "title": "路灯不亮<",
    "text": "3 排路口的灯坏了一周",
    "pictures": 0,
    "shared_at": "2026-11-03T02:00:00Z",
    "stage": "received",
    "reply_due_at": "2026-11-10T02:00:00Z",
    "overdue": True,
    "comments": 2,
    "course": [{"step": "received", "at": "2026-11-04T02:00:00Z", "reason": ""}],
}
RECORD: dict[str, Any] = {
    "post_id": "pst_1",
    "comment_id": None,
    "kind": "suggestion",
    "title": "路灯不亮<",
    "text": "3 排路口的灯坏了一周",
    "evidence_ids": [],
    "author_id": "per_2",
    "author_name": "张三",
    "posted_by_id": "per_2",
    "posted_by_name": "张三",
    "created_at": "2026-11-03T02:00:00Z",
    "visibility": "visible",
    "check": "passed",
    "moderation_reason": "",
    "appeal": "none",
    "stage": "received",
    "reply_due_at": "2026-11-10T02:00:00Z",
    "overdue": True,
    "next_steps": ["considered", "adopted", "declined", "unsolved"],
    "steps": [{"step": "received", "at": "2026-11-04T02:00:00Z", "by_id": "per_1", "reason": "", "by_name": "陈委员"}],
    "version": 2,
}
COMMENT = RECORD | {
    "comment_id": "cmt_1",
    "kind": "comment",
    "title": "",
    "text": "骂人的话<",
    "stage": None,
    "visibility": "waiting",
    "check": "risky",
    "reply_due_at": None,
    "overdue": False,
    "next_steps": [],
    "steps": [],
}
APPEAL_STEP = {"step": "appealed", "at": "2026-11-05T02:00:00Z", "by_id": "per_2", "reason": "我说的是事实"}
APPEALED = COMMENT | {"visibility": "hidden", "moderation_reason": "不文明", "appeal": "open"}
APPEALED |= {"steps": [APPEAL_STEP | {"by_name": "张三"}]}
ONE, MODERATION = "/desk/posts/pst_1", "/desk/moderation/"


@pytest.fixture
def office(desk: Desk, api: Api) -> Desk:
    desk.sign_in("working_group")
    api.answers |= {
        "/v1/posts": {"data": [LISTED], **NO_MORE},
        "/v1/posts/pst_1/record": RECORD,
        "/v1/moderation": {"data": [COMMENT], **NO_MORE},
        "POST /v1/posts/pst_1/course": RECORD | {"stage": "adopted"},
        "POST /v1/posts/pst_1/moderation": COMMENT | {"visibility": "hidden"},
        "POST /v1/posts/pst_1/appeals/ruling": APPEALED | {"appeal": "upheld"},
    }
    return desk


def queries(api: Api, path: str) -> list[httpx.QueryParams]:
    return [each.url.params for each in api.requests if each.method == "GET" and each.url.path == path]


def test_suggestions_that_wait_for_an_answer_come_first_and_late_ones_are_marked(office: Desk, api: Api) -> None:
    text = office.get("/desk/suggestions/").text

    assert "路灯不亮&lt;" in text
    assert "已逾期" in text
    assert queries(api, "/v1/posts")[0]["stage"] == "open,received,considered,reopened"


def test_late_answers_are_a_list_of_their_own(office: Desk, api: Api) -> None:
    office.get("/desk/suggestions/?stage=overdue")

    asked = queries(api, "/v1/posts")[0]
    assert (asked["overdue"], "stage" in asked) == ("true", False)


def test_a_suggestion_offers_the_steps_that_may_follow(office: Desk, api: Api) -> None:
    assert 'value="adopted"' in office.get(ONE).text
    assert 'value="done"' not in office.get(ONE).text

    api.answers["/v1/posts/pst_1/record"] = RECORD | {"stage": "done", "next_steps": ["reopened"]}

    assert 'value="reopened"' in office.get(ONE).text


def test_an_answer_is_sent_with_its_reason(office: Desk, api: Api) -> None:
    answer = office.post(f"{ONE}/course", page=ONE, step="adopted", reason="下周换灯")

    assert (answer.status_code, answer.headers["Location"]) == (303, ONE)
    assert api.sent("POST", "/v1/posts/pst_1/course") == [{"step": "adopted", "reason": "下周换灯"}]


def test_an_answer_without_a_reason_keeps_the_step_and_is_said_beside_the_reason(office: Desk, api: Api) -> None:
    api.answers["POST /v1/posts/pst_1/course"] = problem(422, "reason_required", reason="必填")

    answer = office.post(f"{ONE}/course", page=ONE, step="declined", reason="")

    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert "必填" in answer.text
    assert 'value="declined" checked' in answer.text


def test_a_comment_that_waits_is_hidden_with_a_reason(office: Desk, api: Api) -> None:
    text = office.get(MODERATION).text
    assert "骂人的话&lt;" in text
    assert "自动检查有疑问" in text

    fields = {"comment_id": "cmt_1", "decision": "hide", "reason.cmt_1": "不文明"}
    answer = office.post("/desk/moderation/pst_1", page=MODERATION, **fields)

    assert answer.status_code == httpx.codes.SEE_OTHER
    sent = {"comment_id": "cmt_1", "decision": "hide", "reason": "不文明"}
    assert api.sent("POST", "/v1/posts/pst_1/moderation") == [sent]


def test_only_the_branch_rules_on_an_appeal(office: Desk, api: Api) -> None:
    api.answers["/v1/moderation"] = {"data": [APPEALED], **NO_MORE}
    assert "申诉成立，公开" not in office.get(f"{MODERATION}?queue=appealed").text

    office.sign_in("branch")
    text = office.get(f"{MODERATION}?queue=appealed").text
    assert "我说的是事实" in text
    fields = {"comment_id": "cmt_1", "decision": "upheld", "reason.cmt_1": "确是事实"}
    office.post("/desk/moderation/pst_1?queue=appealed", page=f"{MODERATION}?queue=appealed", **fields)

    sent = {"comment_id": "cmt_1", "outcome": "upheld", "reason": "确是事实"}
    assert api.sent("POST", "/v1/posts/pst_1/appeals/ruling") == [sent]


def test_a_refused_decision_keeps_its_reason(office: Desk, api: Api) -> None:
    api.answers["POST /v1/posts/pst_1/moderation"] = problem(403, "recused", "与您本人或本户有关")

    fields = {"comment_id": "cmt_1", "decision": "hide", "reason.cmt_1": "不文明"}
    answer = office.post("/desk/moderation/pst_1", page=MODERATION, **fields)

    assert "与您本人或本户有关" in answer.text
    assert "不文明</textarea>" in answer.text
