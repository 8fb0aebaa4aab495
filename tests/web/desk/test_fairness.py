"""The fairness view at the desk: figures as charts and tables, small ones left out (R41)."""

from typing import Any

import pytest

from tests.web.conftest import Api, Desk, problem

AGES = ("under_18", "18_39", "40_59", "60_69", "70_over", "unknown")
GROUP: dict[str, Any] = {"people": 10, "with_points": 4, "points": 80, "average": 8.0}
HIDDEN = dict.fromkeys(GROUP)
FAIRNESS: dict[str, Any] = {
    "first": "2025-12",
    "last": "2026-11",
    "spread": {"households": 40, "with_points": 30, "points": 300, "median": 5.5, "gini": 0.412, "top_tenth": 0.333},
    "by_age": [{"group": group, **(HIDDEN if group == "under_18" else GROUP)} for group in AGES],
    "by_tenure": [{"group": group, **GROUP} for group in ("owner", "tenant", "unknown")],
    "by_courtyard": [
        {"courtyard_id": "cty_1", "number": 1, "residents": 9, "households": 4, "with_points": 3}
        | {"points": 20, "average": 5.0},
        {"courtyard_id": "cty_2", "number": 2, "residents": None, "households": None, "with_points": None}
        | {"points": None, "average": None},
    ],
    "declaring": {
        "claims": 70,
        "by_declarer": [
            {"declarer": declarer, "claims": None if declarer == "system" else 20}
            for declarer in ("self", "household", "head", "grid_officer", "system")
        ],
        "by_age": [{"group": group, "people": 10, "claims": 40, "by_others": 10} for group in AGES],
    },
    "reviews": {
        "approved": 60,
        "refused": 5,
        "recused": 2,
        "first_hours": 30.0,
        "final_hours": None,
        "by_courtyard": [{"courtyard_id": "cty_1", "number": 1, "approved": 18, "refused": 2}],
        "by_reviewer": [
            {"person_id": "per_w", "person_name": "王五", "decided": 20, "endorsed": 15, "approved": 0}
            | {"returned": 1, "refused": 4, "hours": 0.5}
        ],
    },
    "budget": {"outstanding": 500, "outstanding_fen": 50000, "goods": 3, "goods_points": 900},
}


@pytest.fixture
def branch(desk: Desk, api: Api) -> Desk:
    desk.sign_in("branch")
    api.answers["/v1/fairness"] = FAIRNESS
    return desk


def test_every_figure_is_in_a_table_beside_its_chart(branch: Desk) -> None:
    text = branch.get("/desk/fairness/").text

    assert text.count("<svg ") == 5
    assert "10 (25%)" in text, "households without points"
    assert "0.412" in text
    assert "33%" in text
    assert "90%" in text, "approval rate of courtyard 1"
    assert "20%" in text, "refusal rate of 王五"
    assert "1 天 6 小时" in text
    assert "30 分钟" in text
    assert "500 元" in text


def test_what_is_hidden_is_a_dash_and_no_bar(branch: Desk) -> None:
    text = branch.get("/desk/fairness/").text

    assert '<th scope="row">18 岁以下</th><td class="number">—</td>' in text
    assert "<title>2 户均分" not in text
    assert "None" not in text


def test_the_months_are_chosen_in_the_address(branch: Desk, api: Api) -> None:
    branch.get("/desk/fairness/?first=2026-01&last=2026-03")

    [asked] = [each for each in api.requests if each.url.path == "/v1/fairness"]
    assert dict(asked.url.params) == {"first": "2026-01", "last": "2026-03"}


def test_months_that_the_platform_refuses_are_named(branch: Desk, api: Api) -> None:
    api.answers["/v1/fairness"] = problem(422, "invalid", first="最多 24 个月")

    answer = branch.get("/desk/fairness/?first=2020-01")

    assert answer.status_code == 302
    assert "最多 24 个月" in branch.get("/desk/objections/").text


def test_a_young_community_has_tables_without_bars(branch: Desk, api: Api) -> None:
    nothing = {"households": 3, **dict.fromkeys(("with_points", "points", "median", "gini", "top_tenth"))}
    groups = [{"group": group, **HIDDEN} for group in AGES]
    reviews = dict.fromkeys(("approved", "refused", "recused"), 0) | {"first_hours": None, "final_hours": None}
    api.answers["/v1/fairness"] = FAIRNESS | {
        "spread": nothing,
        "by_age": groups,
        "by_courtyard": [],
        "declaring": {"claims": 0, "by_declarer": [], "by_age": []},
        "reviews": reviews | {"by_courtyard": [], "by_reviewer": []},
        "budget": dict.fromkeys(("outstanding", "outstanding_fen", "goods", "goods_points"), 0),
    }

    text = branch.get("/desk/fairness/").text

    assert "<svg " not in text
    assert "还没有院落" in text


def test_heads_see_no_fairness_view(desk: Desk) -> None:
    desk.sign_in("head")

    assert desk.get("/desk/fairness/").status_code == 403
