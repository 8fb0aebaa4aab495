"""The fairness view: which months it covers, and what the gateway adds (R41)."""

from typing import Any

import pytest

SPREAD = {"households": 6, "with_points": 2, "points": 30, "median": 0.0, "gini": 0.7, "top_tenth": 0.6}
REVIEWER = {"person_id": "per_wang", "decided": 5, "endorsed": 3, "approved": 0, "returned": 0, "refused": 2}
REVIEWS = {"approved": 3, "refused": 2, "recused": 0, "first_hours": 1.5, "final_hours": None, "by_courtyard": []}


@pytest.fixture
def asked(services) -> list[Any]:
    """The months that the services were asked for."""
    months: list[Any] = []

    def points(first, last, **_):
        months.append((first, last))
        return {"first": first, "last": last, "spread": SPREAD, "by_age": [], "by_tenure": [], "by_courtyard": []}

    services.answer("registry", "age_groups", {"per_li": "70_over"})
    services.answer("registry", "names", {"per_wang": "王五"})
    services.answer("aggregation", "get_points_fairness", points)
    services.answer("aggregation", "get_budget", {"outstanding": 500, "outstanding_fen": 50000})
    services.answer("claims", "get_declaring_fairness", {"claims": 0, "by_declarer": [], "by_age": []})
    services.answer("review", "get_review_fairness", REVIEWS | {"by_reviewer": [REVIEWER | {"hours": 1.5}]})
    goods = {"data": [{"left": 10, "points": 50}, {"left": 3, "points": 5}], "next_cursor": None}
    services.answer("exchange", "list_rewards", goods)
    return months


def test_the_view_has_names_of_reviewers_and_what_the_goods_on_offer_cost(client, asked, sign_in):
    shown = client.get("/v1/fairness?first=2026-09&last=2026-11", headers=sign_in()).json

    assert asked == [("2026-09", "2026-11")]
    assert shown["reviews"]["by_reviewer"][0]["person_name"] == "王五"
    assert shown["budget"] == {"outstanding": 500, "outstanding_fen": 50000, "goods": 2, "goods_points": 515}


def test_by_default_the_view_covers_twelve_months(client, asked, sign_in):
    assert client.get("/v1/fairness?last=2026-03", headers=sign_in()).status_code == 200
    assert asked == [("2025-04", "2026-03")]


@pytest.mark.parametrize("query", ["first=2026-12&last=2026-11", "first=2024-11&last=2026-11", "first=x", "months=3"])
def test_none_or_too_many_months_are_refused(client, asked, sign_in, query):
    answer = client.get(f"/v1/fairness?{query}", headers=sign_in())

    assert answer.status_code == 422
    assert asked == []
