"""Webhooks: stored with the effect, delivered at least once, and only to public addresses (R27)."""

import asyncio
import ipaddress
import socket
from datetime import timedelta

import pytest
from shanzhi_merchant import InvalidWebhook, verify_webhook

from contracts import errors
from messaging.transaction import Context
from services.exchange import schemas
from services.exchange.domain.addresses import is_public
from services.exchange.domain.notices import MerchantEvent, Notice
from services.exchange.domain.webhooks import RETRY_DELAYS, Delivery, Endpoint, Outcome
from services.exchange.webhook_secrets import WebhookSecretCipher
from services.exchange.webhooks import sender
from services.exchange.webhooks.sender import WebhookSender
from services.exchange.webhooks.worker import DeliveryWorker
from tests.services.exchange.factories import NOW, TILL
from tests.services.exchange.receiver import receiver

SECRET = "whsec_dGhlIHNlY3JldCBvZiB0aGUgdGVzdHM="
OTHER = "whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhlIHRlc3Q="
OK, BROKEN, GONE = (Outcome(status=status, error=None, milliseconds=5) for status in (204, 500, 410))
HUNG = Outcome(status=None, error="no answer within 15 s", milliseconds=15_000)


def endpoint(url="https://shop.example.org/hook", types=()):
    return Endpoint.add(TILL, url=url, types=types, secret="encrypted", active=0, at=NOW)


# Rules


def test_a_delivery_fails_after_ten_attempts_with_growing_delays():
    to, delivery = endpoint(), Delivery.to(endpoint(), "payment.captured", {}, NOW)
    waited = []
    while delivery.state == "pending":
        at = delivery.due_at
        delivery.add_attempt(HUNG, to, jitter=0.0, at=at)
        waited.append(delivery.due_at - at)
    assert waited[:-1] == list(RETRY_DELAYS[1:])
    assert (delivery.state, len(delivery.attempts)) == ("failed", 10)


def test_jitter_spreads_retries():
    def due(jitter):
        delivery = Delivery.to(endpoint(), "payment.captured", {}, NOW)
        delivery.add_attempt(BROKEN, endpoint(), jitter=jitter, at=NOW)
        return delivery.due_at - NOW

    assert (due(0.0), due(1.0)) == (timedelta(seconds=5), timedelta(seconds=5.5))


def test_an_endpoint_that_answers_410_is_disabled():
    to = endpoint()
    delivery = Delivery.to(to, "payment.captured", {}, NOW)
    delivery.add_attempt(GONE, to, jitter=0, at=NOW)
    assert (to.state, delivery.state) == ("disabled", "failed")
    with pytest.raises(errors.WrongState):
        delivery.replay(to, NOW)


def test_a_disabled_endpoint_is_enabled_again_with_another_url():
    to = endpoint()
    to.disable(NOW)
    to.revise(url="https://new.example.org/hook", types=["payment.captured"], active=True, at=NOW)
    assert (to.state, to.disabled_at, to.url, to.types) == (
        "active",
        None,
        "https://new.example.org/hook",
        ["payment.captured"],
    )
    with pytest.raises(errors.Invalid):
        to.revise(url="https://10.0.0.1/", types=[], active=True, at=NOW)


def test_after_a_rotation_both_secrets_sign_for_a_day():
    to = endpoint()
    to.rotate("newer", NOW)
    assert to.secrets(NOW + timedelta(hours=23)) == ["newer", "encrypted"]
    assert to.secrets(NOW + timedelta(hours=24)) == ["newer"]


def test_a_second_rotation_within_a_day_is_refused_unless_the_earlier_secret_ends_at_once():
    to = endpoint()
    to.rotate("newer", NOW)
    with pytest.raises(errors.WrongState):
        to.rotate("newest", NOW + timedelta(hours=23))
    assert to.secrets(NOW + timedelta(hours=23)) == ["newer", "encrypted"]

    to.rotate("newest", NOW + timedelta(hours=23), end_earlier=True)
    assert to.secrets(NOW + timedelta(hours=23)) == ["newest"]


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example.org/hook",
        "ftp://shop.example.org",
        "https://",
        "https://user:word@shop.example.org/",
        "https://shop.example.org/#part",
        "https://@shop.example.org/",
        "https://shop.example.org:port/",
        "https://[::1/",
        "shop",
    ],
)
def test_an_endpoint_needs_a_valid_url(url):
    with pytest.raises(errors.Invalid):
        endpoint(url)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "shop.localhost"])
