"""Spending for others: only with their pay code, their household's card, or their consent in the app (R6)."""

from datetime import timedelta

import pytest

from contracts import cards, errors
from contracts.policy import DEFAULT
from contracts.registry import CardIssued, PolicySet
from services.exchange.domain.orders import PAPER_AFTER, Order, State
from services.exchange.domain.purchases import Payer
from tests.services.exchange.concurrency import race
from tests.services.exchange.conftest import SINCE, person
from tests.services.exchange.factories import COMMUNITY, NOW, rice

FOR_LI = Payer(account="hou_1", household="hou_1", person="per_li", acting="per_wang", consent="app")
DIGEST = cards.digest("7K3M9QRTXW2EH5NA4BCD")


def waiting(reward, payer=FOR_LI):
    """Return an order for Li whose points are held."""
    order, _ = Order.place(reward, 1, payer, policy=DEFAULT, at=NOW)
    order.hold_placed(NOW)
    return order


def names(events):
    return [event.name() for event in events]


def test_an_order_for_somebody_else_has_no_voucher_before_they_agree():
    order, _ = Order.place(rice(), 1, FOR_LI, policy=DEFAULT, at=NOW)
    [request] = order.hold_placed(NOW)

    assert (order.state, order.voucher) == (State.AWAITING_CONSENT, None)
    assert (request.name(), request.person, request.placed_by) == ("ConsentRequested", "per_li", "per_wang")
    assert request.expires_at == NOW + timedelta(hours=DEFAULT.consent_hours)


def test_the_person_alone_agrees_once():
    reward = rice()
    order = waiting(reward)
    for somebody in ("per_wang", "per_wife"):
        with pytest.raises(errors.RoleMissing):
            order.give_consent(reward, by=somebody, at=NOW)

    assert names(order.give_consent(reward, by="per_li", at=NOW)) == ["VoucherIssued"]
    assert (order.state, order.consented_at) == (State.CONFIRMED, NOW)
    with pytest.raises(errors.WrongState):
        order.give_consent(reward, by="per_li", at=NOW)


def test_consent_before_the_hold_is_answered_counts():
    reward = rice()
    order, _ = Order.place(reward, 1, FOR_LI, policy=DEFAULT, at=NOW)

    assert order.give_consent(reward, by="per_li", at=NOW) == []
    assert names(order.hold_placed(NOW)) == ["VoucherIssued"]


@pytest.mark.parametrize(
    ("end", "step"),
    [
        (lambda order, reward, at: order.refuse_consent(reward, by="per_li", at=at), "consent_refused"),
        (lambda order, reward, at: order.cancel(reward, by="per_wang", at=at), "cancelled"),
        (lambda order, reward, at: order.lapse(reward, at=at), "consent_lapsed"),
    ],
)
def test_without_consent_the_points_are_released_and_the_stock_given_back(end, step):
    reward = rice()
    order = waiting(reward)

    assert names(end(order, reward, order.expires_at)) == ["OrderCancelled"]

    assert (order.state, order.history[-1]["step"], reward.reserved) == (State.CANCELLED, step, 0)
    with pytest.raises(errors.WrongState):
        order.give_consent(reward, by="per_li", at=NOW)


def test_an_order_that_waits_for_consent_does_not_lapse_before_its_time():
    reward = rice()
    order = waiting(reward)
    assert order.lapse(reward, at=order.expires_at - timedelta(seconds=1)) == []


def test_codes_are_sold_when_the_person_agrees():
    reward = rice(kind="coupon", gives="codes", stock=None)
    reward.add_codes(["A1"])
    order = waiting(reward)
    assert (reward.sold, reward.reserved) == (0, 1)

    assert names(order.give_consent(reward, by="per_li", at=NOW)) == ["CodesIssued"]
    assert (reward.sold, reward.reserved) == (1, 0)


