"""Rounds of inspection: opening, shares, closing, the ranking; the checklist in a grid."""

from typing import Any

import httpx
import pytest

from tests.web.conftest import Api, Desk, problem
from tests.web.desk.reviews import COURTYARD
from tests.web.samples import NO_MORE

ROUND: dict[str, Any] = {
    "id": "ins_1",
    "period": "2026-11",
    "state": "open",
    "checklist_version": 1,
    "opened_by": "per_1",
    "opened_at": "2026-11-02T01:00:00Z",
    "closed_at": None,
}
CRITERION = {"code": "yard", "title": "院内整洁", "weight": 60, "max_mark": 10}
SHARE: dict[str, Any] = {
    "inspector_id": "per_7",
    "grid_ids": ["grd_1"],
    "rows": [],
    "courtyard_ids": [],
    "total": 2,
    "recorded": 1,
    "missing": [{"courtyard_id": "cty_1", "number": 12}],
    "inspector_name": "一网格员",
}
PROGRESS: dict[str, Any] = ROUND | {
    "criteria": [CRITERION],
    "scores": [],
    "missing": [{"courtyard_id": "cty_1", "number": 12}],
    "total": 2,
    "assignments": [SHARE],
}
PLACE: dict[str, Any] = {
    "courtyard_id": "cty_1",
    "number": 12,
    "head_name": "王*",
    "score": 96.5,
    "rank": 1,
    "points": 10,
    "listed": "red",
    "rectification": None,
}
RANKING = {name: value for name, value in ROUND.items() if name != "opened_by"} | {"community_id": "com_1"}
RANKING |= {"state": "closed", "ranking": [PLACE]}
APPOINTMENT = {
    "id": "apt_1",
    "person_id": "per_7",
    "person_name": "一网格员",
    "role": "grid_officer",
    "scope_id": "grd_1",
    "since": "2026-01-01",
    "until": None,
    "proposal_id": None,
}
CHECKLIST = {"version": 1, "criteria": [CRITERION], "adopted_by": "per_1", "adopted_at": "2026-10-01T01:00:00Z"}
LISTED, ONE, GRID = "/desk/inspections/", "/desk/inspections/ins_1", "/desk/checklist/"
LINE = {"criteria.0.code": "yard", "criteria.0.title": "院内<", "criteria.0.weight": "50", "criteria.0.max_mark": "10"}
EMPTY_LINE = {f"criteria.1.{name}": "" for name in ("code", "title", "weight", "max_mark")}


@pytest.fixture
def group(desk: Desk, api: Api) -> Desk:
    desk.sign_in("working_group")
    api.answers |= {
        "/v1/inspections": {"data": [ROUND], **NO_MORE},
        "POST /v1/inspections": ROUND,
        "/v1/inspections/ins_1": PROGRESS,
        "/v1/courtyards": {"data": [COURTYARD], **NO_MORE},
        "/v1/appointments": {"data": [APPOINTMENT], **NO_MORE},
        "PUT /v1/inspections/ins_1/assignments": PROGRESS,
        "POST /v1/inspections/ins_1/close": ROUND
        | {"state": "closed", "community_id": "com_1", "ranking": [PLACE | {"head_id": "per_8"}]},
        "/v1/inspections/ins_1/ranking": RANKING,
        "/v1/checklist": CHECKLIST,
        "PUT /v1/checklist": CHECKLIST,
    }
    return desk


def test_rounds_are_listed_and_one_is_opened(group: Desk, api: Api) -> None:
    assert "2026 年 11 月" in group.get(LISTED).text

    answer = group.post(LISTED, period="2026-11")

    assert answer.headers["Location"] == ONE
    assert api.sent("POST", "/v1/inspections") == [{"period": "2026-11"}]


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(problem(409, "already_exists", "这个月已经开始检查"), 409), (httpx.ConnectError("refused"), 503)],
    ids=["409", "503"],
)
def test_a_round_that_is_refused_keeps_its_month(group: Desk, api: Api, refusal: Any, status: int) -> None:
    api.answers["POST /v1/inspections"] = refusal

    answer = group.post(LISTED, period="2026-09")

    assert (answer.status_code, 'value="2026-09"' in answer.text) == (status, True)


