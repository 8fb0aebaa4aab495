"""The rulebook: versions, a draft in a grid and from Excel, its cost, its adoption."""

import io
import re
from typing import Any

import httpx
import pytest

from tests.web.conftest import Api, Desk, problem
from tests.web.desk.reviews import RULEBOOK
from tests.web.samples import NO_MORE

HEAD = {name: value for name, value in RULEBOOK.items() if name != "items"}
DRAFT = RULEBOOK | {"id": "rbk_2", "version": 4, "status": "draft", "effective_from": None, "adopted_at": None}
DRAFT |= {"adopted_by_id": None}
COST: dict[str, Any] = {
    "rulebook_id": "rbk_2",
    "period": "2026-10",
    "points": 4000,
    "drafted_points": 4400,
    "difference": 400,
    "difference_fen": 4000,
    "items": [
        {
            "item": "cleanup",
            "entries": 80,
            "points": 400,
            "quantity": 80,
            "in_force": 5,
            "drafted": 10,
            "drafted_entries": 80,
            "drafted_quantity": 80,
            "drafted_points": 800,
            "newly_counted": 0,
            "item_title": "参加环境卫生整治",
        }
    ],
    "waiting": {"entries": 0, "points": 0, "drafted_points": 0},
    "unseen": [{"item": "new", "item_title": "文明养犬", "reason": "new_item", "detail": "以前没有这个项目"}],
}
BUDGET: dict[str, Any] = {
    **dict.fromkeys(("issued", "books", "outstanding", "held", "redeemed", "expired", "arrears", "pending"), 0),
    "period": "2026-10",
    "point_value_fen": 10,
    "outstanding_fen": 0,
    "months": [],
    "forecast": None,
    "draft": COST,
}
NEW = "/desk/rulebooks/new"
ROW = {
    "items.0.row": "1",
    "items.0.code": "cleanup",
    "items.0.title": "打扫<",
    "items.0.unit": "次",
    "items.0.score": "10",
    "items.0.max_quantity": "1",
    "items.0.category": "living_environment",
    "items.0.claimable_by": "both",
    "items.0.caps": "每户每月最多 20 分；每人每日最多 2 次",
    "items.0.evidence_required": "yes",
    "items.0.public": "yes",
    "items.0.active": "yes",
}


@pytest.fixture
def group(desk: Desk, api: Api) -> Desk:
    desk.sign_in("working_group")
    api.answers |= {
        "/v1/rulebooks": {"data": [HEAD], **NO_MORE},
        "/v1/rulebooks/current": RULEBOOK,
        "/v1/rulebooks/rbk_1": RULEBOOK,
        "/v1/rulebooks/rbk_2": DRAFT,
        "/v1/budget": BUDGET,
        "POST /v1/rulebooks": DRAFT,
        "POST /v1/rulebooks/rbk_2/adopt": RULEBOOK,
        "POST /v1/rulebooks/rbk_2/discard": DRAFT | {"status": "discarded"},
    }
    return desk


def test_versions_are_listed_with_their_state(group: Desk) -> None:
    text = group.get("/desk/rulebooks/").text

    assert "已采用" in text
    assert 'href="/desk/rulebooks/rbk_1"' in text


def test_a_version_shows_its_items_with_caps_in_words(group: Desk, api: Api) -> None:
    text = group.get("/desk/rulebooks/rbk_1").text

    assert "每人每日最多 1 次" in text
    assert "要花多少" not in text
    assert not [each for each in api.requests if each.url.path == "/v1/budget"]


def test_a_draft_has_its_cost_beside_it(group: Desk, api: Api) -> None:
    text = group.get("/desk/rulebooks/rbk_2?period=2026-09").text

    asked = next(each for each in api.requests if each.url.path == "/v1/budget").url.params
    assert dict(asked) == {"rulebook_id": "rbk_2", "period": "2026-09"}
    assert "+400" in text
    assert "+40.00 元" in text
    assert re.search(r"5 → 10", text)
    assert "文明养犬：以前没有这个项目" in text


def test_a_cost_that_cannot_be_computed_now_keeps_the_page(group: Desk, api: Api) -> None:
    api.answers["/v1/budget"] = httpx.ConnectError("refused")

    text = group.get("/desk/rulebooks/rbk_2").text

    assert "现在算不出要花多少" in text
    assert "确认采用" in text


def test_who_wrote_a_draft_reads_that_somebody_else_may_have_to_adopt_it(group: Desk, api: Api) -> None:
    said = "要由其他人采用"
    assert said in group.get("/desk/rulebooks/rbk_2").text

    api.answers["/v1/rulebooks/rbk_2"] = DRAFT | {"created_by_id": "per_9"}

    assert said not in group.get("/desk/rulebooks/rbk_2").text


def test_a_draft_is_adopted_from_a_day_on(group: Desk, api: Api) -> None:
    path = "/desk/rulebooks/rbk_2"
    answer = group.post(f"{path}/adopt", page=path, effective_from="2026-12-01")

    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert api.sent("POST", "/v1/rulebooks/rbk_2/adopt") == [{"effective_from": "2026-12-01"}]


def test_a_day_that_is_refused_stands_beside_its_field(group: Desk, api: Api) -> None:
    api.answers["POST /v1/rulebooks/rbk_2/adopt"] = problem(422, "invalid_request", effective_from="最早明天")

    answer = group.post("/desk/rulebooks/rbk_2/adopt", page="/desk/rulebooks/rbk_2", effective_from="2026-01-01")

    assert answer.status_code == 422
    assert 'id="e-effective_from">最早明天' in answer.text
    assert 'value="2026-01-01"' in answer.text


