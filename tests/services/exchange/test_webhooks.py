"""Webhooks: what is written with the effect, carried at least once, and never to where it must not go (R27)."""

import asyncio
import ipaddress
import socket
from datetime import timedelta

import pytest
from shanzhi_merchant import InvalidWebhook, verify_webhook

from contracts import errors
from messaging.transaction import Context
from services.exchange.domain.webhooks import WAITS, Delivery, Endpoint, Outcome
from services.exchange.sealing import Seal
from services.exchange.webhooks import sending
from services.exchange.webhooks.courier import Courier
from services.exchange.webhooks.sending import Sender, is_public
from tests.services.exchange.receiver import receiver
from tests.services.exchange.shelf import NOW, TILL

SECRET = "whsec_dGhlIHNlY3JldCBvZiB0aGUgdGVzdHM="
OTHER = "whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhlIHRlc3Q="
OK, BROKEN, GONE = (Outcome(status=status, error=None, milliseconds=5) for status in (204, 500, 410))
HUNG = Outcome(status=None, error="no answer within 15 s", milliseconds=15_000)


def endpoint(url="https://shop.example.org/hook", types=()):
    return Endpoint.add(TILL, url=url, types=types, secret="sealed", active=0, at=NOW)


# Rules


def test_attempts_are_ten_with_growing_patience():
    to, delivery = endpoint(), Delivery.to(endpoint(), "payment.captured", {}, NOW)
    waited = []
    while delivery.state == "pending":
        at = delivery.due_at
        delivery.tried(HUNG, to, jitter=0.0, at=at)
        waited.append(delivery.due_at - at)
    assert waited[:-1] == list(WAITS[1:])
    assert (delivery.state, len(delivery.attempts)) == ("failed", 10)


def test_what_failed_together_comes_back_apart():
    def due(jitter):
        delivery = Delivery.to(endpoint(), "payment.captured", {}, NOW)
        delivery.tried(BROKEN, endpoint(), jitter=jitter, at=NOW)
        return delivery.due_at - NOW

    assert (due(0.0), due(1.0)) == (timedelta(seconds=5), timedelta(seconds=5.5))


def test_an_endpoint_that_says_it_is_gone_is_told_nothing_more():
    to = endpoint()
    delivery = Delivery.to(to, "payment.captured", {}, NOW)
    delivery.tried(GONE, to, jitter=0, at=NOW)
    assert (to.state, delivery.state) == ("disabled", "failed")
    with pytest.raises(errors.WrongState):
        delivery.replay(to, NOW)


def test_for_a_day_both_secrets_sign():
    to = endpoint()
    to.rotate("newer", NOW)
    assert to.secrets(NOW + timedelta(hours=23)) == ["newer", "sealed"]
    assert to.secrets(NOW + timedelta(hours=24)) == ["newer"]


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example.org/hook",
        "ftp://shop.example.org",
        "https://",
        "https://user:word@shop.example.org/",
        "https://shop.example.org/#part",
        "shop",
    ],
)
def test_an_address_must_be_one(url):
    with pytest.raises(errors.Invalid):
        endpoint(url)


def test_five_endpoints_are_enough():
    with pytest.raises(errors.TooManyEndpoints):
        Endpoint.add(TILL, url="https://shop.example.org/", types=(), secret="s", active=5, at=NOW)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
    ],
)
def test_only_public_addresses_are_gone_to(address, public):
    assert is_public(ipaddress.ip_address(address)) is public


# With the service


@pytest.fixture
def shop(exchange):
    return exchange.shop()


def listen(exchange, till, url="http://127.0.0.1:1/hook", types=(), secret=SECRET):
    return exchange.call("add_webhook_endpoint", actor=till, url=url, types=list(types), secret=secret)["id"]


def sent(exchange, till, **wanted):
    return exchange.call("list_deliveries", actor=till, **wanted)["data"]


def pay(exchange, till, reference="sale-1"):
    digits = exchange.call("make_test_paycode", actor=till)["paycode"]
    asked = {"paycode": digits, "points": 40, "merchant_reference": reference}
    return exchange.call("authorize", actor=till, **asked)["id"]


def test_a_merchant_is_told_what_became_of_a_payment(exchange):
    test = exchange.shop("test")
    listen(exchange, test)
    payment = pay(exchange, test)
    exchange.call("capture", actor=test, payment_id=payment, points=30)
    refund = exchange.call("refund", actor=test, authorization_id=payment, points=5, merchant_reference="r-1")["id"]
    voided = pay(exchange, test, "sale-2")
    exchange.call("void", actor=test, payment_id=voided)
    told = [(each["type"], each["data"]) for each in reversed(sent(exchange, test))]
    assert told == [
        ("payment.authorized", {"authorization_id": payment}),
        ("payment.captured", {"authorization_id": payment}),
        ("payment.refunded", {"authorization_id": payment, "refund_id": refund}),
        ("payment.authorized", {"authorization_id": voided}),
        ("payment.voided", {"authorization_id": voided}),
    ]


