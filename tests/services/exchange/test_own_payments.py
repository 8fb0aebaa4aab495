"""Till payments as the owners of the passbook that paid see them (R15, R23)."""

from datetime import timedelta

import pytest

from contracts import errors
from tests.services.exchange.conftest import person
from tests.services.exchange.factories import NOW
from tests.services.exchange.test_tills import authorize, held


@pytest.fixture
def till(exchange):
    return exchange.shop()


def listed(exchange, by, **wanted):
    return exchange.call("list_payments", actor=person(by), **wanted)["data"]


def test_a_household_sees_merchant_points_and_steps_of_its_payments(exchange, till):
    payment = held(exchange, till)
    exchange.call("capture", actor=till, payment_id=payment, points=30)
    exchange.call("refund", actor=till, authorization_id=payment, points=10, merchant_reference="back-1")

    [shown] = listed(exchange, "per_wife")

    assert (shown["id"], shown["person_id"], shown["merchant_name"]) == (payment, "per_li", "善治超市")
    assert (shown["points"], shown["captured"], shown["refunded"]) == (40, 30, 10)
    assert [step["step"] for step in shown["steps"]] == ["requested", "authorized", "taken", "refunded"]
    assert exchange.call("get_own_payment", actor=person("per_li"), payment_id=payment) == shown


def test_a_refused_payer_sees_the_available_points(exchange, till):
    authorize(exchange, till)
    exchange.hold(exchange.emitted[-1], available=3)

    [shown] = listed(exchange, "per_li", status="refused")

    assert (shown["refusal_code"], shown["available"]) == ("insufficient_points", 3)


def test_staff_of_a_households_courtyard_see_its_payments_and_others_do_not(exchange, till):
    payment = authorize(exchange, till)["id"]
    for by in ("per_wang", "per_zhou", "per_committee"):
        assert [each["id"] for each in listed(exchange, by, account_id="hou_1")] == [payment]
        assert listed(exchange, by) == []
    with pytest.raises(errors.NotFound):
        listed(exchange, "per_zhao", account_id="hou_1")
    with pytest.raises(errors.NotFound):
        exchange.call("get_own_payment", actor=person("per_zhao"), payment_id=payment)
    with pytest.raises(errors.NotFound):
        listed(exchange, "per_zhao", account_id="per_li")


def test_another_community_finds_no_payment(exchange, till):
    payment = authorize(exchange, till)["id"]
    with pytest.raises(errors.NotFound):
        exchange.call("get_own_payment", actor=person("per_committee", "com_other"), payment_id=payment)


def test_pages_have_neither_gaps_nor_repeats(exchange, till):
    made = [authorize(exchange, till, reference=f"sale-{number}")["id"] for number in range(5)]
    seen, cursor = [], None
    while True:
        page = exchange.call("list_payments", actor=person("per_li"), limit=2, cursor=cursor)
        seen += [each["id"] for each in page["data"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == made[::-1]


def test_test_payments_are_listed_for_nobody(exchange):
    till = exchange.shop("test", name="试营业")
    digits = exchange.call("make_test_paycode", actor=till)["paycode"]
    form = {"paycode": digits, "points": 5, "merchant_reference": "sale-1"}
    payment = exchange.call("authorize", actor=till, **form)["id"]
    with pytest.raises(errors.NotFound):
        exchange.call("get_own_payment", actor=person("per_committee"), payment_id=payment)


def test_payments_are_listed_by_several_states_and_by_when_they_changed(exchange, till):
    exchange.at(NOW)
    captured = held(exchange, till, reference="sale-1")
    pending = authorize(exchange, till, reference="sale-2")["id"]
    exchange.later(minutes=5)
    exchange.call("capture", actor=till, payment_id=captured)
    since = (NOW + timedelta(minutes=1)).isoformat()

    def ids(**wanted):
        return [each["id"] for each in listed(exchange, "per_li", **wanted)]

    assert ids(status=["pending", "captured"]) == [pending, captured]
    assert ids(changed_since=since) == [captured]
    assert ids(changed_since=since, status=["pending"]) == []
