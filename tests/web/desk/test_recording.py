"""Rounds of inspection at the desk: recording as an inspector, results as a head (R18, R19)."""

import io
from typing import Any

import pytest

from tests.web.conftest import Api, Desk, problem
from tests.web.desk.test_people import COURTYARDS, EVIDENCE
from tests.web.desk.test_reviews import LINKS
from tests.web.samples import NO_MORE

ROUND = {
    "id": "ins_1",
    "period": "2026-11",
    "state": "open",
    "checklist_version": 1,
    "opened_by": "per_9",
    "opened_at": "2026-11-02T01:00:00Z",
    "closed_at": None,
}
CRITERIA = [{"code": "yard", "title": "院内整洁", "weight": 60, "max_mark": 10}]
SCORE: dict[str, Any] = {
    "courtyard_id": "cty_2",
    "version": 3,
    "marks": {"yard": 8},
    "score": 80.0,
    "evidence_ids": ["evd_7"],
    "evidence_links": [LINKS],
    "note": "门前有杂物",
    "inspector_id": "per_1",
    "recorded_at": "2026-11-03T01:00:00Z",
    "inspector_name": "李建国",
}
SHARE = {
    "inspector_id": "per_1",
    "grid_ids": [],
    "rows": [],
    "courtyard_ids": ["cty_1"],
    "total": 1,
    "recorded": 0,
    "missing": [{"courtyard_id": "cty_1", "number": 12}],
    "inspector_name": "李建国",
}
PROGRESS = ROUND | {
    "criteria": CRITERIA,
    "scores": [SCORE],
    "missing": [{"courtyard_id": "cty_1", "number": 12}, {"courtyard_id": "cty_3", "number": 14}],
    "total": 3,
    "assignments": [SHARE],
}
VISIT: dict[str, Any] = {
    "inspection_id": "ins_1",
    "period": "2026-10",
    "closed_at": "2026-10-09T01:00:00Z",
    "score": 80.0,
    "rank": 3,
    "ranked": 90,
    "points": 5,
    "listed": "red",
    "score_change": 2.0,
    "rank_change": -2,
    "rectification": {"due": "2026-10-20", "state": "ordered", "overdue": False, "score": None},
}
ADDRESS = "/desk/recording/ins_1/cty_2"
PUT = "PUT /v1/inspections/ins_1/courtyards/cty_2"


@pytest.fixture
def inspector(desk: Desk, api: Api) -> Desk:
    desk.sign_in("grid_officer")
    api.answers |= {
        "/v1/inspections": {"data": [ROUND], **NO_MORE},
        "/v1/inspections/ins_1": PROGRESS,
        "/v1/courtyards": {"data": COURTYARDS, **NO_MORE},
        "/v1/courtyards/cty_2": COURTYARDS[1],
        PUT: {name: SCORE[name] for name in SCORE if name not in ("inspector_name", "evidence_links")},
    }
    return desk


def test_the_callers_share_of_a_round_comes_first(inspector: Desk) -> None:
    text = inspector.get("/desk/recording").text

    assert text.index("分给您的") < text.index("12 号院") < text.index("14 号院") < text.index("13 号院")
    assert text.count("12 号院") == 1


def test_a_courtyard_is_recorded_over_what_was_there(inspector: Desk, api: Api) -> None:
    api.answers["POST /v1/evidence"] = EVIDENCE

    answer = inspector.post(
        ADDRESS,
        version="4",
        note="已清走",
        evidence_ids=["evd_7"],
        files={"mark.yard": "9", "files": (io.BytesIO(b"jpeg"), "a.jpg")},
    )

    assert answer.status_code == 303
    (sent,) = api.sent("PUT", "/v1/inspections/ins_1/courtyards/cty_2")
    assert sent == {"version": 4, "marks": {"yard": 9}, "evidence_ids": ["evd_7", "evd_1"], "note": "已清走"}


def test_a_record_that_is_newer_elsewhere_keeps_what_was_typed(inspector: Desk, api: Api) -> None:
    api.answers[PUT] = problem(409, "stale_version", "该院落已有更新的记录")

    answer = inspector.post(ADDRESS, version="2", note="我写的", files={"mark.yard": "9"})

    assert answer.status_code == 409
    assert "我写的</textarea>" in answer.text
    assert 'name="version" value="4"' in answer.text


def test_a_wrong_mark_is_said_beside_it(inspector: Desk, api: Api) -> None:
    api.answers[PUT] = problem(422, "invalid_request", **{"marks/yard": "最多 10 分"})

    assert (
        '<small class="wrong" id="e-mark.yard">最多 10 分'
        in inspector.post(ADDRESS, version="4", files={"mark.yard": "90"}).text
    )


def test_a_head_sees_the_results_of_their_courtyard(desk: Desk, api: Api) -> None:
    desk.sign_in("head")
    api.answers["/v1/courtyards/cty_1/inspections"] = {"data": [VISIT], **NO_MORE}

    text = desk.get("/desk/results").text

    assert "第 3，共 90" in text
    assert "降 2 名" in text
    assert "红榜" in text
    assert "整改中" in text


def test_a_head_sees_marks_photos_and_what_is_to_be_corrected(desk: Desk, api: Api) -> None:
    desk.sign_in("head")
    ordered = {
        "id": "rec_1",
        "inspection_id": "ins_1",
        "courtyard_id": "cty_1",
        "reason": "清走杂物",
        "due": "2026-10-20",
        "state": "ordered",
        "overdue": False,
        "ordered_by_id": "per_9",
        "ordered_at": "2026-10-10T01:00:00Z",
        "reinspection": None,
    }
    record = {"inspection": ROUND, "criteria": CRITERIA, "score": SCORE, "rectification": ordered}
    api.answers["/v1/inspections/ins_1/courtyards/cty_1"] = record

    text = desk.get("/desk/results/ins_1/cty_1").text

    assert "整改要求：清走杂物，10 月 20 日前完成。" in text
    assert 'src="/v1/evidence/links/s"' in text
