"""Rulebooks as workbooks, written and read; errors name the cell (R7)."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook

from contracts.errors import RulebookInvalid
from gateway.spreadsheets.rulebook_workbook import RulebookWorkbook, write_rulebook
from gateway.spreadsheets.xlsx import MEDIA_TYPE
from tests.gateway.conftest import Services, decoding_pool

HEADER = [
    "编码",
    "类别",
    "项目",
    "分值",
    "单位",
    "每次数量上限",
    "申报人",
    "需要证明",
    "扣分项目",
    "平台记录",
    "积分上限",
    "启用",
    "公开",
]
ITEM = {
    "code": "donation",
    "category": "charity",
    "title": "=捐赠物资",
    "score": 5,
    "unit": "次",
    "max_quantity": 1,
    "claimable_by": "resident",
    "evidence_required": True,
    "deduction": False,
    "system": False,
    "caps": [{"points": 20, "per": "month", "of": "household"}, {"times": 2, "per": "day", "of": "person"}],
    "active": True,
    "public": False,
}
RULEBOOK = {
    "id": "rbk_1",
    "version": 2,
    "title": "积分细则",
    "status": "draft",
    "effective_from": None,
    "created_by_id": "per_chen",
    "created_at": "2026-11-23T04:00:00Z",
    "adopted_by_id": None,
    "adopted_at": None,
    "items": [ITEM],
}


def sheet(*rows: list[Any], header: list[str] = HEADER) -> bytes:
    book = Workbook()
    for row in [header, *rows]:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.fixture
def written(app: Flask) -> bytes:
    """Return the rulebook as the gateway writes it."""
    with app.app_context():
        return write_rulebook(RULEBOOK)


def test_a_written_workbook_reads_back_the_same(written: bytes) -> None:
    assert RulebookWorkbook(written, decoding_pool()).items == [ITEM]


def test_a_title_is_never_a_formula(written: bytes) -> None:
    cell = load_workbook(io.BytesIO(written)).active["C2"]
    assert (cell.value, cell.data_type) == ("=捐赠物资", "s")


def test_columns_may_be_in_any_order_and_optional_ones_missing() -> None:
    read = RulebookWorkbook(
        sheet([3, "打扫", "人居环境", "cleanup", "备注"], [], header=["分值", "项目", "类别", "编码", "说明"]),
        decoding_pool(),
    )
    assert read.items == [{"score": 3, "title": "打扫", "category": "living_environment", "code": "cleanup"}]


def test_every_invalid_cell_is_named() -> None:
    rows = [
        ["a", "天气", "甲", 3],
        ["b", "其他", "乙", "许多"],
        ["c", "其他", "丙", 1.5, None, None, "大家", None, None, None, "随便"],
        [None, "其他", "丁", 1],
    ]
    with pytest.raises(RulebookInvalid) as refused:
        RulebookWorkbook(sheet(*rows), decoding_pool())
    assert [error["cell"] for error in refused.value.errors] == ["B2", "D3", "D4", "G4", "K4", "A5"]
    assert refused.value.errors[1]["pointer"] == "/items/1/score"


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", b"code,score\n", sheet(header=["编码"])],
    ids=["nothing", "half an archive", "csv", "another workbook"],
)
def test_other_content_is_refused(content: bytes) -> None:
    with pytest.raises(RulebookInvalid):
        RulebookWorkbook(content, decoding_pool())


@pytest.fixture
def upload(client: FlaskClient, sign_in: Callable[..., dict[str, str]]) -> Callable[[bytes], Any]:
    def send(content: bytes) -> Any:
        file = (io.BytesIO(content), "昌宁积分细则.xlsx")
        return client.post("/v1/rulebooks", headers=sign_in(), data={"file": file})

    return send


def test_an_uploaded_workbook_becomes_a_draft(upload: Any, services: Services, written: bytes) -> None:
    services.perform("claims", "draft_rulebook", RULEBOOK)

    assert upload(written).status_code == 201
    assert services.calls[-1].kwargs["items"] == [ITEM]
    assert services.calls[-1].kwargs["title"] == "昌宁积分细则"


def test_refusals_of_claims_name_the_cell(upload: Any, services: Services, written: bytes) -> None:
    refusal = RulebookInvalid(errors=[{"pointer": "/items/0/caps/1", "detail": "上限过低"}])
    services.perform("claims", "draft_rulebook", refusal)

    answer = upload(written)
    assert (answer.status_code, answer.json["code"]) == (422, "rulebook_invalid")
    assert answer.json["errors"] == [{"pointer": "/items/0/caps/1", "detail": "上限过低", "cell": "K2"}]


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        ("", "*/*", "application/json"),
        ("?format=xlsx", "*/*", MEDIA_TYPE),
        ("", MEDIA_TYPE, MEDIA_TYPE),
        ("?format=json", MEDIA_TYPE, "application/json"),
    ],
)
def test_a_rulebook_is_sent_in_the_requested_format(
    client: FlaskClient, sign_in: Any, services: Services, query: str, accept: str, kind: str
) -> None:
    services.answer("claims", "get_rulebook", RULEBOOK)
    answer = client.get(f"/v1/rulebooks/rbk_1{query}", headers=sign_in() | {"Accept": accept})
    assert answer.content_type == kind


@pytest.mark.parametrize("body", [None, [], {"items": []}, {"items": [{}]}, {"items": [ITEM], "more": 1}, {"items": 3}])
def test_an_invalid_json_rulebook_is_refused(client: FlaskClient, sign_in: Any, body: Any) -> None:
    assert client.post("/v1/rulebooks", headers=sign_in(), json=body).status_code == 422
