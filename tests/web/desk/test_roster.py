"""Importing a roster: wrong cells in their places, importing at once and in the background."""

import io
import re
from typing import Any

import httpx
import pytest

from tests.web.conftest import CONTRACT, Api, Desk, _validate, problem

PAGE = "/desk/roster/"
COUNTS: dict[str, Any] = {"lines": 2, "grids": 1, "courtyards": 1, "households": 2, "residents": 2, "heads": 1}
GOOD = COUNTS | {"errors": [], "notes": [], "columns": ["姓名", "手机号"], "flawed_lines": []}
BAD = GOOD | {
    "errors": [{"row": 3, "column": "手机号", "cell": "B3", "detail": "应为 11 位手机号"}],
    "flawed_lines": [{"row": 3, "cells": ["李<四>", "1380"]}],
    "notes": [{"row": 2, "column": "姓名", "cell": "A2", "detail": "已有此人"}],
}
LONG: dict[str, Any] = {
    "id": "ros_1",
    "state": "checking",
    "dry_run": False,
    "lines": 5000,
    "lines_done": 1200,
    "handed_in_at": "2026-11-03T02:00:00Z",
    "ended_at": None,
    "detail": None,
    "report": None,
}


@pytest.fixture
def committee(desk: Desk) -> Desk:
    desk.sign_in("committee")
    return desk


def report(body: dict[str, Any]) -> httpx.Response:
    """Return an answer of 200, which the contract has beside 202."""
    _validate(CONTRACT["paths"]["/v1/rosters"]["post"]["responses"]["200"], body)
    return httpx.Response(200, json=body)


def send(desk: Desk, step: str, **headers: str) -> Any:
    shown = desk.get(PAGE).text
    hidden = {name: desk._hidden(shown, name) for name in ("csrf_token", "_key")}
    file = (io.BytesIO("姓名,手机号\n张三,13800000001\n".encode()), "花名册.csv")
    return desk.client.post(PAGE, data={**hidden, "step": step, "file": file}, headers=headers)


def test_a_wrong_cell_is_shown_in_its_line_with_what_was_expected(committee: Desk, api: Api) -> None:
    api.answers["POST /v1/rosters"] = report(BAD)

    text = send(committee, "check").text

    assert "有 1 处要改" in text
    row = re.search(r'<th scope="row" class="number">3</th>(.*?)</tr>', text)
    assert row is not None
    assert "<td><span>李&lt;四&gt;</span></td>" in row[1]
    assert '<td class="wrong-cell"><span>1380</span><strong>应为 11 位手机号</strong></td>' in row[1]
    assert "<td>A2</td><td>姓名</td><td>已有此人</td>" in text
    assert api.requests[-1].url.params["dry_run"] == "true"


def test_a_good_file_says_what_it_would_add(committee: Desk, api: Api) -> None:
    api.answers["POST /v1/rosters"] = report(GOOD)

    text = send(committee, "check").text

    assert "检查通过" in text
    assert "<dt>新增居民</dt><dd>2</dd>" in text


def test_a_good_file_is_imported(committee: Desk, api: Api) -> None:
    api.answers["POST /v1/rosters"] = report(GOOD)

    answer = send(committee, "import")

    assert answer.headers["Location"] == PAGE
    assert "dry_run" not in api.requests[-1].url.params
    assert "已导入 2 人、2 户" in committee.get(PAGE).text


def test_an_import_that_is_refused_for_its_cells_shows_them(committee: Desk, api: Api) -> None:
    api.answers["POST /v1/rosters"] = [problem(422, "roster_invalid", "花名册有错误"), report(BAD)]

    answer = send(committee, "import")

    assert (answer.status_code, "应为 11 位手机号" in answer.text) == (422, True)


@pytest.mark.parametrize(
    "refusal",
    [problem(409, "wrong_state", "别处正在导入"), problem(503, "temporarily_unavailable", "稍后再试")],
    ids=["409", "503"],
)
def test_an_import_that_fails_says_why(committee: Desk, api: Api, refusal: httpx.Response) -> None:
    api.answers["POST /v1/rosters"] = refusal

    answer = send(committee, "import")

    assert answer.status_code == refusal.status_code
    assert refusal.json()["detail"] in answer.text


def test_a_file_has_to_be_chosen(committee: Desk, api: Api) -> None:
    answer = committee.post(PAGE, step="check")

    assert answer.status_code == 422
    assert '<small class="wrong" id="e-file">请选择花名册文件</small>' in answer.text


@pytest.mark.parametrize("is_part", [True, False], ids=["htmx", "page"])
def test_a_long_roster_leads_to_its_progress(committee: Desk, api: Api, is_part: bool) -> None:
    api.answers["POST /v1/rosters"] = httpx.Response(202, json=LONG)

    answer = send(committee, "import", **({"HX-Request": "true"} if is_part else {}))

    assert answer.headers["HX-Redirect" if is_part else "Location"] == "/desk/roster/ros_1"


def test_progress_renews_itself_until_the_end(committee: Desk, api: Api) -> None:
    api.answers["/v1/rosters/ros_1"] = LONG
    running = committee.get("/desk/roster/ros_1").text
    api.answers["/v1/rosters/ros_1"] = LONG | {"state": "done", "report": COUNTS | {"errors": [], "notes": []}}
    done = committee.get("/desk/roster/ros_1").text

    assert '<progress value="1200" max="5000">' in running
    assert 'hx-trigger="every 2s"' in running
    assert "导入完成" in done
    assert "hx-trigger" not in done


def test_a_long_roster_that_was_refused_shows_the_wrong_cells(committee: Desk, api: Api) -> None:
    errors = {name: BAD[name] for name in ("errors", "notes")}
    api.answers["/v1/rosters/ros_1"] = LONG | {"state": "refused", "report": COUNTS | errors}

    text = committee.get("/desk/roster/ros_1").text

    assert '<td class="wrong-cell"><strong>应为 11 位手机号</strong></td>' in text


def test_a_long_roster_that_failed_says_so(committee: Desk, api: Api) -> None:
    api.answers["/v1/rosters/ros_1"] = LONG | {"state": "failed", "detail": "存储不可用"}

    assert "存储不可用" in committee.get("/desk/roster/ros_1").text


def test_only_the_committee_imports(desk: Desk) -> None:
    desk.sign_in("grid_officer")

    assert desk.get(PAGE).status_code == 403
    assert desk.get("/desk/roster/template.xlsx").status_code == 403
