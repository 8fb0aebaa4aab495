"""Daily records as JSON pages with names, and as one Excel file (R9)."""

import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from contracts.errors import NotFound
from tests.gateway.conftest import Services

ROWS = 1_201


def row(number: int) -> dict[str, Any]:
    return {
        "id": f"clm_{number}",
        "status": "refused" if number == 0 else "submitted",
        "person_id": "per_li",
        "household_id": "hou_li",
        "courtyard_id": "cty_12",
        "courtyard_number": 12,
        "book": "household",
        "declared_by_id": "per_wang",
        "item": "visit",
        "title": "照看孤寡老人",
        "category": "charity",
        "unit": "次",
        "quantity": 1,
        "points": 5,
        "awarded_points": None,
        "day": "2026-11-03",
        "happened_at": "2026-11-02T23:30:00Z",
        "place": "3 排",
        "cause": "=1+1",
        "evidence_ids": [],
        "system_made": False,
        "rulebook_id": "rbk_1",
        "rulebook_version": 1,
        "entry_id": None,
        "period": None,
        "submitted_at": "2026-11-03T01:00:00Z",
        "changed_at": "2026-11-03T01:00:00Z",
    }


def records(limit: int = 20, cursor: str | None = None, **_: Any) -> dict[str, Any]:
    start = int(cursor or 0)
    end = min(start + limit, ROWS)
    return {"data": [row(number) for number in range(start, end)], "next_cursor": str(end) if end < ROWS else None}


@pytest.fixture(autouse=True)
def claims(services: Services) -> None:
    services.answer("claims", "list_records", records)
    services.answer("registry", "names", {"per_li": "李芳", "per_wang": "王院长"})


def test_a_page_has_the_names_of_claimant_and_declarer(client: FlaskClient, sign_in: Any) -> None:
    answer = client.get("/v1/records/courtyards/cty_12?day=2026-11-03&limit=2", headers=sign_in()).get_json()
    assert [(each["person_name"], each["declared_by_name"]) for each in answer["data"]] == [("李芳", "王院长")] * 2
    assert answer["has_more"]
    further = client.get(
        "/v1/records/courtyards/cty_12",
        query_string={"day": "2026-11-03", "cursor": answer["next_cursor"]},
        headers=sign_in(),
    )
    assert further.get_json()["data"][0]["id"] == "clm_2"


@pytest.mark.parametrize("path", ["/v1/records/community", "/v1/records/courtyards/cty_12"])
def test_a_sheet_contains_all_records(client: FlaskClient, sign_in: Any, services: Services, path: str) -> None:
    answer = client.get(f"{path}?period=2026-11&format=xlsx&limit=1", headers=sign_in())
    head, *rows = load_workbook(BytesIO(answer.data)).active.values
    assert len(rows) == ROWS
    first = dict(zip(head, rows[0], strict=True))
    assert (first["时间"], first["院落"], first["姓名"], first["状态"], first["事由"]) == (
        "07:30",
        12,
        "李芳",
        "未通过",
        "=1+1",
    )
    assert [call.kwargs["limit"] for call in services.calls if call.method == "list_records"] == [500, 500, 500]


@pytest.mark.parametrize("read", [0, 500])
def test_a_failed_sheet_leaves_no_temporary_file(
    client: FlaskClient, sign_in: Any, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: int
) -> None:
    def refused(limit: int, cursor: str | None = None, **_: Any) -> dict[str, Any]:
        if int(cursor or 0) < read:
            return records(limit, cursor)
        raise NotFound

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    services.answer("claims", "list_records", refused)
    answer = client.get("/v1/records/community?period=2026-11&format=xlsx", headers=sign_in())
    assert (answer.status_code, list(tmp_path.iterdir())) == (404, [])


def test_a_day_together_with_a_month_is_refused(client: FlaskClient, sign_in: Any) -> None:
    answer = client.get("/v1/records/community?day=2026-11-03&period=2026-11", headers=sign_in())
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid_request")
