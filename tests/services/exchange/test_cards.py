"""Paying with a household's printed card: a PIN that cannot be tried out, and no more than a day's limit (R6, R25)."""

from datetime import timedelta

import pytest

from contracts import cards, errors
from contracts.registry import CardIssued, CardRevoked, PolicySet
from messaging.transaction import Idempotency
from services.exchange.domain.cards import LOCKED_FOR, TRIES, Card
from services.exchange.domain.sandbox import CARD_CODE
from tests.services.exchange.conftest import SINCE
from tests.services.exchange.crowd import race
from tests.services.exchange.shelf import COMMUNITY, NOW

DIGEST = cards.digest("7K3M9QRTXW2EH5NA4BCD")
ISSUED = CardIssued(community=COMMUNITY, household="hou_1", card_digest=DIGEST, pin_hash="$argon2id$…", since=SINCE)
REVOKED = CardRevoked(community=COMMUNITY, household="hou_1", card_digest=DIGEST, sequence=2)


def card() -> Card:
    return Card(community=COMMUNITY, digest=DIGEST, household="hou_1", pin_hash="$argon2id$…")


def test_the_fifth_wrong_pin_locks_a_card_for_a_day():
    shown = card()
    for left in (4, 3, 2, 1, 0):
        assert not shown.accept(False, NOW)
        assert shown.tries_left == left

    with pytest.raises(errors.CardLocked):
        shown.accept(True, NOW + LOCKED_FOR - timedelta(seconds=1))
    assert shown.accept(True, NOW + LOCKED_FOR)
    assert shown.tries_left == TRIES


def test_a_right_pin_forgives_the_wrong_ones_before_it():
    shown = card()
    for _ in range(TRIES - 1):
        shown.accept(False, NOW)
    assert shown.accept(True, NOW)
    assert shown.tries_left == TRIES


@pytest.fixture
def till(exchange):
    exchange.handle(ISSUED)
    return exchange.shop()


def pay(exchange, till, points=10, fits=True, reference="sale-1", digest=DIGEST, **more):
    asked = {"card_digest": digest, "pin_fits": fits, "points": points, "merchant_reference": reference}
    return exchange.call("authorize_card", actor=till, **asked, **more)


def test_a_card_pays_from_its_households_passbook_and_whoever_belongs_to_it_longest_stands_for_it(exchange, till):
    assert exchange.call("card_at_till", actor=till, card_digest=DIGEST) == {"pin_hash": "$argon2id$…"}

    payment = pay(exchange, till)
    asked = exchange.emitted[-1]
    exchange.hold(asked)

    assert (asked.name(), asked.account, asked.person) == ("PaymentAuthorized", "hou_1", "per_li")
    assert exchange.call("get_payment", actor=till, payment_id=payment["id"])["status"] == "authorized"


def test_a_wrong_pin_is_counted_though_it_is_answered_with_no(exchange, till):
    told = len(exchange.emitted)
    answers = [pay(exchange, till, fits=False, reference=f"sale-{n}") for n in range(TRIES)]

    assert [answer["tries_left"] for answer in answers] == [4, 3, 2, 1, 0]
    assert answers[-1]["locked_until"] is not None
    with pytest.raises(errors.CardLocked):
        pay(exchange, till)
    assert len(exchange.emitted) == told
    assert pay(exchange.later(days=1), till)["status"] == "pending"


def test_all_pins_tried_at_once_are_five_tries(exchange, till):
    def guess(number):
        return lambda: pay(exchange, till, fits=False, reference=f"sale-{number}")

    assert race(*map(guess, range(12))) == {"done": TRIES, "card_locked": 12 - TRIES}


def test_a_wrong_pin_sent_again_after_a_timeout_is_one_try(exchange, till):
    once = Idempotency(caller="mer_1:live", key="k", digest="d")
    first = pay(exchange, till, fits=False, idempotency=once)
    assert pay(exchange, till, fits=False, idempotency=once) == first
    assert pay(exchange, till, fits=False, reference="sale-2")["tries_left"] == 3


@pytest.mark.parametrize("order", [(ISSUED, REVOKED), (REVOKED, ISSUED)])
def test_a_void_card_is_void_in_whatever_order_it_was_told(exchange, order):
    till = exchange.shop()
    for event in order:
        exchange.handle(event)
    with pytest.raises(errors.CardInvalid):
        pay(exchange, till)


def test_a_card_told_twice_keeps_its_lock(exchange, till):
    for number in range(TRIES):
        pay(exchange, till, fits=False, reference=f"sale-{number}")
    exchange.handle(ISSUED)
    with pytest.raises(errors.CardLocked):
        pay(exchange, till)


def test_a_card_of_another_community_is_no_card(exchange, till):
    exchange.handle(CardIssued(community="com_other", household="hou_9", card_digest="x", pin_hash="", since=SINCE))
    with pytest.raises(errors.CardInvalid):
        pay(exchange, till, digest="x")


def test_a_household_pays_no_more_by_card_than_its_limit_of_the_day(exchange, till):
    exchange.handle(PolicySet(community=COMMUNITY, sequence=2, settings={"card_daily_points": 50}))
    payment = pay(exchange, till, 40)
    exchange.hold(exchange.emitted[-1])
    with pytest.raises(errors.CardLimitReached) as refused:
        pay(exchange, till, 20, reference="sale-2")
    assert "10 分" in refused.value.detail

    exchange.call("capture", actor=till, payment_id=payment["id"], points=30)

    assert pay(exchange, till, 20, reference="sale-2")["status"] == "pending"
    exchange.call("void", actor=till, payment_id=exchange.emitted[-1].payment)
    assert pay(exchange.later(days=1), till, 50, reference="sale-3")["status"] == "pending"


def test_the_limit_of_the_day_holds_at_all_tills_at_once(exchange, till):
    exchange.handle(PolicySet(community=COMMUNITY, sequence=2, settings={"card_daily_points": 50}))

    def charge(number):
        return lambda: pay(exchange, till, 20, reference=f"sale-{number}")

    assert race(*map(charge, range(6))) == {"done": 2, "card_limit_reached": 4}


def test_a_test_till_has_a_card_of_its_own(exchange, till):
    test = exchange.till(till["merchant"], "test")
    told = len(exchange.emitted)
    assert exchange.call("card_at_till", actor=test, card_digest=cards.digest(CARD_CODE))["pin_hash"]
    assert pay(exchange, test, digest=cards.digest(CARD_CODE))["status"] == "authorized"
    assert len(exchange.emitted) == told
    for actor, digest in ((till, cards.digest(CARD_CODE)), (test, DIGEST)):
        with pytest.raises(errors.CardInvalid):
            pay(exchange, actor, digest=digest)


def test_a_household_nobody_belongs_to_pays_nothing(exchange):
    till = exchange.shop()
    exchange.handle(CardIssued(community=COMMUNITY, household="hou_3", card_digest="y", pin_hash="", since=SINCE))
    with pytest.raises(errors.CardInvalid):
        pay(exchange, till, digest="y")
