"""A call takes effect once, also when it is repeated, and its errors are raised at the caller."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from nameko.exceptions import IncorrectSignature, RemoteError
from sqlalchemy import text

from tests.messaging.running_shop import RunningShop, eventually

KEY = {"caller": "per_1", "key": "one", "digest": "abc"}


def test_errors_are_raised_at_the_caller_and_the_service_goes_on(shop: RunningShop) -> None:
    shop.start("till")
    with pytest.raises(RemoteError, match="nothing is sold below zero") as refusal:
        shop.call("till.sell", what="rice", amount=-1)
    assert refusal.value.exc_type == "Refused"
    with pytest.raises(IncorrectSignature):
        shop.call("till.sell", how="rice")
    with pytest.raises(RemoteError, match="poison cannot be handled"):
        shop.call("till.sell", what="poison")
    with pytest.raises(RemoteError, match="not JSON serializable"):
        shop.call("till.not_json")
    shop.publish(b"\xff", exchange="nameko-rpc", routing_key="till.sell", content_type="application/json")
    assert shop.call("till.sell", what="rice")["data"] == {"what": "rice", "total": 1}
    assert len(shop.sql("till", "SELECT * FROM outbox")) == 1


def test_concurrent_identical_requests_have_one_effect_and_one_reply(shop: RunningShop) -> None:
    shop.start("till", "till.2")

    def sell(_: int) -> Any:
        return shop.call("till.sell", what="rice", context={"idempotency": KEY})

    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(sell, range(8)))
    assert {str(reply["data"]) for reply in replies} == {"{'what': 'rice', 'total': 1}"}
    assert [reply["replayed"] for reply in replies].count(False) == 1
    assert shop.lines("till") == ["rice"]


def test_a_request_is_refused_while_an_identical_one_is_running(shop: RunningShop) -> None:
    shop.start("till")
    with shop.connection("till") as other:
        other.execute(text("INSERT INTO idempotency_keys (caller, key, digest) VALUES (:caller, :key, :digest)"), KEY)
        with pytest.raises(RemoteError) as refusal:
            shop.call("till.sell", what="rice", context={"idempotency": KEY})
    assert refusal.value.exc_type == "RequestInProgress"
    assert shop.call("till.sell", what="rice", context={"idempotency": KEY})["data"]["total"] == 1


def test_a_call_delivered_twice_takes_effect_once(shop: RunningShop) -> None:
    shop.start("till")
    for _ in range(2):
        shop.publish(
            b'{"args": [], "kwargs": {"what": "rice"}}',
            exchange="nameko-rpc",
            routing_key="till.sell",
            content_type="application/json",
            content_encoding="utf-8",
            reply_to="nobody",
            correlation_id="one-call",
        )
    eventually(lambda: shop.lines("till"), ["rice"])
    shop.process("till").stop()  # finishes calls in progress
    assert shop.message_count("rpc-till") == 0
    assert shop.lines("till") == ["rice"]


def test_a_transaction_is_run_again_after_a_deadlock(shop: RunningShop) -> None:
    shop.start("till")

    def increment(order: str) -> Any:
        return shop.call("till.increment_in_order", order=order)["data"]

    shop.call("till.sell", what="rice")
    shop.call("till.sell", what="oil")
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(increment, ["ascending", "descending"])) == ["ascending", "descending"]
    assert shop.sql("till", "SELECT sum(amount) FROM lines") == [(6,)]


def test_health_fails_without_a_consumer(shop: RunningShop) -> None:
    with pytest.raises(AssertionError):
        shop.command("health", "till")
    shop.start("till")
    shop.command("health", "till")
