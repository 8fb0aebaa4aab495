"""A merchant's own file against the statement, and its several shops (R27)."""

import pytest

from contracts import errors
from services.exchange.domain.reconciliation import Entry, Reconciliation
from services.exchange.domain.settlement import Line
from tests.services.exchange.conftest import person
from tests.services.exchange.factories import NOW, TILL, authorized

PERIOD = "2026-11"


def captured(reference, points=40):
    payment = authorized(points)
    payment.merchant_reference = reference
    payment.capture(None, NOW)
    return Line.of_capture(payment, TILL, point_value_fen=100, at=NOW)


def entry(reference, points=40, kind="capture"):
    return Entry.of(reference, kind, points, at=None)


def compared(ours, theirs):
    return Reconciliation.of(TILL, PERIOD, ours, theirs, NOW)


def numbers(lines):
    return [line["merchant_reference"] for line in lines]


def test_every_line_is_matched_missing_extra_or_different():
    ours = [captured("a"), captured("b"), captured("c", 30)]
    found = compared(ours, [entry("a"), entry("c", 31), entry("d")])
    assert (found.lines, found.matched) == (3, 1)
    assert (numbers(found.missing), numbers(found.extra), numbers(found.different)) == (["b"], ["d"], ["c"])
    assert (found.different[0]["points"], found.different[0]["statement_points"]) == (31, 30)
    assert (found.points, found.statement_points) == (111, 110)


def test_a_repeated_line_is_extra_once():
    found = compared([captured("a")], [entry("a"), entry("a")])
    assert (found.matched, numbers(found.extra)) == (1, ["a"])


def test_a_sale_and_its_refund_may_share_a_reference():
    found = compared([captured("a")], [entry("a"), entry("a", 5, "refund")])
    assert (found.matched, found.extra[0]["kind"], found.extra[0]["points"]) == (1, "refund", -5)


def test_refunds_may_have_either_sign():
    assert entry("a", 5, "refund") == entry("a", -5, "refund")


def test_lines_without_a_reference_are_missing():
    line = captured("a")
    line.merchant_reference = None
    assert [each["id"] for each in compared([line], []).missing] == [line.id]


def pay(exchange, till, reference, **more):
    digits = exchange.call("make_test_paycode", actor=till)["paycode"]
    form = {"paycode": digits, "points": 40, "merchant_reference": reference}
    payment = exchange.call("authorize", actor=till, **form, **more)["id"]
    return exchange.call("capture", actor=till, payment_id=payment)


def test_a_reconciliation_is_stored_for_its_merchant_alone(exchange):
    test = exchange.shop("test")
    pay(exchange, test, "sale-1")
    lines = [{"merchant_reference": "sale-1", "kind": "capture", "points": 40}]
    made = exchange.call("reconcile", actor=test, period=PERIOD, lines=lines)
    assert (made["matched"], made["missing"], made["extra"], made["different"]) == (1, [], [], [])
    assert exchange.call("list_reconciliations", actor=test)["data"] == [made]
    assert exchange.call("get_reconciliation", actor=test, reconciliation_id=made["id"]) == made
    live = exchange.till(test["merchant"], "live")
    assert exchange.call("list_reconciliations", actor=live)["data"] == []
    with pytest.raises(errors.NotFound):
        exchange.call("get_reconciliation", actor=live, reconciliation_id=made["id"])


def test_lines_name_their_shop_and_a_closed_shop_sells_nothing(exchange):
    test = exchange.shop("test")
    committee = {"actor": person("per_committee"), "merchant_id": test["merchant"]}
    one, two = (exchange.call("open_shop", name=name, **committee)["id"] for name in ("东店", "西店"))
    assert [shop["name"] for shop in exchange.call("list_shops", actor=test)["data"]] == ["西店", "东店"]
    paid = pay(exchange, test, "sale-1", shop_id=one)
    pay(exchange, test, "sale-2", shop_id=two)
    exchange.call("refund", actor=test, authorization_id=paid["id"], points=5, merchant_reference="r-1")
    sold = exchange.call("list_transactions", actor=test, shop_id=one)["data"]
    assert [(line["merchant_reference"], line["shop_id"]) for line in sold] == [("sale-1", one), ("r-1", one)]

    exchange.call("revise_shop", shop_id=one, name="东店", active=False, **committee)
    with pytest.raises(errors.Invalid):
        pay(exchange, test, "sale-3", shop_id=one)
    other = exchange.shop("test", name="理发店")
    with pytest.raises(errors.Invalid):
        pay(exchange, other, "sale-4", shop_id=two)
    with pytest.raises(errors.RoleMissing):
        exchange.call("open_shop", actor=person("per_li"), merchant_id=test["merchant"], name="假店")
