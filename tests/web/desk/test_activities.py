"""Activities at the desk: the list, a new one, a change, publishing, cancelling, who signed up."""

from typing import Any

import httpx
import pytest

from tests.web.conftest import Api, Desk, problem
from tests.web.desk.reviews import RULEBOOK
from tests.web.samples import NO_MORE

ACTIVITY: dict[str, Any] = {
    "id": "atv_1",
    "community_id": "com_1",
    "title": "清理河道<",
    "kind": "volunteering",
    "description": "带手套",
    "place": "小河边",
    "starts_at": "2099-11-08T00:30:00Z",
    "ends_at": "2099-11-08T02:30:00Z",
    "closes_at": "2099-11-07T00:30:00Z",
    "offers_end_at": "2099-11-08T00:30:00Z",
    "places": 20,
    "taken": 20,
    "waiting": 3,
    "entered": 0,
    "most_party": 2,
    "allocation": "first_come",
    "offer_hours": 24,
    "phase": "open",
    "cancel_reason": "",
    "item": "voluntary_labour",
    "version": 2,
    "host_ids": ["per_9"],
    "host_names": ["李建国"],
    "created_by_id": "per_1",
    "created_by_name": "陈委员",
    "created_at": "2026-11-03T02:00:00Z",
    "own_signups": [],
}
DRAFT = ACTIVITY | {"id": "atv_2", "title": "未定", "phase": "draft", "taken": 0, "waiting": 0}
SIGN_UP: dict[str, Any] = {
    "id": "sup_1",
    "activity_id": "atv_1",
    "entry": "ent_1",
    "household_id": "hou_1",
    "person_ids": ["per_2"],
    "state": "waiting",
    "number": 21,
    "position": 1,
    "explanation": "第 1 位，因为 20 个名额已满",
    "offered_until": None,
    "signed_up_by_id": "per_9",
    "signed_up_at": "2026-11-04T02:00:00Z",
    "changed_at": "2026-11-04T02:00:00Z",
    "person_names": ["张三"],
    "signed_up_by_name": "李建国",
}
ONE, NEW = "/desk/activities/atv_1", "/desk/activities/new"
TYPED = {
    "title": "清理河道<",
    "kind": "volunteering",
    "place": "小河边",
    "starts_at": "2099-11-08T08:30",
    "ends_at": "2099-11-08T10:30",
    "places": "20",
    "most_party": "2",
    "offer_hours": "24",
    "allocation": "first_come",
    "description": "带手套",
}
SENT = {
    "title": "清理河道<",
    "kind": "volunteering",
    "place": "小河边",
    "description": "带手套",
    "allocation": "first_come",
    "places": 20,
    "most_party": 2,
    "offer_hours": 24,
    "starts_at": "2099-11-08T08:30:00+08:00",
    "ends_at": "2099-11-08T10:30:00+08:00",
}


@pytest.fixture
def group(desk: Desk, api: Api) -> Desk:
    desk.sign_in("working_group")
    for activity in (ACTIVITY, DRAFT):
        path = f"/v1/activities/{activity['id']}"
        api.answers |= {path: activity, f"{path}/signups": {"data": [SIGN_UP], **NO_MORE}, f"PUT {path}": activity}
        api.answers |= {f"POST {path}/publish": activity, f"POST {path}/cancel": activity}
    api.answers |= {
        "/v1/activities": {"data": [ACTIVITY, DRAFT], **NO_MORE},
        "POST /v1/activities": DRAFT,
        "/v1/rulebooks/current": RULEBOOK,
    }
    return desk


def test_the_list_says_how_full_each_activity_is(group: Desk) -> None:
    text = group.get("/desk/activities/").text

    assert "清理河道&lt;" in text
    assert "正在报名" in text
    assert "2099 年 11 月 8 日 08:30" in text


def test_a_phase_is_asked_of_the_platform(group: Desk, api: Api) -> None:
    group.get("/desk/activities/?phase=draft")

    assert [each.url.params["phase"] for each in api.requests if each.url.path == "/v1/activities"] == ["draft"]


def test_a_new_activity_is_a_draft_with_its_times_in_shanghai(group: Desk, api: Api) -> None:
    answer = group.post(NEW, **TYPED)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/activities/atv_2")
    assert api.sent("POST", "/v1/activities") == [SENT]


def test_what_the_platform_refuses_is_said_beside_its_field(group: Desk, api: Api) -> None:
    api.answers["POST /v1/activities"] = problem(422, "validation_failed", ends_at="应晚于开始时间")

    answer = group.post(NEW, **TYPED)

    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert "应晚于开始时间" in answer.text
    assert 'value="小河边"' in answer.text


def test_a_change_begins_with_what_was_decided_and_keeps_hosts_and_item(group: Desk, api: Api) -> None:
    text = group.get(f"{ONE}/edit").text
    assert 'value="2099-11-08T08:30"' in text

    group.post(f"{ONE}/edit", **TYPED, closes_at="2099-11-07T08:30", item="voluntary_labour")

    [sent] = api.sent("PUT", "/v1/activities/atv_1")
    assert (sent["host_ids"], sent["item"], sent["closes_at"]) == (
        ["per_9"],
        "voluntary_labour",
        "2099-11-07T08:30:00+08:00",
    )


def test_who_waits_is_shown_with_the_reason(group: Desk) -> None:
    text = group.get(ONE).text

    assert "第 1 位，因为 20 个名额已满" in text
    assert "由 李建国 代办" in text


def test_only_a_draft_can_be_published(group: Desk, api: Api) -> None:
    assert "确认发布" not in group.get(ONE).text
    assert "确认发布" in group.get("/desk/activities/atv_2").text

    answer = group.post("/desk/activities/atv_2/publish", page="/desk/activities/atv_2")

    assert answer.headers["Location"] == "/desk/activities/atv_2"


def test_a_cancellation_has_its_reason(group: Desk, api: Api) -> None:
    group.post(f"{ONE}/cancel", page=ONE, reason="下雨<")

    assert api.sent("POST", "/v1/activities/atv_1/cancel") == [{"reason": "下雨<"}]


def test_one_that_began_can_neither_be_changed_nor_cancelled(group: Desk, api: Api) -> None:
    api.answers["/v1/activities/atv_1"] = ACTIVITY | {"phase": "running"}

    text = group.get(ONE).text

    assert "确认取消" not in text
    assert f"{ONE}/edit" not in text
