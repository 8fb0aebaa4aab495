"""Honours: programmes, lists of candidates, decisions with votes, revocation."""

from typing import Any

import httpx
import pytest

from tests.web.conftest import Api, Desk, problem
from tests.web.samples import NO_MORE

CRITERIA = {
    "least_points": 100,
    "last_rank": 10,
    "category": None,
    "from_period": None,
    "to_period": None,
    "resident_months": 12,
}
HONOUR: dict[str, Any] = {
    "id": "hon_1",
    "name": "治理之星<",
    "description": "每年评一次",
    "kind": "title",
    "subject_kind": "person",
    "criteria": CRITERIA,
    "created_at": "2026-11-03T02:00:00Z",
}
LIST: dict[str, Any] = {
    "id": "cnd_1",
    "honour_id": "hon_1",
    "day": "2026-11-05",
    "drawn_at": "2026-11-05T02:00:00Z",
    "drawn_by_id": "per_1",
    "criteria": CRITERIA,
    "count": 2,
}
CANDIDATE: dict[str, Any] = {
    "subject_id": "per_2",
    "person_id": "per_2",
    "points": 300,
    "rank": 1,
    "months": 24,
    "reason": "累计 300 分",
    "outcome": None,
    "decision_id": None,
    "person_name": "张三",
}
DECIDED = CANDIDATE | {"subject_id": "per_3", "person_id": "per_3", "person_name": "李四", "outcome": "granted"}
DECISION: dict[str, Any] = {
    "id": "hdc_1",
    "honour_id": "hon_1",
    "honour_name": "治理之星",
    "kind": "title",
    "subject_kind": "person",
    "list_id": "cnd_1",
    "subject_id": "per_3",
    "person_id": "per_3",
    "outcome": "granted",
    "reason": "群众公认",
    "until": None,
    "votes": [],
    "quorum": 1,
    "decided_at": "2026-11-05T02:00:00Z",
    "decided_by_id": "per_1",
    "revoked_at": None,
    "revoked_because": None,
    "person_name": "李四",
}
ONE, DRAWN, NEW = "/desk/honours/hon_1", "/desk/honours/hon_1/lists/cnd_1", "/desk/honours/new"
CHOICE = {"subject_id": "per_2", "outcome": "granted", "reason": "热心公益<", "until": ""}


@pytest.fixture
def group(desk: Desk, api: Api) -> Desk:
    desk.sign_in("working_group")
    drawn = LIST | {"candidates": [CANDIDATE, DECIDED]}
    api.answers |= {
        "/v1/honours": {"data": [HONOUR], **NO_MORE},
        "/v1/honours/hon_1": HONOUR,
        "/v1/honours/hon_1/candidates": {"data": [LIST], **NO_MORE},
        "/v1/honours/hon_1/candidates/cnd_1": drawn,
        "/v1/honours/hon_1/decisions": {"data": [DECISION], **NO_MORE},
        "POST /v1/honours": HONOUR,
        "POST /v1/honours/hon_1/candidates": drawn,
        "POST /v1/honours/hon_1/decisions": DECISION | {"outcome": "proposed", "quorum": 2},
        "POST /v1/honours/hon_1/decisions/hdc_1/revoke": DECISION,
    }
    return desk


def test_a_programme_is_added_with_its_criteria(group: Desk, api: Api) -> None:
    answer = group.post(NEW, name="志愿之星", kind="title", subject_kind="person", least_points="50", last_rank="")

    assert answer.headers["Location"] == ONE
    [sent] = api.sent("POST", "/v1/honours")
    assert sent["criteria"] == CRITERIA | {"least_points": 50, "last_rank": 100, "resident_months": 0}


def test_an_error_of_a_criterion_stands_beside_its_field(group: Desk, api: Api) -> None:
    api.answers["POST /v1/honours"] = problem(422, "invalid_request", **{"criteria/last_rank": "1 到 1000"})

    answer = group.post(NEW, name="志愿之星<", kind="title", subject_kind="person", last_rank="5")

    assert (answer.status_code, 'id="e-last_rank">1 到 1000' in answer.text) == (422, True)
    assert 'value="志愿之星&lt;"' in answer.text


def test_a_programme_shows_its_lists_and_decisions(group: Desk) -> None:
    text = group.get(ONE).text

    assert f'href="{DRAWN}"' in text
    assert "群众公认" in text
    assert "确认撤销" in text


def test_the_group_draws_a_list(group: Desk) -> None:
    assert group.post(f"{ONE}/draw", page=ONE).headers["Location"] == DRAWN


def test_only_who_is_not_decided_on_is_offered(group: Desk) -> None:
    text = group.get(DRAWN).text

    assert 'name="subject_id" value="per_2"' in text
    assert 'name="subject_id" value="per_3"' not in text


def test_nobody_is_offered_to_decide_on_themselves(group: Desk, api: Api) -> None:
    own = CANDIDATE | {"subject_id": "per_1", "person_id": "per_1", "person_name": "李建国"}
    api.answers["/v1/honours/hon_1/candidates/cnd_1"] = LIST | {"candidates": [own]}

    text = group.get(DRAWN).text

    assert "李建国" in text
    assert 'name="subject_id"' not in text
    assert "没有等您决定的" in text


def test_a_candidate_is_decided_on_and_the_vote_is_said(group: Desk, api: Api) -> None:
    answer = group.post(DRAWN, **CHOICE)

    assert answer.headers["Location"] == DRAWN
    expected = {"list_id": "cnd_1", "subject_id": "per_2", "outcome": "granted", "reason": "热心公益<", "until": None}
    assert api.sent("POST", "/v1/honours/hon_1/decisions") == [expected]
    assert "等其他成员同意" in group.get(DRAWN).text


REFUSALS: list[Any] = [
    (problem(403, "recused", "与您有关，请由其他成员决定"), 403),
    (problem(409, "already_decided"), 409),
    (httpx.ConnectError("refused"), 503),
]


@pytest.mark.parametrize(("refusal", "status"), REFUSALS, ids=["403", "409", "503"])
def test_a_refused_decision_keeps_what_was_typed(group: Desk, api: Api, refusal: Any, status: int) -> None:
    api.answers["POST /v1/honours/hon_1/decisions"] = refusal

    answer = group.post(DRAWN, **CHOICE)

    assert answer.status_code == status
    assert "热心公益&lt;</textarea>" in answer.text
    assert 'value="per_2" checked' in answer.text


def test_an_honour_is_revoked_with_a_reason(group: Desk, api: Api) -> None:
    answer = group.post(f"{ONE}/decisions/hdc_1/revoke", page=ONE, reason="有误")

    assert answer.headers["Location"] == ONE
    assert api.sent("POST", "/v1/honours/hon_1/decisions/hdc_1/revoke") == [{"reason": "有误"}]


def test_the_branch_reads_honours_and_decides_on_none(group: Desk) -> None:
    group.sign_in("branch")

    assert "确认撤销" not in group.get(ONE).text
    assert 'name="outcome"' not in group.get(DRAWN).text
    assert group.get(NEW).status_code == 403
    assert group.client.post(f"{ONE}/draw").status_code in (400, 403)


def test_a_head_has_no_pages_of_honours(desk: Desk) -> None:
    desk.sign_in("head")

    assert desk.get("/desk/honours/").status_code == 403
