"""The budget: figures, charts with their tables, courtyards side by side."""

from typing import Any

import pytest

from tests.web.conftest import Api, Desk, problem
from tests.web.samples import NO_MORE

BALANCES: dict[str, Any] = {
    "issued": 12_000,
    "books": 80,
    "outstanding": 9_500,
    "held": 50,
    "redeemed": 2_400,
    "expired": 50,
    "arrears": 0,
}
BUDGET = BALANCES | {
    "period": "2026-11",
    "point_value_fen": 100,
    "outstanding_fen": 950_000,
    "pending": 300,
    "months": [{"period": "2026-10", "issued": 1_000, "redeemed": 250, "expired": 0, "net": 750}],
    "forecast": {
        "basis": ["2026-10"],
        "net_issue": 750,
        "months": [{"period": "2026-12", "outstanding": 10_250, "outstanding_fen": 1_025_000}],
    },
    "draft": None,
}
COURTYARDS = [
    {
        "courtyard_id": f"cty_{number}",
        "number": number,
        "head_id": None,
        "households": 4,
        "entries": 3,
        "points": points,
        "average": points / 4 if points else None,
        "head_points": 0,
        "head_name": "王院长" if points else None,
    }
    for number, points in ((1, 20), (2, 90), (3, 0))
]
LEDGER = {"period": "2026-10", "pending": 0, "households": 12, "entries": 6, "points": 110, "head_points": 0}
LEDGER |= {"balances": BALANCES, "courtyards": COURTYARDS, "data": [], **NO_MORE}


@pytest.fixture
def committee(desk: Desk, api: Api) -> Desk:
    desk.sign_in("committee")
    api.answers |= {"/v1/budget": BUDGET, "/v1/ledgers/community": LEDGER}
    return desk


def test_outstanding_points_are_shown_with_their_cost(committee: Desk) -> None:
    text = committee.get("/desk/budget/").text

    assert "<dt>未使用的积分</dt><dd>9,500</dd>" in text
    assert "<dt>折合</dt><dd>9,500 元</dd>" in text


def test_every_chart_has_a_name_and_its_figures_in_a_table(committee: Desk) -> None:
    text = committee.get("/desk/budget/").text

    for title in ("每月发放、使用和过期的积分", "以后各月末未使用的积分", "各院落户均得分，从高到低"):
        assert f'role="img" aria-label="{title}"' in text
        assert f'<caption class="unseen">{title}</caption>' in text
    assert "<title>2026-10 使用 250</title>" in text
    assert '<td class="number">10,250</td><td class="number">10,250 元</td>' in text


def test_courtyards_stand_in_the_order_of_their_averages(committee: Desk) -> None:
    text = committee.get("/desk/budget/").text

    places = [text.index(f'<th scope="row" class="number">{number}</th>') for number in (2, 1, 3)]
    assert places == sorted(places)
    assert "22.5" in text


def test_a_community_without_a_whole_month_has_no_forecast(committee: Desk, api: Api) -> None:
    api.answers["/v1/budget"] = BUDGET | {"months": [], "forecast": None}
    api.answers["/v1/ledgers/community"] = LEDGER | {"courtyards": []}

    text = committee.get("/desk/budget/").text

    assert "满一个整月后才能推算" in text
    assert "<svg" not in text


def test_a_budget_that_cannot_be_read_is_an_error_page(committee: Desk, api: Api) -> None:
    api.answers["/v1/budget"] = problem(503, "temporarily_unavailable", "稍后再试")

    assert committee.get("/desk/budget/").status_code == 503


def test_heads_see_no_budget(desk: Desk) -> None:
    desk.sign_in("head")

    assert desk.get("/desk/budget/").status_code == 403
