"""What merchants ask their lists again and again: what changed since, in several states, and how much there is."""

from datetime import timedelta

from sqlalchemy import text

from tests.services.exchange.conftest import person
from tests.services.exchange.factories import NOW
from tests.services.exchange.test_tills import ALL, held, redeemed


def since(**later):
    return (NOW + timedelta(**later)).isoformat()


def changed(exchange, call, till, moment, **query):
    found = exchange.call(call, actor=till, **ALL | query, changed_since=moment)
    return [each["id"] for each in found["data"]]


def test_an_authorization_is_listed_again_when_it_changed(exchange):
    till = exchange.shop()
    first, second = held(exchange, till, reference="sale-1"), held(exchange, till, reference="sale-2")
    exchange.later(minutes=5)
    exchange.call("capture", actor=till, payment_id=first)

    assert changed(exchange, "list_authorizations", till, since(minutes=5)) == [first]
    assert changed(exchange, "list_authorizations", till, since()) == [second, first]
    assert changed(exchange, "list_authorizations", till, since(), status=["captured", "voided"]) == [first]


def test_an_authorization_whose_time_is_over_changed_then(exchange):
    till = exchange.shop()
    payment = held(exchange, till)
    exchange.later(minutes=12)

    assert changed(exchange, "list_authorizations", till, since(minutes=8)) == [payment]
    assert changed(exchange, "list_authorizations", till, since(minutes=8), status="expired") == [payment]
    assert changed(exchange, "list_authorizations", till, since(minutes=11)) == []


def test_a_redemption_is_listed_again_when_it_is_undone(exchange):
    till, reward = exchange.shop(), exchange.reward(stock=10)
    _, kept = redeemed(exchange, till, reward, till="3", merchant_reference="sale-1")
    _, undone = redeemed(exchange, till, reward, till="3", merchant_reference="sale-2")
    exchange.later(minutes=1)
    exchange.call("undo_redemption", actor=till, redemption_id=undone, till="3", merchant_reference="back-1")

    assert changed(exchange, "list_redemptions", till, since(minutes=1)) == [undone]
    assert changed(exchange, "list_redemptions", till, since()) == [undone, kept]


def test_refunds_transactions_and_statements_are_listed_since_their_lines_were_added(exchange):
    till = exchange.shop()
    payment = held(exchange, till)
    exchange.call("capture", actor=till, payment_id=payment)
    exchange.later(days=30)
    form = {"authorization_id": payment, "points": 5, "merchant_reference": "back-1"}
    refund = exchange.call("refund", actor=till, **form)["id"]

    assert changed(exchange, "list_refunds", till, since(days=30)) == [refund]
    assert changed(exchange, "list_refunds", till, since(days=31)) == []
    lines = exchange.call("list_transactions", actor=till, changed_since=since(days=30))["data"]
    assert [line["kind"] for line in lines] == ["refund"]
    months = exchange.call("list_settlements", actor=till, changed_since=since(days=30))["data"]
    assert [(month["period"], month["opening"]["points"]) for month in months] == [("2026-12", 40)]


def test_a_delivery_is_listed_again_when_its_endpoint_is_removed(exchange):
    till = exchange.shop()
    url, secret = "https://shop.example.org/hook", "whsec_dGhlIHNlY3JldCBvZiB0aGUgdGVzdHM="
    endpoint = exchange.call("add_webhook_endpoint", actor=till, url=url, types=[], secret=secret)["id"]
    delivery = exchange.call("try_webhook_endpoint", actor=till, endpoint_id=endpoint)["id"]
    with exchange.engine.begin() as connection:
        connection.execute(text("UPDATE webhook_deliveries SET changed_at = now() - interval '1 day'"))
        yesterday = connection.scalar(text("SELECT (now() - interval '1 hour')")).isoformat()

    def found(**query):
        return exchange.call("list_deliveries", actor=till, **query)["data"]

    assert found(changed_since=yesterday) == []
    exchange.call("remove_webhook_endpoint", actor=till, endpoint_id=endpoint)
    assert [each["id"] for each in found(changed_since=yesterday, status=["delivered", "failed"])] == [delivery]


def test_lists_say_on_demand_how_long_they_are(exchange):
    till, other = exchange.shop(), exchange.shop(name="理发店")
    for number in range(3):
        exchange.call("capture", actor=till, payment_id=held(exchange, till, reference=f"sale-{number}"))

    def total(call, actor=till, **query):
        found = exchange.call(call, actor=actor, **{"limit": 1} | query, totals=True)
        return found["total"], found["total_is_more"]

    assert total("list_authorizations", **ALL | {"limit": 1}) == (3, False)
    assert total("list_authorizations", **ALL, status=["voided"]) == (0, False)
    assert total("list_transactions") == (3, False)
    assert total("list_settlements") == (1, False)
    assert total("list_settlements", period="2020-01") == (1, False)
    assert total("list_payments", actor=person("per_li")) == (3, False)
    assert total("list_orders", actor=person("per_li")) == (0, False)
    assert total("list_transactions", actor=other) == (0, False)
    assert "total" not in exchange.call("list_transactions", actor=till)