def test_an_endpoint_on_this_machine_is_for_development_only(host):
    with pytest.raises(errors.Invalid):
        endpoint(f"https://{host}/hook")
    assert Endpoint.add(
        TILL, url=f"http://{host}/hook", types=(), secret="s", active=0, at=NOW, allow_loopback=True
    ).url


def test_a_merchant_has_at_most_five_endpoints():
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
        ("2002:5db8:d822::", False),
        ("2001:0:a00:1::", False),
        ("64:ff9b:1::a00:1", False),
        ("fec0::1", False),
        ("feff::1", False),
        ("::10.0.0.1", False),
        ("::ffff:0:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("fe80::1%eth0", False),
        ("2606:2800:220:1::1%1", False),
        ("ff0e::1", False),
        ("2001:db8::1", False),
        ("3fff::1", False),
        ("192.88.99.1", False),
        ("198.18.0.1", False),
        ("203.0.113.1", False),
    ],
)
def test_only_public_addresses_are_allowed(address, public):
    assert is_public(ipaddress.ip_address(address)) is public
    host = f"[{address}]" if ":" in address else address
    if public:
        assert endpoint(f"https://{host}/hook").url
    else:
        with pytest.raises(errors.Invalid) as refused:
            endpoint(f"https://{host}/hook")
        assert refused.value.errors[0]["pointer"] == "/url"
        assert "不是公网地址" in refused.value.errors[0]["detail"]


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "0177.0.0.1", "10.1", "0x0a.0.0.1", "10.0.0.1."])
def test_an_address_written_in_another_way_is_refused_when_it_is_added(host):
    with pytest.raises(errors.Invalid) as refused:
        endpoint(f"https://{host}/hook")
    assert "地址" in refused.value.errors[0]["detail"]


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
    form = {"paycode": digits, "points": 40, "merchant_reference": reference}
    return exchange.call("authorize", actor=till, **form)["id"]


def test_a_merchant_is_notified_of_each_step_of_a_payment(exchange):
    test = exchange.shop("test")
    listen(exchange, test)
    payment = pay(exchange, test)
    exchange.call("capture", actor=test, payment_id=payment, points=30)
    refund = exchange.call("refund", actor=test, authorization_id=payment, points=5, merchant_reference="r-1")["id"]
    voided = pay(exchange, test, "sale-2")
    exchange.call("void", actor=test, payment_id=voided)
    notices = [(each["type"], each["data"]) for each in reversed(sent(exchange, test))]
    assert notices == [
        ("payment.authorized", {"authorization_id": payment}),
        ("payment.captured", {"authorization_id": payment}),
        ("payment.refunded", {"authorization_id": payment, "refund_id": refund}),
        ("payment.authorized", {"authorization_id": voided}),
        ("payment.voided", {"authorization_id": voided}),
    ]


def events(exchange, till, **query):
    exchange.tick("number_events")
    return exchange.call("list_events", actor=till, **query)


def test_a_merchant_without_webhooks_lists_what_they_would_have_told(exchange):
    test = exchange.shop("test")
    assert events(exchange, test) == {"data": [], "has_more": False, "next_cursor": "0"}
    payment = pay(exchange, test)
    exchange.call("capture", actor=test, payment_id=payment)
    first = events(exchange, test, limit=1)
    assert ([event["type"] for event in first["data"]], first["has_more"]) == (["payment.authorized"], True)
    second = events(exchange, test, cursor=first["next_cursor"])
    assert [(event["type"], event["data"]) for event in second["data"]] == [
        ("payment.captured", {"authorization_id": payment})
    ]

    nothing = events(exchange, test, cursor=second["next_cursor"])
    assert nothing == {"data": [], "has_more": False, "next_cursor": second["next_cursor"]}
    voided = pay(exchange, test, "sale-2")
    exchange.call("void", actor=test, payment_id=voided)
    later = events(exchange, test, cursor=nothing["next_cursor"])["data"]
    assert [event["type"] for event in later] == ["payment.authorized", "payment.voided"]
    assert [event["id"] for event in events(exchange, test, type="payment.voided")["data"]] == [later[-1]["id"]]


