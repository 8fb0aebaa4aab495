"""Merchants' lists read few rows of large tables, whichever filter is used."""

from datetime import timedelta
from typing import Any

import pytest

from tests.services.exchange.conftest import Exchange
from tests.services.exchange.factories import NOW
from tests.services.exchange.test_tills import ALL, held
from tests.services.query_plans import fill, rows_read

FEW = 200
SINCE = (NOW - timedelta(hours=1)).isoformat()
_ID = "'{}_' || lpad(n::text, 26, '0')"
_BEFORE = f"to_jsonb(timestamptz '{NOW.isoformat()}' - n * interval '1 minute')"


LISTS = [
    ("list_authorizations", "payments", ALL),
    ("list_authorizations", "payments", ALL | {"changed_since": SINCE}),
    ("list_authorizations", "payments", ALL | {"changed_since": SINCE, "totals": True}),
    ("list_authorizations", "payments", ALL | {"merchant_reference": "ref-7000"}),
    ("list_refunds", "settlement_lines", ALL | {"changed_since": SINCE}),
    ("list_redemptions", "settlement_lines", ALL | {"changed_since": SINCE}),
    ("list_transactions", "settlement_lines", {"changed_since": SINCE, "totals": True}),
    ("list_transactions", "settlement_lines", {"merchant_reference": "ref-7000"}),
    ("list_deliveries", "webhook_deliveries", {}),
    ("list_deliveries", "webhook_deliveries", {"changed_since": SINCE, "totals": True}),
]


@pytest.fixture
def shop(exchange: Exchange) -> dict[str, Any]:
    """A till of a merchant with tens of thousands of captures, one a minute until now."""
    till = exchange.shop()
    exchange.call("capture", actor=till, payment_id=held(exchange, till))
    url, secret = "https://shop.example.org/hook", "whsec_dGhlIHNlY3JldCBvZiB0aGUgdGVzdHM="
    endpoint = exchange.call("add_webhook_endpoint", actor=till, url=url, types=[], secret=secret)["id"]
    exchange.call("try_webhook_endpoint", actor=till, endpoint_id=endpoint)
    reference, state = "'ref-' || n", "'delivered'"
    fill(
        exchange.engine,
        "payments",
        id=_ID.format("pay"),
        hold=_ID.format("hld"),
        merchant_reference=reference,
        created_at=_BEFORE,
        changed_at=_BEFORE,
    )
    line = {"id": _ID.format("stl"), "source": _ID.format("pay"), "merchant_reference": reference, "at": _BEFORE}
    fill(exchange.engine, "settlement_lines", **line)
    fill(exchange.engine, "webhook_deliveries", id=_ID.format("msg"), state=state, changed_at=_BEFORE)
    return till


def test_a_list_of_a_merchant_reads_few_rows(exchange: Exchange, shop: dict[str, Any]) -> None:
    def read(call: str, table: str, query: dict[str, Any]) -> int:
        return rows_read(exchange.engine, table, lambda: exchange.call(call, actor=shop, **query))

    assert [(*asked, rows) for asked in LISTS if (rows := read(*asked)) >= FEW] == []