def test_a_round_shows_progress_and_shares(group: Desk) -> None:
    text = group.get(ONE).text

    assert '<progress value="1" max="2">' in text
    assert '<option value="per_7" selected>一网格员</option>' in text
    assert "还有 1 个院落没检查" in text


def test_grids_are_assigned_by_inspector(group: Desk, api: Api) -> None:
    answer = group.post(f"{ONE}/assignments", page=ONE, **{"grid.grd_1": "per_7", "grid.grd_2": ""})

    assert answer.headers["Location"] == ONE
    expected = {"assignments": [{"inspector_id": "per_7", "grid_ids": ["grd_1"]}]}
    assert api.sent("PUT", "/v1/inspections/ins_1/assignments") == [expected]


def test_refused_shares_keep_what_was_chosen(group: Desk, api: Api) -> None:
    api.answers["PUT /v1/inspections/ins_1/assignments"] = problem(422, "invalid_request", "每个院落都要有人")

    answer = group.post(f"{ONE}/assignments", page=ONE, **{"grid.grd_1": ""})

    assert (answer.status_code, "每个院落都要有人" in answer.text) == (422, True)
    assert '<option value="per_7" selected>' not in answer.text


def test_a_round_is_closed_without_what_is_missing_only_if_that_is_ticked(group: Desk, api: Api) -> None:
    api.answers["POST /v1/inspections/ins_1/close"] = problem(409, "courtyards_missing", "还有院落没有检查")
    refused = group.post(f"{ONE}/close", page=ONE)

    assert (refused.status_code, "还有院落没有检查" in refused.text) == (409, True)
    assert api.sent("POST", "/v1/inspections/ins_1/close") == [{"accept_missing": False}]


def test_a_closed_round_shows_its_ranking(group: Desk, api: Api) -> None:
    answer = group.post(f"{ONE}/close", page=ONE, accept_missing="yes")
    assert answer.headers["Location"] == ONE
    api.answers["/v1/inspections/ins_1"] = PROGRESS | {"state": "closed"}

    text = group.get(ONE).text

    assert "96.5" in text
    assert "红榜" in text
    assert "确认结束" not in text


def test_the_checklist_is_adopted_from_a_grid(group: Desk, api: Api) -> None:
    assert 'value="院内整洁"' in group.get(GRID).text

    answer = group.post(GRID, **LINE, **EMPTY_LINE)

    assert answer.headers["Location"] == GRID
    expected = CRITERION | {"title": "院内<", "weight": 50}
    assert api.sent("PUT", "/v1/checklist") == [{"criteria": [expected]}]


def test_an_error_of_the_checklist_stands_in_its_cell(group: Desk, api: Api) -> None:
    api.answers["PUT /v1/checklist"] = problem(422, "invalid_request", **{"criteria/0/weight": "1 到 100"})
    third = {name.replace(".0.", ".2."): value for name, value in LINE.items()}

    answer = group.post(GRID, **EMPTY_LINE, **third)

    assert (answer.status_code, 'id="e-criteria.2.weight">1 到 100' in answer.text) == (422, True)
    assert 'value="院内&lt;"' in answer.text


def test_a_community_without_a_checklist_begins_with_empty_lines(group: Desk, api: Api) -> None:
    api.answers["/v1/checklist"] = problem(404, "not_found")

    assert group.get(GRID).text.count('.code" type="text" value=""') == 3


def test_rounds_are_organised_by_group_and_committee(desk: Desk) -> None:
    desk.sign_in("grid_officer")

    for path in (LISTED, ONE, GRID):
        assert desk.get(path).status_code == 403