def test_a_person_hears_on_paper_what_they_did_not_open_but_never_from_who_ordered():
    order = waiting(rice())
    assert not order.needs_paper(NOW)
    assert order.needs_paper(NOW + PAPER_AFTER)
    with pytest.raises(errors.RoleMissing):
        order.mark_told("per_wang", NOW)

    order.mark_seen("per_wang", NOW)
    assert order.seen_at is None
    order.mark_seen("per_li", NOW)
    assert not order.needs_paper(NOW + PAPER_AFTER)


@pytest.fixture
def card(exchange):
    issued = {"household": "hou_1", "card_digest": DIGEST, "pin_hash": "$argon2id$…", "since": SINCE}
    exchange.handle(CardIssued(community=COMMUNITY, issued_by="per_zhou", **issued))
    return {"card_digest": DIGEST, "person_id": "per_li"}


def state_of(exchange, order, by="per_li"):
    return exchange.call("get_order", actor=person(by), order_id=order["id"])["status"]


@pytest.mark.parametrize("acting", ["per_wang", "per_zhou"])
def test_head_and_officer_order_with_the_persons_consent_in_the_app(exchange, acting):
    order = exchange.confirmed(exchange.reward(), acting, person_id="per_li")
    assert (order["status"], order["voucher"], order["consent"]) == ("awaiting_consent", None, "app")
    with pytest.raises(errors.RoleMissing):
        exchange.call("give_consent", actor=person(acting), order_id=order["id"])

    agreed = exchange.call("give_consent", actor=person("per_li"), order_id=order["id"])

    assert agreed["status"] == "confirmed"
    assert agreed["voucher"]


def test_a_household_orders_for_each_other_without_asking_but_not_from_a_persons_own_book(exchange):
    assert exchange.confirmed(exchange.reward(), "per_wife", person_id="per_li")["status"] == "confirmed"
    own = exchange.confirmed(exchange.reward(), "per_wife", person_id="per_li", account_id="per_li")
    assert own["status"] == "awaiting_consent"


def test_a_pay_code_is_consent_once(exchange):
    code = exchange.call("issue_paycode", actor=person("per_li"))["paycode"]
    order = exchange.confirmed(exchange.reward(), "per_wang", paycode=code)

    assert (order["status"], order["person_id"], order["consent"]) == ("confirmed", "per_li", "paycode")
    with pytest.raises(errors.PaycodeInvalid):
        exchange.order(exchange.reward(), "per_wang", paycode=code)


def test_a_pay_code_of_another_person_or_courtyard_is_none(exchange):
    zhao = exchange.call("issue_paycode", actor=person("per_zhao"))["paycode"]
    with pytest.raises(errors.PaycodeInvalid):
        exchange.order(exchange.reward(), "per_wang", person_id="per_li", paycode=zhao)
    with pytest.raises(errors.RoleMissing):
        exchange.order(exchange.reward(), "per_wang", paycode=zhao)


def test_a_card_with_its_pin_is_consent_and_wrong_pins_are_counted(exchange, card):
    denied = exchange.order(exchange.reward(), "per_wang", **card, pin_fits=False)
    assert (denied["status"], denied["tries_left"]) == ("denied", 4)

    order = exchange.confirmed(exchange.reward(), "per_wang", **card, pin_fits=True)
    assert (order["status"], order["consent"]) == ("confirmed", "card")


def test_nobody_orders_with_a_card_whose_pin_they_have_seen_or_of_another_household(exchange, card):
    with pytest.raises(errors.CardInvalid):
        exchange.order(exchange.reward(), "per_zhou", **card, pin_fits=True)
    with pytest.raises(errors.RoleMissing):
        exchange.order(exchange.reward(), "per_wang", card_digest=DIGEST, person_id="per_zhao", pin_fits=True)