def test_a_live_payment_is_told_of_when_the_bank_has_answered_and_once(exchange, shop):
    listen(exchange, shop)
    digits = exchange.call(
        "issue_paycode", actor={"person": "per_li", "community": shop["community"], "merchant": None}
    )
    asked = {"paycode": digits["paycode"], "points": 40, "merchant_reference": "sale-1"}
    exchange.call("authorize", actor=shop, **asked)
    asked_of_the_bank = exchange.emitted[-1]
    assert sent(exchange, shop) == []
    exchange.hold(asked_of_the_bank)
    exchange.hold(asked_of_the_bank)
    assert [each["type"] for each in sent(exchange, shop)] == ["payment.authorized"]


def test_a_refused_effect_tells_nobody(exchange):
    test = exchange.shop("test")
    listen(exchange, test, types=["payment.captured"])
    payment = pay(exchange, test)
    with pytest.raises(errors.AmountExceedsHold):
        exchange.call("capture", actor=test, payment_id=payment, points=1000)
    assert sent(exchange, test) == []


def test_nobody_is_told_of_another_shops_or_another_modes_business(exchange, shop):
    live = listen(exchange, shop)
    test = exchange.till(shop["merchant"], "test")
    pay(exchange, test)
    assert sent(exchange, shop) == []
    stranger = exchange.shop(name="理发店")
    for call in ("remove_webhook_endpoint", "try_webhook_endpoint"):
        with pytest.raises(errors.NotFound):
            exchange.call(call, actor=stranger, endpoint_id=live)
        with pytest.raises(errors.NotFound):
            exchange.call(call, actor=test, endpoint_id=live)


def test_the_store_has_no_secret_that_could_be_read(exchange, shop):
    listen(exchange, shop)
    with exchange.transaction() as tx:
        [kept] = tx.webhooks.endpoints(TILL.__class__(**{n: shop[n] for n in ("community", "merchant", "mode", "key")}))
        assert SECRET not in kept.secret


# With a courier


def courier(exchange, *, loopback=True):
    return Courier(exchange._access(Context()), Seal("a key of the tests"), Sender(loopback=loopback))


def carry(exchange, rounds=1, **how):
    """What one courier does until everything it took has ended."""

    async def run():
        one = courier(exchange, **how)
        for _ in range(rounds):
            await one.round()
            if one._work:
                await asyncio.wait(set(one._work))
        await one._sender.close()

    asyncio.run(run())


def try_out(exchange, till, url, **more):
    to = listen(exchange, till, url, **more)
    exchange.call("try_webhook_endpoint", actor=till, endpoint_id=to)
    return to


def test_a_notice_arrives_signed_and_is_written_down(exchange, shop):
    with receiver() as server:
        to = try_out(exchange, shop, f"{server.url}/hook")
        carry(exchange)
        [(headers, body)] = server.at("/hook")
    [delivery] = sent(exchange, shop)
    notice = verify_webhook(body, headers, SECRET)
    assert (notice.id, notice.type, notice.data) == (delivery["id"], "endpoint.test", {"endpoint_id": to})
    assert (delivery["status"], delivery["attempts"][0]["status"]) == ("delivered", 204)
    with pytest.raises(InvalidWebhook):
        verify_webhook(body, headers, OTHER)
    with pytest.raises(InvalidWebhook):
        verify_webhook(body.replace(b"test", b"tost"), headers, SECRET)


def test_after_a_rotation_either_secret_opens_it(exchange, shop):
    with receiver() as server:
        to = try_out(exchange, shop, f"{server.url}/hook")
        exchange.call("rotate_webhook_secret", actor=shop, endpoint_id=to, secret=OTHER)
        carry(exchange)
        [(headers, body)] = server.at("/hook")
    assert verify_webhook(body, headers, SECRET) == verify_webhook(body, headers, OTHER)


def test_a_replay_is_the_same_notice_again(exchange, shop):
    with receiver() as server:
        try_out(exchange, shop, f"{server.url}/hook")
        carry(exchange)
        [first] = sent(exchange, shop)
        exchange.call("replay_delivery", actor=shop, delivery_id=first["id"])
        carry(exchange)
        assert [headers["webhook-id"] for headers, _ in server.at("/hook")] == [first["id"]] * 2
    assert len(sent(exchange, shop)[0]["attempts"]) == 2


