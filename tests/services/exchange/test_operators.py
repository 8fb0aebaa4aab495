"""A merchant's operators read its books and manage its webhooks without a key (R27)."""

from typing import Any

import pytest

from contracts import errors, registry
from services.exchange import schemas
from tests.services.exchange.conftest import SINCE, Exchange, person
from tests.services.exchange.factories import COMMUNITY

URL = "https://shop.example.org/hook"
CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("add_webhook_endpoint", {"url": URL, "types": [], "secret": "whsec_eA=="}),
    ("revise_webhook_endpoint", {"endpoint_id": "wep_1", "url": URL, "types": []}),
    ("rotate_webhook_secret", {"endpoint_id": "wep_1", "secret": "whsec_eA=="}),
    ("remove_webhook_endpoint", {"endpoint_id": "wep_1"}),
    ("try_webhook_endpoint", {"endpoint_id": "wep_1"}),
    ("replay_delivery", {"delivery_id": "msg_1"}),
]
READS: list[tuple[str, dict[str, Any]]] = [
    ("list_settlements", {}),
    ("get_settlement", {"period": "2026-11"}),
    ("reconcile", {"period": "2026-11", "lines": []}),
    ("list_reconciliations", {}),
    ("get_reconciliation", {"reconciliation_id": "rcn_1"}),
    ("list_webhook_endpoints", {}),
    ("list_deliveries", {}),
    ("get_delivery", {"delivery_id": "msg_1"}),
]


@pytest.fixture
def till(exchange: Exchange) -> dict[str, Any]:
    """The live till of a merchant that `per_zhao` operates."""
    till = exchange.shop()
    role = {"person": "per_zhao", "role": "merchant_operator", "scope": till["merchant"], "since": SINCE}
    exchange.handle(registry.Appointed(community=COMMUNITY, appointment="apt_shop", **role))
    return till


def asking(who: str, till: dict[str, Any], mode: str = "live") -> dict[str, Any]:
    return {**person(who), "merchant": till["merchant"], "mode": mode}


def test_an_operator_reconciles_their_merchants_month_and_is_named_in_the_record(exchange, till):
    line = {"merchant_reference": "sale-1", "kind": "capture", "points": 5, "at": None}
    made = exchange.call("reconcile", actor=asking("per_zhao", till), period="2026-11", lines=[line])

    assert exchange.call("get_reconciliation", actor=till, reconciliation_id=made["id"]) == made
    with exchange.transaction() as tx:
        stored = tx.scope(till).settlement.get_reconciliation(schemas.till(till), made["id"])
        assert stored.key == "per_zhao"


def test_an_operator_replaces_the_secret_of_an_endpoint_that_a_key_added(exchange, till):
    added = exchange.call("add_webhook_endpoint", actor=till, url=URL, types=[], secret="whsec_eA==")
    operator = asking("per_zhao", till)

    [listed] = exchange.call("list_webhook_endpoints", actor=operator)["data"]
    rotated = exchange.call("rotate_webhook_secret", actor=operator, endpoint_id=added["id"], secret="whsec_eQ==")

    assert listed["id"] == rotated["id"] == added["id"]
    assert rotated["earlier_secret_until"]


def test_an_operator_enables_a_disabled_endpoint_and_replays_what_failed(exchange, till):
    operator = asking("per_zhao", till)
    endpoint = exchange.call("add_webhook_endpoint", actor=operator, url=URL, types=[], secret="whsec_eA==")["id"]
    sent = exchange.call("try_webhook_endpoint", actor=operator, endpoint_id=endpoint)["id"]
    revise = {"actor": operator, "endpoint_id": endpoint, "url": URL, "types": []}

    assert exchange.call("revise_webhook_endpoint", **revise, active=False)["status"] == "disabled"
    assert exchange.call("get_delivery", actor=operator, delivery_id=sent)["status"] == "failed"
    assert exchange.call("revise_webhook_endpoint", **revise, active=True)["status"] == "active"
    assert exchange.call("replay_delivery", actor=operator, delivery_id=sent)["status"] == "pending"


def test_the_books_of_test_mode_are_apart(exchange, till):
    exchange.call("add_webhook_endpoint", actor=till, url=URL, types=[], secret="whsec_eA==")

    assert exchange.call("list_webhook_endpoints", actor=asking("per_zhao", till, "test"))["data"] == []


@pytest.mark.parametrize(("call", "arguments"), READS + CHANGES, ids=[name for name, _ in READS + CHANGES])
def test_only_the_merchants_own_operator_is_let_in(exchange, till, call, arguments):
    other = exchange.shop(name="另一家")

    for who, whose in (("per_committee", till), ("per_li", till), ("per_zhao", other)):
        with pytest.raises(errors.RoleMissing):
            exchange.call(call, actor=asking(who, whose), **arguments)
    with pytest.raises(errors.NotFound):
        exchange.call(call, actor={**asking("per_zhao", till), "merchant": "mer_elsewhere"}, **arguments)


@pytest.mark.parametrize(("call", "arguments"), CHANGES, ids=[name for name, _ in CHANGES])
def test_the_operator_of_a_suspended_merchant_changes_nothing(exchange, till, call, arguments):
    _suspend(exchange, till)

    with pytest.raises(errors.MerchantSuspended):
        exchange.call(call, actor=asking("per_zhao", till), **arguments)


def test_the_operator_of_a_suspended_merchant_still_reads_what_it_is_owed(exchange, till):
    _suspend(exchange, till)

    statement = exchange.call("get_settlement", actor=asking("per_zhao", till), period="2026-11")

    assert statement["closing"] == {"points": 0, "amount_fen": 0}


def _suspend(exchange: Exchange, till: dict[str, Any]) -> None:
    revision = {"merchant_id": till["merchant"], "name": "善治超市", "active": False}
    exchange.call("revise_merchant", actor=person("per_committee"), **revision)