def test_orders_and_payments_with_a_card_share_its_daily_limit(exchange, card):
    exchange.handle(PolicySet(community=COMMUNITY, settings={"card_daily_points": 100}, sequence=2))
    exchange.confirmed(exchange.reward(), "per_wang", **card, pin_fits=True)
    till = exchange.shop()
    form = {"card_digest": DIGEST, "pin_fits": True, "merchant_reference": "sale-1"}
    with pytest.raises(errors.CardLimitReached):
        exchange.call("authorize_card", actor=till, points=51, **form)
    with pytest.raises(errors.CardLimitReached):
        exchange.order(exchange.reward(points=51), "per_wang", **card, pin_fits=True)


def test_what_one_person_spends_for_others_in_a_day_is_limited(exchange):
    exchange.handle(PolicySet(community=COMMUNITY, settings={"daily_proxy_points": 100}, sequence=2))
    reward = exchange.reward(stock=10)

    assert race(*[lambda: exchange.order(reward, "per_wang", person_id="per_li")] * 5) == {
        "done": 2,
        "proxy_limit_reached": 3,
    }
    assert exchange.order(reward, "per_wife", person_id="per_li")
    assert exchange.later(days=1).order(reward, "per_wang", person_id="per_li")


def test_consent_lapses_and_releases_the_hold(exchange):
    order = exchange.confirmed(exchange.reward(), "per_wang", person_id="per_li")
    assert exchange.later(hours=71).tick("lapse") == []

    assert names(exchange.later(hours=1).tick("lapse")) == ["OrderCancelled"]
    assert state_of(exchange, order) == "cancelled"


def test_the_person_refuses(exchange):
    order = exchange.confirmed(exchange.reward(), "per_wang", person_id="per_li")
    assert exchange.call("refuse_consent", actor=person("per_li"), order_id=order["id"])["status"] == "cancelled"
    assert exchange.emitted[-1].name() == "OrderCancelled"


def test_the_person_finds_what_was_ordered_for_them_until_they_open_it(exchange):
    order = exchange.confirmed(exchange.reward(), "per_wang", person_id="per_li")
    exchange.order(exchange.reward())

    def unseen(by):
        return [each["id"] for each in exchange.call("list_orders", actor=person(by), unseen=True)["data"]]

    assert (unseen("per_li"), unseen("per_wife")) == ([order["id"]], [])
    exchange.call("mark_order_seen", actor=person("per_li"), order_id=order["id"])
    assert unseen("per_li") == []


def test_home_counts_orders_that_wait_for_consent_or_were_not_opened(exchange):
    order = exchange.confirmed(exchange.reward(), "per_wang", person_id="per_li")

    def waiting(by):
        counted = exchange.call("count_waiting_orders", actor=person(by))
        return counted["awaiting_consent"], counted["unseen"]

    assert (waiting("per_li"), waiting("per_wang")) == ((1, 1), (0, 0))
    exchange.call("give_consent", actor=person("per_li"), order_id=order["id"])
    exchange.call("mark_order_seen", actor=person("per_li"), order_id=order["id"])
    assert waiting("per_li") == (0, 0)
    assert exchange.call("count_waiting_orders", actor=person("per_li"))["to_redeem"] == 1


def test_who_has_no_phone_hears_on_paper_from_somebody_else(exchange, card):
    order = exchange.confirmed(exchange.reward(), "per_wang", **card, pin_fits=True)

    def to_tell(by):
        return [notice["order_id"] for notice in exchange.call("list_paper_notices", actor=person(by))["data"]]

    assert (to_tell("per_zhou"), to_tell("per_committee")) == ([order["id"]], [order["id"]])
    assert (to_tell("per_wang"), to_tell("per_zhao"), to_tell("per_li")) == ([], [], [])
    with pytest.raises(errors.RoleMissing):
        exchange.call("mark_told", actor=person("per_wang"), order_id=order["id"])
    with pytest.raises(errors.NotFound):
        exchange.call("mark_told", actor=person("per_zhao"), order_id=order["id"])

    told = exchange.call("mark_told", actor=person("per_zhou"), order_id=order["id"])

    assert (told["told_by_id"], to_tell("per_committee")) == ("per_zhou", [])