@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [
        (500, 500, None),
        (404, 404, None),
        ("elsewhere", 302, None),
        ("garbage", None, "RemoteProtocolError"),
        ("hang", None, "no answer within"),
    ],
)
def test_whatever_goes_wrong_is_tried_again(exchange, shop, monkeypatch, answer, status, error):
    monkeypatch.setattr(sending, "_PATIENCE", 0.5)
    with receiver() as server:
        server.answers["/hook"] = answer
        try_out(exchange, shop, f"{server.url}/hook")
        carry(exchange)
        assert server.at("/elsewhere") == []
        [delivery] = sent(exchange, shop, status="pending")
        assert delivery["attempts"][0]["status"] == status
        assert (delivery["attempts"][0]["error"] or "").startswith(error or "")
        server.answers["/hook"] = 200
        exchange.later(seconds=6)
        carry(exchange)
    assert [each["status"] for each in sent(exchange, shop)] == ["delivered"]


def test_an_answer_without_end_is_read_no_further_than_needed(exchange, shop):
    with receiver() as server:
        server.answers["/hook"] = "endless"
        try_out(exchange, shop, f"{server.url}/hook")
        carry(exchange)
    assert [each["status"] for each in sent(exchange, shop)] == ["delivered"]


def test_410_disables_the_endpoint(exchange, shop):
    with receiver() as server:
        server.answers["/hook"] = 410
        to = try_out(exchange, shop, f"{server.url}/hook")
        carry(exchange)
    [kept] = exchange.call("list_webhook_endpoints", actor=shop)["data"]
    assert (kept["status"], sent(exchange, shop)[0]["status"]) == ("disabled", "failed")
    with pytest.raises(errors.WrongState):
        exchange.call("try_webhook_endpoint", actor=shop, endpoint_id=to)


def test_a_private_address_is_not_gone_to(exchange, shop):
    with receiver() as server:
        try_out(exchange, shop, f"{server.url}/hook")
        carry(exchange, loopback=False)
        assert server.received == []
    assert "127.0.0.1 is not a public address" in sent(exchange, shop)[0]["attempts"][0]["error"]


def test_a_name_that_has_one_private_address_is_not_gone_to(exchange, shop, monkeypatch):
    async def both(self, host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ("93.184.216.34", "10.0.0.1")]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", both)
    try_out(exchange, shop, "https://shop.example.org/hook")
    carry(exchange)
    assert "10.0.0.1 is not a public address" in sent(exchange, shop)[0]["attempts"][0]["error"]


def test_a_name_is_looked_up_once_so_that_a_second_answer_leads_nowhere(exchange, shop, monkeypatch):
    """DNS rebinding: whoever answers public first and private afterwards finds that nobody asked again."""
    asked = []

    async def look_up(self, host, port, **_):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    with receiver() as server:
        monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", look_up)
        port = server.url.rsplit(":", 1)[1]
        try_out(exchange, shop, f"http://localhost:{port}/hook")
        carry(exchange)
        [(headers, _)] = server.at("/hook")
    assert headers["host"] == f"localhost:{port}"
    assert asked.count("localhost") == 1


def test_what_a_dead_courier_had_taken_is_taken_again_when_its_lease_has_ended(exchange, shop):
    try_out(exchange, shop, "http://127.0.0.1:1/hook")

    def taken():
        with exchange.transaction() as tx:
            return len(tx.webhooks.take(tx.now, limit=10, busy=[]))

    assert (taken(), taken()) == (1, 0)
    exchange.later(seconds=19)
    assert taken() == 0
    exchange.later(seconds=1)
    assert taken() == 1


def test_one_that_hangs_holds_up_nobody_else(exchange, shop, monkeypatch):
    monkeypatch.setattr(sending, "_PATIENCE", 2.0)
    with receiver() as server:
        server.answers["/slow"] = "hang"
        slow, quick = (listen(exchange, shop, f"{server.url}/{each}") for each in ("slow", "quick"))
        for to in [slow] * 20 + [quick]:
            exchange.call("try_webhook_endpoint", actor=shop, endpoint_id=to)

        async def run():
            one = courier(exchange)
            await one.round()
            await one.round()
            assert one._busy[slow] == 4, "no more of the slow one is on its way"
            async with asyncio.timeout(1.5):
                while not server.at("/quick"):
                    await asyncio.sleep(0.01)
            server.release.set()
            await asyncio.wait(set(one._work))
            await one._sender.close()

        asyncio.run(run())


def test_two_couriers_share_the_work(exchange, shop):
    with receiver() as server:
        for number in range(5):
            to = listen(exchange, shop, f"{server.url}/{number}")
            for _ in range(8):
                exchange.call("try_webhook_endpoint", actor=shop, endpoint_id=to)

        async def run():
            both = [courier(exchange), courier(exchange)]
            async with asyncio.timeout(30):
                while len(server.received) < 40:
                    await asyncio.gather(*(one.round() for one in both))
                    await asyncio.sleep(0.01)
            await asyncio.gather(*(each for one in both for each in one._work))
            for one in both:
                await one._sender.close()

        asyncio.run(run())
        ids = [headers["webhook-id"] for _, headers, _ in server.received]
    assert (len(ids), len(set(ids))) == (40, 40)
