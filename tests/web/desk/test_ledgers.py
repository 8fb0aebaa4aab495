"""Ledgers at the desk, and their download as Excel (R9)."""

from typing import Any

import httpx
import pytest

from tests.web.conftest import Api, Desk
from tests.web.desk.test_budget import LEDGER
from tests.web.samples import NO_MORE

RECORD: dict[str, Any] = {
    "id": "tra_1",
    "account_id": "hou_1",
    "kind": "credit",
    "points": 5,
    "period": "2026-10",
    "day": "2026-10-05",
    "category": "charity",
    "item": "visit",
    "item_title": "照看孤寡老人",
    "person_id": "per_2",
    "person_name": "王芳",
    "household_id": "hou_1",
    "courtyard_id": "cty_1",
    "merchant_id": None,
    "origin": "claim",
    "origin_id": "clm_1",
    "source_id": "ent_1",
    "reverses_id": None,
    "posted_at": "2026-11-09T01:00:00Z",
}
COURTYARD: dict[str, Any] = {
    "period": "2026-10",
    "pending": 3,
    "courtyard_id": "cty_1",
    "number": 12,
    "head_id": "per_1",
    "head_name": "李建国",
    "households": 4,
    "entries": 1,
    "points": 5,
    "average": 1.25,
    "head_points": 0,
    "days": [{"day": "2026-10-05", "entries": 1, "points": 5}],
    "data": [RECORD],
    **NO_MORE,
}
PLACE = {"grid_name": "一网格", "row": 3, "name": None, "dissolved_on": None, "head_id": None, "head_name": None}


def test_the_committee_reads_the_communitys_month_and_goes_to_a_courtyard(desk: Desk, api: Api) -> None:
    desk.sign_in("committee")
    api.answers["/v1/ledgers/community"] = LEDGER | {"data": [RECORD]}

    text = desk.get("/desk/ledgers/?period=2026-10").text

    assert "照看孤寡老人" in text
    assert "/desk/ledgers/cty_2?period=2026-10" in text
    assert dict(api.requests[-1].url.params)["period"] == "2026-10"


def test_a_head_chooses_among_their_own_courtyards(desk: Desk, api: Api) -> None:
    desk.sign_in("head")
    places = [PLACE | {"id": f"cty_{n}", "number": 11 + n, "grid_id": "grd_9", "households": 4} for n in (1, 2)]
    api.answers["/v1/courtyards"] = {"data": places, **NO_MORE}
    api.answers["/v1/ledgers/courtyards/cty_1"] = COURTYARD

    text = desk.get("/desk/ledgers/").text

    assert "/desk/ledgers/cty_1" in text
    assert "/desk/ledgers/cty_2" not in text
    assert "王芳" in desk.get("/desk/ledgers/cty_1").text


@pytest.mark.parametrize(
    ("page", "path"),
    [("community.xlsx", "/v1/ledgers/community"), ("cty_1.xlsx", "/v1/ledgers/courtyards/cty_1")],
)
def test_a_ledger_is_downloaded_as_a_workbook(desk: Desk, api: Api, page: str, path: str) -> None:
    desk.sign_in("branch")
    name = 'attachment; filename="2026-10.xlsx"'
    api.answers[path] = httpx.Response(200, content=b"PK", headers={"Content-Disposition": name})

    answer = desk.get(f"/desk/ledgers/{page}?period=2026-10")

    assert (answer.data, answer.headers["Content-Disposition"]) == (b"PK", name)
    assert dict(api.requests[-1].url.params) == {"period": "2026-10", "format": "xlsx"}


def test_operators_of_merchants_see_no_ledger(desk: Desk) -> None:
    desk.sign_in("merchant_operator")

    assert desk.get("/desk/ledgers/").status_code == 403
