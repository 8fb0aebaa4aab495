"""Announcements at the desk: drafts, sending, withdrawing, which households know, visits."""

from typing import Any

import httpx
import pytest

from tests.web.conftest import Api, Desk, problem
from tests.web.samples import NO_MORE

DRAFT: dict[str, Any] = {
    "id": "ann_1",
    "kind": "notice",
    "title": "停水通知<",
    "text": "周六上午停水",
    "urgent": False,
    "sent_at": None,
    "corrects_id": None,
    "state": "draft",
    "courtyard_ids": ["cty_1"],
    "grid_ids": ["grd_1"],
    "roles": ["head"],
    "public": True,
    "asks_acknowledgement": False,
    "attachments": [{"evidence_id": "evd_1", "uploaded_by_id": "per_1"}],
    "attachment_links": [],
    "created_by_id": "per_1",
    "created_by_name": "陈委员",
    "created_at": "2026-11-03T02:00:00Z",
    "scheduled_for": None,
    "sent_by_id": None,
    "sent_by_name": None,
    "people": 0,
    "households": 0,
    "withdrawn_by_id": None,
    "withdrawn_by_name": None,
    "withdrawn_at": None,
    "withdrawal_reason": "",
    "version": 1,
}
SENT = DRAFT | {"id": "ann_2", "state": "sent", "sent_at": "2026-11-04T02:00:00Z", "people": 9, "households": 4}
REACH: dict[str, Any] = {
    "announcement_id": "ann_2",
    "households": 4,
    "reached": 3,
    "percent": 75,
    "target_percent": 100,
    "still_to_reach": 1,
    "proofs": [{"proof": "opened", "households": 2}, {"proof": "told", "households": 1}],
    "courtyards": [{"courtyard_id": "cty_1", "courtyard_number": 1, "households": 4, "reached": 3}],
}
MISSING = {"household_id": "hou_4", "courtyard_id": "cty_1", "courtyard_number": 1, "person_id": "per_4"}
MISSING |= {"person_name": "赵六", "proofs": []}
COURTYARD = {"id": "cty_1", "number": 1, "row": 1, "grid_id": "grd_1", "grid_name": "第一网格", "dissolved": False}
ONE, SENT_PAGE, NEW = "/desk/announcements/ann_1", "/desk/announcements/ann_2", "/desk/announcements/new"


@pytest.fixture
def committee(desk: Desk, api: Api) -> Desk:
    desk.sign_in("committee")
    api.answers |= {
        "/v1/announcements": {"data": [DRAFT, SENT], **NO_MORE},
        "/v1/announcements/ann_1": DRAFT,
        "/v1/announcements/ann_2": SENT,
        "/v1/announcements/ann_2/reach": REACH,
        "/v1/announcements/ann_2/reach/households": {"data": [MISSING], **NO_MORE},
        "/v1/courtyards": {"data": [], **NO_MORE},
        "POST /v1/announcements": DRAFT,
        "PUT /v1/announcements/ann_1": DRAFT,
        "POST /v1/announcements/ann_1/send": SENT,
        "POST /v1/announcements/ann_1/schedule": DRAFT | {"state": "scheduled"},
        "POST /v1/announcements/ann_2/withdraw": SENT | {"state": "withdrawn"},
        "POST /v1/announcements/ann_2/visits": REACH,
    }
    return desk


def test_the_list_says_what_was_sent_and_what_was_not(committee: Desk) -> None:
    text = committee.get("/desk/announcements/").text

    assert "停水通知&lt;" in text
    assert "草稿" in text
    assert "已发送" in text


def test_a_new_announcement_is_a_draft(committee: Desk, api: Api) -> None:
    answer = committee.post(NEW, title="停水通知<", kind="notice", text="周六上午停水", public="yes")

    assert (answer.status_code, answer.headers["Location"]) == (303, ONE)
    content = {"title": "停水通知<", "kind": "notice", "text": "周六上午停水", "courtyard_ids": []}
    flags = {"public": True, "urgent": False, "asks_acknowledgement": False}
    assert api.sent("POST", "/v1/announcements") == [content | flags]


def test_a_change_keeps_grids_roles_and_attachments(committee: Desk, api: Api) -> None:
    committee.post(f"{ONE}/edit", title="停水", kind="notice", text="改到周日", courtyard_ids=["cty_1"])

    [sent] = api.sent("PUT", "/v1/announcements/ann_1")
    kept = (sent["grid_ids"], sent["roles"], sent["attachment_ids"], sent["courtyard_ids"])
    assert kept == (["grd_1"], ["head"], ["evd_1"], ["cty_1"])


def test_a_draft_is_sent_or_scheduled_in_shanghai(committee: Desk, api: Api) -> None:
    assert "确认发送" in committee.get(ONE).text
    committee.post(f"{ONE}/send", page=ONE)
    committee.post(f"{ONE}/schedule", page=ONE, scheduled_for="2099-11-08T08:30")

    assert len(api.sent("POST", "/v1/announcements/ann_1/send")) == 1
    sent = {"scheduled_for": "2099-11-08T08:30:00+08:00"}
    assert api.sent("POST", "/v1/announcements/ann_1/schedule") == [sent]


def test_a_sent_one_shows_who_still_does_not_know(committee: Desk) -> None:
    text = committee.get(SENT_PAGE).text

    assert "还差 1 户" in text
    assert "75%，目标 100%" in text
    assert "赵六" in text
    assert f"{SENT_PAGE}/missing.pdf" in text


def test_a_visit_is_recorded_for_the_chosen_households(committee: Desk, api: Api) -> None:
    committee.post(f"{SENT_PAGE}/visits", page=SENT_PAGE, proof="told", household_ids=["hou_4"])

    assert api.sent("POST", "/v1/announcements/ann_2/visits") == [{"proof": "told", "household_ids": ["hou_4"]}]


def test_it_is_withdrawn_with_a_reason(committee: Desk, api: Api) -> None:
    committee.post(f"{SENT_PAGE}/withdraw", page=SENT_PAGE, reason="时间有误")

    assert api.sent("POST", "/v1/announcements/ann_2/withdraw") == [{"reason": "时间有误"}]


def test_a_refused_step_is_said_on_its_page(committee: Desk, api: Api) -> None:
    api.answers["POST /v1/announcements/ann_1/send"] = problem(409, "wrong_state", "已经发送")

    answer = committee.post(f"{ONE}/send", page=ONE)

    assert answer.status_code == httpx.codes.CONFLICT
    assert "已经发送" in answer.text