def test_events_are_separate_per_merchant_and_mode_and_kept_for_thirty_days(exchange):
    test = exchange.shop("test")
    pay(exchange, test)
    live = exchange.till(test["merchant"], "live")
    assert events(exchange, live)["data"] == events(exchange, exchange.shop("test", "理发店"))["data"] == []

    exchange.later(days=29).tick("forget_events")
    assert len(events(exchange, test)["data"]) == 1
    exchange.later(days=30, seconds=1).tick("forget_events")
    assert events(exchange, test)["data"] == []


def test_an_event_committed_late_is_listed_after_those_that_were_listed_before_it(exchange):
    test = exchange.shop("test")
    notice = Notice(merchant=test["merchant"], type="payment.captured", data={})

    def event():
        return MerchantEvent.of(notice, community=test["community"], mode="test", at=NOW)

    with exchange.transaction() as slow:
        late = event()
        slow.scope_of(test["community"]).events.add(late)
        slow.session.flush()
        pay(exchange, test)
        before = events(exchange, test)
    after = events(exchange, test, cursor=before["next_cursor"])["data"]
    assert [found["id"] for found in after] == [late.id]


def test_a_merchant_is_notified_once_when_a_hold_is_answered(exchange, shop):
    listen(exchange, shop)
    digits = exchange.call(
        "issue_paycode", actor={"person": "per_li", "community": shop["community"], "merchant": None}
    )
    form = {"paycode": digits["paycode"], "points": 40, "merchant_reference": "sale-1"}
    exchange.call("authorize", actor=shop, **form)
    request = exchange.emitted[-1]
    assert sent(exchange, shop) == []
    exchange.hold(request)
    exchange.hold(request)
    assert [each["type"] for each in sent(exchange, shop)] == ["payment.authorized"]


def test_a_refused_command_notifies_nobody(exchange):
    test = exchange.shop("test")
    listen(exchange, test, types=["payment.captured"])
    payment = pay(exchange, test)
    with pytest.raises(errors.AmountExceedsHold):
        exchange.call("capture", actor=test, payment_id=payment, points=1000)
    assert sent(exchange, test) == []


def test_deliveries_are_separate_per_merchant_and_mode(exchange, shop):
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


def test_secrets_are_stored_encrypted(exchange, shop):
    listen(exchange, shop)
    with exchange.transaction() as tx:
        [stored] = tx.scope(shop).webhooks.list_endpoints(schemas.till(shop))
        assert SECRET not in stored.secret


# With a worker


def worker(exchange, *, loopback=True):
    return DeliveryWorker(
        exchange._access(Context()), WebhookSecretCipher("a key of the tests"), WebhookSender(allow_loopback=loopback)
    )


def deliver(exchange, rounds=1, **how):
    """Have one worker attempt what is due, and wait for the outcomes."""

    async def run():
        one = worker(exchange, **how)
        for _ in range(rounds):
            await one.start_attempts()
            if one._tasks:
                await asyncio.wait(set(one._tasks))
        await one._sender.close()

    asyncio.run(run())


def try_out(exchange, till, url, **more):
    to = listen(exchange, till, url, **more)
    exchange.call("try_webhook_endpoint", actor=till, endpoint_id=to)
    return to


