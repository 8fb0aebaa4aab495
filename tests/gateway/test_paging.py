"""Cursors: what no page of the list has given is refused."""

from typing import Any

import pytest

from tests.gateway.conftest import Services

ORDERS = {"data": [], "next_cursor": "ord_1/善"}


@pytest.fixture
def next_cursor(client: Any, services: Services, sign_in: Any) -> str:
    services.answer("exchange", "list_orders", ORDERS)
    return str(client.get("/v1/orders", headers=sign_in()).json["next_cursor"])


def test_a_cursor_leads_to_the_page_after_the_one_that_gave_it(
    client: Any, services: Services, sign_in: Any, next_cursor: str
) -> None:
    assert client.get(f"/v1/orders?cursor={next_cursor}", headers=sign_in()).status_code == 200

    assert services.calls[-1].kwargs["cursor"] == "ord_1/善"


@pytest.mark.parametrize("change", ["junk", "", "{}x", "x{}", "é", "====", "AAAA", "ord_01kb0p6w3v5q8s9t2x4y7z1abc"])
def test_what_is_no_cursor_is_refused(client: Any, sign_in: Any, next_cursor: str, change: str) -> None:
    answer = client.get("/v1/orders", query_string={"cursor": change.format(next_cursor)}, headers=sign_in())

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/cursor")


def test_a_cursor_of_another_list_is_refused(client: Any, services: Services, sign_in: Any, next_cursor: str) -> None:
    answer = client.get(f"/v1/claims?cursor={next_cursor}", headers=sign_in())

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/cursor")
