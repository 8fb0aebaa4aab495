"""Payment by a household's printed card: counted PIN attempts and a daily limit (R6, R25)."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from contracts import cards, errors
from contracts.instants import instant
from contracts.registry import CardActivated, CardIssued, CardRevoked, PolicySet
from messaging.transaction import Idempotency
from services.exchange.domain.cards import LOCKED_FOR, MAX_WRONG_PINS, Card
from services.exchange.domain.sandbox import CARD_CODE
from tests.services.exchange.concurrency import race
from tests.services.exchange.conftest import SINCE
from tests.services.exchange.factories import COMMUNITY, NOW

DIGEST = cards.digest("7K3M9QRTXW2EH5NA4BCD")
ISSUED = CardIssued(community=COMMUNITY, household="hou_1", card_digest=DIGEST, pin_hash="$argon2id$…", since=SINCE)
WAITING = replace(ISSUED, active_from=NOW + timedelta(days=7))
ACTIVATED = CardActivated(
    community=COMMUNITY,
    household="hou_1",
    card_digest=DIGEST,
    sequence=2,
    active_from=NOW,
    by="per_li",
    activated_as="member",
)
REVOKED = CardRevoked(community=COMMUNITY, household="hou_1", card_digest=DIGEST, sequence=3)


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
    assert shown.tries_left == MAX_WRONG_PINS


def test_a_right_pin_resets_the_count_of_wrong_ones():
    shown = card()
    for _ in range(MAX_WRONG_PINS - 1):
        shown.accept(False, NOW)
    assert shown.accept(True, NOW)
    assert shown.tries_left == MAX_WRONG_PINS


@pytest.fixture
def till(exchange):
    exchange.handle(ISSUED)
    return exchange.shop()


def pay(exchange, till, points=10, fits=True, reference="sale-1", digest=DIGEST, **more):
    form = {"card_digest": digest, "pin_fits": fits, "points": points, "merchant_reference": reference}
    return exchange.call("authorize_card", actor=till, **form, **more)


def test_a_card_pays_from_its_households_passbook_in_the_name_of_its_longest_member(exchange, till):
    assert exchange.call("card_at_till", actor=till, card_digest=DIGEST) == {"pin_hash": "$argon2id$…"}

    payment = pay(exchange, till)
    request = exchange.emitted[-1]
    exchange.hold(request)

    assert (request.name(), request.account, request.person) == ("PaymentAuthorized", "hou_1", "per_li")
    assert exchange.call("get_payment", actor=till, payment_id=payment["id"])["status"] == "authorized"


def test_a_wrong_pin_is_counted_and_denied(exchange, till):
    emitted_before = len(exchange.emitted)
    answers = [pay(exchange, till, fits=False, reference=f"sale-{n}") for n in range(MAX_WRONG_PINS)]

    assert [answer["tries_left"] for answer in answers] == [4, 3, 2, 1, 0]
    assert answers[-1]["locked_until"] is not None
    with pytest.raises(errors.CardLocked):
        pay(exchange, till)
    assert len(exchange.emitted) == emitted_before
    assert pay(exchange.later(days=1), till)["status"] == "pending"


def test_of_all_pins_tried_concurrently_five_are_checked(exchange, till):
    def guess(number):
        return lambda: pay(exchange, till, fits=False, reference=f"sale-{number}")

    assert race(*map(guess, range(12))) == {"done": MAX_WRONG_PINS, "card_locked": 12 - MAX_WRONG_PINS}


def test_a_wrong_pin_repeated_after_a_timeout_counts_once(exchange, till):
    once = Idempotency(caller="mer_1:live", key="k", digest="d")
    first = pay(exchange, till, fits=False, idempotency=once)
    assert pay(exchange, till, fits=False, idempotency=once) == first
    assert pay(exchange, till, fits=False, reference="sale-2")["tries_left"] == 3


def test_a_card_that_waits_pays_nothing_and_counts_no_pin():
    shown = card()
    shown.active_from = NOW + timedelta(days=7)
    for fits in (True, *[False] * MAX_WRONG_PINS):
        with pytest.raises(errors.CardNotActive):
            shown.accept(fits, NOW)
    assert shown.tries_left == MAX_WRONG_PINS
    assert shown.accept(True, shown.active_from)


def test_a_new_card_pays_once_it_is_activated_or_its_time_has_come(exchange):
    till = exchange.shop()
    exchange.handle(WAITING)
    with pytest.raises(errors.CardNotActive) as refused:
        pay(exchange, till)
    assert refused.value.facts == {"active_from": instant(NOW + timedelta(days=7))}

    exchange.handle(ACTIVATED)
    exchange.handle(WAITING)

    assert pay(exchange, till)["status"] == "pending"


def test_a_new_card_pays_after_its_wait(exchange):
    till = exchange.shop()
    exchange.handle(WAITING)

    assert pay(exchange.later(days=7), till)["status"] == "pending"


def test_a_payment_beside_the_activation_is_either_made_or_refused(exchange):
    till = exchange.shop()
    exchange.handle(WAITING)

    outcomes = race(lambda: pay(exchange, till), lambda: exchange.handle(ACTIVATED))

    assert outcomes in ({"done": 2}, {"done": 1, "card_not_active": 1})
    assert pay(exchange, till, reference="sale-2")["status"] == "pending"


@pytest.mark.parametrize("order", list(permutations((WAITING, ACTIVATED))))
def test_an_activated_card_has_its_pin_whatever_the_order_of_events(exchange, order):
    till = exchange.shop()
    for event in order:
        exchange.handle(event)

    assert exchange.call("card_at_till", actor=till, card_digest=DIGEST) == {"pin_hash": ISSUED.pin_hash}
    assert pay(exchange, till)["status"] == "pending"


@pytest.mark.parametrize("order", list(permutations((WAITING, ACTIVATED, REVOKED))))
def test_a_revoked_card_stays_revoked_whatever_the_order_of_events(exchange, order):
    till = exchange.shop()
    for event in order:
        exchange.handle(event)
    with pytest.raises(errors.CardInvalid):
        pay(exchange, till)


def test_a_redelivered_card_event_keeps_the_lock(exchange, till):
    for number in range(MAX_WRONG_PINS):
        pay(exchange, till, fits=False, reference=f"sale-{number}")
    exchange.handle(ISSUED)
    with pytest.raises(errors.CardLocked):
        pay(exchange, till)


def test_a_card_of_another_community_is_invalid(exchange, till):
    exchange.handle(CardIssued(community="com_other", household="hou_9", card_digest="x", pin_hash="", since=SINCE))
    with pytest.raises(errors.CardInvalid):
        pay(exchange, till, digest="x")


def test_a_household_pays_by_card_up_to_its_daily_limit(exchange, till):
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


def test_the_daily_limit_holds_at_concurrent_tills(exchange, till):
    exchange.handle(PolicySet(community=COMMUNITY, sequence=2, settings={"card_daily_points": 50}))

    def charge(number):
        return lambda: pay(exchange, till, 20, reference=f"sale-{number}")

    assert race(*map(charge, range(6))) == {"done": 2, "card_limit_reached": 4}


def test_test_mode_has_its_own_card(exchange, till):
    test = exchange.till(till["merchant"], "test")
    emitted_before = len(exchange.emitted)
    assert exchange.call("card_at_till", actor=test, card_digest=cards.digest(CARD_CODE))["pin_hash"]
    assert pay(exchange, test, digest=cards.digest(CARD_CODE))["status"] == "authorized"
    assert len(exchange.emitted) == emitted_before
    for actor, digest in ((till, cards.digest(CARD_CODE)), (test, DIGEST)):
        with pytest.raises(errors.CardInvalid):
            pay(exchange, actor, digest=digest)


def test_the_card_of_a_household_without_members_is_invalid(exchange):
    till = exchange.shop()
    exchange.handle(CardIssued(community=COMMUNITY, household="hou_3", card_digest="y", pin_hash="", since=SINCE))
    with pytest.raises(errors.CardInvalid):
        pay(exchange, till, digest="y")