def test_a_notice_arrives_signed_and_its_outcome_is_stored(exchange, shop):
    with receiver() as server:
        to = try_out(exchange, shop, f"{server.url}/hook")
        deliver(exchange)
        [(headers, body)] = server.at("/hook")
    [delivery] = sent(exchange, shop)
    notice = verify_webhook(body, headers, SECRET)
    assert (notice.id, notice.type, notice.data) == (delivery["id"], "endpoint.test", {"endpoint_id": to})
    assert (delivery["status"], delivery["attempts"][0]["status"]) == ("delivered", 204)
    with pytest.raises(InvalidWebhook):
        verify_webhook(body, headers, OTHER)
    with pytest.raises(InvalidWebhook):
        verify_webhook(body.replace(b"test", b"tost"), headers, SECRET)


def test_after_a_rotation_either_secret_verifies_a_notice(exchange, shop):
    with receiver() as server:
        to = try_out(exchange, shop, f"{server.url}/hook")
        exchange.call("rotate_webhook_secret", actor=shop, endpoint_id=to, secret=OTHER)
        deliver(exchange)
        [(headers, body)] = server.at("/hook")
    assert verify_webhook(body, headers, SECRET) == verify_webhook(body, headers, OTHER)


def test_what_a_removed_endpoint_never_gets_has_failed(exchange, shop):
    to = try_out(exchange, shop, "https://shop.example.org/hook")

    exchange.call("remove_webhook_endpoint", actor=shop, endpoint_id=to)

    assert [delivery["status"] for delivery in sent(exchange, shop)] == ["failed"]


def test_what_a_disabled_endpoint_never_gets_has_failed(exchange, shop):
    with receiver() as server:
        server.answers["/hook"] = 410
        to = try_out(exchange, shop, f"{server.url}/hook")
        exchange.call("try_webhook_endpoint", actor=shop, endpoint_id=to)
        deliver(exchange)

    assert [delivery["status"] for delivery in sent(exchange, shop)] == ["failed", "failed"]


def test_what_a_merchant_disables_gets_nothing_until_it_is_enabled_again(exchange, shop):
    url = "https://shop.example.org/hook"
    to = try_out(exchange, shop, url)
    form = {"endpoint_id": to, "url": url, "types": []}

    assert exchange.call("revise_webhook_endpoint", actor=shop, active=False, **form)["status"] == "disabled"
    [delivery] = sent(exchange, shop)
    assert exchange.call("get_delivery", actor=shop, delivery_id=delivery["id"])["status"] == "failed"
    with pytest.raises(errors.WrongState):
        exchange.call("try_webhook_endpoint", actor=shop, endpoint_id=to)
    assert exchange.call("revise_webhook_endpoint", actor=shop, **form)["status"] == "active"
    assert exchange.call("replay_delivery", actor=shop, delivery_id=delivery["id"])["status"] == "pending"


def test_a_replay_sends_the_same_notice_again(exchange, shop):
    with receiver() as server:
        try_out(exchange, shop, f"{server.url}/hook")
        deliver(exchange)
        [first] = sent(exchange, shop)
        exchange.call("replay_delivery", actor=shop, delivery_id=first["id"])
        deliver(exchange)
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
def test_any_failed_attempt_is_retried(exchange, shop, monkeypatch, answer, status, error):
    monkeypatch.setattr(sender, "_TIMEOUT_SECONDS", 0.5)
    with receiver() as server:
        server.answers["/hook"] = answer
        try_out(exchange, shop, f"{server.url}/hook")
        deliver(exchange)
        assert server.at("/elsewhere") == []
        [delivery] = sent(exchange, shop, status="pending")
        assert delivery["attempts"][0]["status"] == status
        assert (delivery["attempts"][0]["error"] or "").startswith(error or "")
        server.answers["/hook"] = 200
        exchange.later(seconds=6)
        deliver(exchange)
    assert [each["status"] for each in sent(exchange, shop)] == ["delivered"]


def test_an_endless_response_is_cut_off(exchange, shop):
    with receiver() as server:
        server.answers["/hook"] = "endless"
        try_out(exchange, shop, f"{server.url}/hook")
        deliver(exchange)
    assert [each["status"] for each in sent(exchange, shop)] == ["delivered"]