def test_a_draft_is_discarded(group: Desk, api: Api) -> None:
    answer = group.post("/desk/rulebooks/rbk_2/discard", page="/desk/rulebooks/rbk_2")

    assert answer.headers["Location"] == "/desk/rulebooks/"


def test_the_grid_begins_with_the_version_in_force(group: Desk) -> None:
    text = group.get(NEW).text

    assert 'name="items.0.code" type="text" value="cleanup"' in text
    assert 'value="每人每日最多 1 次"' in text
    assert text.count('.row" value="1"') == 4, "one item and three empty lines"


def test_the_grid_begins_empty_in_a_new_community(group: Desk, api: Api) -> None:
    api.answers["/v1/rulebooks/current"] = problem(422, "no_rulebook")

    assert group.get(NEW).text.count('.row" value="1"') == 3


def test_what_the_grid_holds_becomes_a_draft(group: Desk, api: Api) -> None:
    empty = {name.replace(".0.", ".1."): value for name, value in ROW.items()}
    empty |= {"items.1.code": "", "items.1.title": ""}
    dropped = {name.replace(".0.", ".2."): value for name, value in ROW.items()} | {"items.2.drop": "yes"}

    answer = group.post(NEW, title="细则", **ROW, **empty, **dropped)

    assert answer.headers["Location"] == "/desk/rulebooks/rbk_2"
    [sent] = api.sent("POST", "/v1/rulebooks")
    [item] = sent["items"]
    assert (item["code"], item["score"], item["public"], item["system"]) == ("cleanup", 10, True, False)
    assert item["caps"] == [
        {"points": 20, "per": "month", "of": "household"},
        {"times": 2, "per": "day", "of": "person"},
    ]
    assert api.sent("POST", "/v1/rulebooks") == [sent]


def test_a_draft_that_is_written_again_is_discarded(group: Desk, api: Api) -> None:
    group.post(f"{NEW}?from=rbk_2", title="细则", **ROW)

    assert "/v1/rulebooks/rbk_2/discard" in [each.url.path for each in api.requests]


def test_more_lines_keep_what_was_typed(group: Desk, api: Api) -> None:
    text = group.post(NEW, title="细则", more="yes", **ROW).text

    assert text.count('.row" value="1"') == 6
    assert 'value="打扫&lt;"' in text
    assert api.sent("POST", "/v1/rulebooks") == []


def test_errors_stand_in_the_cells_they_are_about(group: Desk, api: Api) -> None:
    errors = [
        {"pointer": "/items/0/score", "detail": "分值太大"},
        {"pointer": "/items/1/caps/0", "detail": "上限太小"},
    ]
    body = {"title": "x", "status": 422, "detail": "细则有误", "code": "rulebook_invalid", "errors": errors}
    api.answers["POST /v1/rulebooks"] = httpx.Response(422, json=body)
    dropped = {name.replace(".0.", ".1."): value for name, value in ROW.items()} | {"items.1.drop": "yes"}
    third = {name.replace(".0.", ".2."): value for name, value in ROW.items()}

    answer = group.post(NEW, title="细则", **ROW, **dropped, **third)

    assert answer.status_code == 422
    assert 'id="e-items.0.score">分值太大' in answer.text
    assert 'id="e-items.2.caps">上限太小' in answer.text, "the second of the items that were sent is on the third line"
    assert 'aria-invalid="true" aria-describedby="e-items.0.score"' in answer.text


def test_a_cap_that_nobody_understands_is_refused_in_its_cell(group: Desk, api: Api) -> None:
    answer = group.post(NEW, title="细则", **ROW | {"items.0.caps": "很多"})

    assert (answer.status_code, 'id="e-items.0.caps">应写作' in answer.text) == (422, True)
    assert 'value="很多"' in answer.text
    assert api.sent("POST", "/v1/rulebooks") == []


def test_a_workbook_becomes_a_draft(group: Desk, api: Api) -> None:
    files = {"file": (io.BytesIO(b"PK"), "细则.xlsx")}

    answer = group.post("/desk/rulebooks/upload", page="/desk/rulebooks/", files=files)

    assert answer.headers["Location"] == "/desk/rulebooks/rbk_2"


def test_every_wrong_cell_of_a_workbook_is_named(group: Desk, api: Api) -> None:
    errors = [
        {"pointer": "/items/1/score", "detail": "应为整数", "cell": "D3"},
        {"pointer": "", "detail": "缺少编码", "cell": "A5"},
    ]
    body = {"title": "x", "status": 422, "detail": "有些格不正确", "code": "rulebook_invalid", "errors": errors}
    api.answers["POST /v1/rulebooks"] = httpx.Response(422, json=body)

    files = {"file": (io.BytesIO(b"PK"), "细则.xlsx")}
    answer = group.post("/desk/rulebooks/upload", page="/desk/rulebooks/", files=files)

    assert answer.status_code == 422
    assert "D3：应为整数" in answer.text
    assert "A5：缺少编码" in answer.text


def test_without_a_file_nothing_is_uploaded(group: Desk, api: Api) -> None:
    answer = group.post("/desk/rulebooks/upload", page="/desk/rulebooks/")

    assert (answer.status_code, "请选择 Excel 文件" in answer.text) == (422, True)


def test_a_version_is_downloaded_as_a_workbook(group: Desk, api: Api) -> None:
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    api.answers["/v1/rulebooks/rbk_1"] = httpx.Response(200, content=b"PK", headers={"Content-Type": media_type})

    answer = group.get("/desk/rulebooks/rbk_1.xlsx")

    assert (answer.data, answer.mimetype) == (b"PK", media_type)


def test_the_rulebook_is_written_by_group_and_committee(desk: Desk) -> None:
    desk.sign_in("head")

    for path in ("/desk/rulebooks/", NEW, "/desk/rulebooks/rbk_1"):
        assert desk.get(path).status_code == 403