def test_410_disables_the_endpoint(exchange, shop):
    with receiver() as server:
        server.answers["/hook"] = 410
        to = try_out(exchange, shop, f"{server.url}/hook")
        deliver(exchange)
    [disabled] = exchange.call("list_webhook_endpoints", actor=shop)["data"]
    assert (disabled["status"], sent(exchange, shop)[0]["status"]) == ("disabled", "failed")
    with pytest.raises(errors.WrongState):
        exchange.call("try_webhook_endpoint", actor=shop, endpoint_id=to)


def test_a_private_address_is_refused(exchange, shop):
    with receiver() as server:
        try_out(exchange, shop, f"{server.url}/hook")
        deliver(exchange, loopback=False)
        assert server.received == []
    assert "127.0.0.1 is not a public address" in sent(exchange, shop)[0]["attempts"][0]["error"]


def test_a_host_with_one_private_address_is_refused(exchange, shop, monkeypatch):
    async def both(self, host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ("93.184.216.34", "10.0.0.1")]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", both)
    try_out(exchange, shop, "https://shop.example.org/hook")
    deliver(exchange)
    assert "10.0.0.1 is not a public address" in sent(exchange, shop)[0]["attempts"][0]["error"]


def test_a_host_is_resolved_once_so_that_dns_rebinding_fails(exchange, shop, monkeypatch):
    """A name server that answers a public address first and a private one later is not asked twice."""
    resolved = []

    async def resolve(self, host, port, **_):
        resolved.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    with receiver() as server:
        monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
        port = server.url.rsplit(":", 1)[1]
        try_out(exchange, shop, f"http://localhost:{port}/hook")
        deliver(exchange)
        [(headers, _)] = server.at("/hook")
    assert headers["host"] == f"localhost:{port}"
    assert resolved.count("localhost") == 1


def test_a_dead_workers_deliveries_are_leased_again_when_its_leases_end(exchange, shop):
    try_out(exchange, shop, "http://127.0.0.1:1/hook")

    def lease():
        with exchange.transaction() as tx:
            return len(tx.deliveries.lease(tx.now, limit=10, busy=[]))

    assert (lease(), lease()) == (1, 0)
    exchange.later(seconds=19)
    assert lease() == 0
    exchange.later(seconds=1)
    assert lease() == 1


def test_a_hanging_endpoint_does_not_delay_others(exchange, shop, monkeypatch):
    monkeypatch.setattr(sender, "_TIMEOUT_SECONDS", 2.0)
    with receiver() as server:
        server.answers["/slow"] = "hang"
        slow, quick = (listen(exchange, shop, f"{server.url}/{each}") for each in ("slow", "quick"))
        for to in [slow] * 20 + [quick]:
            exchange.call("try_webhook_endpoint", actor=shop, endpoint_id=to)

        async def run():
            one = worker(exchange)
            await one.start_attempts()
            await one.start_attempts()
            assert one._in_flight[slow] == 4, "no more attempts at the slow endpoint are in flight"
            async with asyncio.timeout(1.5):
                while not server.at("/quick"):
                    await asyncio.sleep(0.01)
            server.release.set()
            await asyncio.wait(set(one._tasks))
            await one._sender.close()

        asyncio.run(run())


def test_two_workers_share_the_queue(exchange, shop):
    with receiver() as server:
        for number in range(5):
            to = listen(exchange, shop, f"{server.url}/{number}")
            for _ in range(8):
                exchange.call("try_webhook_endpoint", actor=shop, endpoint_id=to)

        async def run():
            both = [worker(exchange), worker(exchange)]
            async with asyncio.timeout(30):
                while len(server.received) < 40:
                    await asyncio.gather(*(one.start_attempts() for one in both))
                    await asyncio.sleep(0.01)
            await asyncio.gather(*(each for one in both for each in one._tasks))
            for one in both:
                await one._sender.close()

        asyncio.run(run())
        ids = [headers["webhook-id"] for _, headers, _ in server.received]
    assert (len(ids), len(set(ids))) == (40, 40)
