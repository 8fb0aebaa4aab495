"""After an outage of the broker or a database no event is lost, handled twice or dead-lettered."""

import threading
import time
from collections.abc import Iterator

import pytest
from nameko.exceptions import RemoteError, RpcTimeout

from deploy.local.stack import Stack
from messaging import broker
from tests.messaging.running_shop import RunningShop, eventually
from tests.messaging.shop import Sold
from tests.messaging.test_receive import envelope


@pytest.fixture
def servers(stack: Stack) -> Iterator[Stack]:
    """The broker and the database server; both are started again after the test."""
    yield stack
    stack.resume("postgres")
    stack.start("rabbitmq", "postgres")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # raised in the client without a broker
def test_a_restart_of_the_broker_under_load_loses_nothing(shop: RunningShop, servers: Stack) -> None:
    shop.start("till", "warehouse", "books", "relay")
    replied: list[str] = []
    stop_selling = threading.Event()

    def sell() -> None:
        for number in range(10_000):
            if stop_selling.is_set():
                return
            try:
                shop.call("till.sell", what=f"item-{number}", timeout=3)
                replied.append(f"item-{number}")
            except (RpcTimeout, RuntimeError, *broker.ERRORS):
                time.sleep(0.1)

    selling = threading.Thread(target=sell)
    selling.start()
    try:
        eventually(lambda: len(replied) > 20)
        servers.stop("rabbitmq")
        servers.start("rabbitmq")
        before = len(replied)
        eventually(lambda: len(replied) > before + 20, within=60)
    finally:
        stop_selling.set()
        selling.join()
    sold = shop.lines("till")
    assert set(replied) <= set(sold)
    assert len(sold) == len(set(sold))
    eventually(lambda: sorted(shop.lines("warehouse")), sorted(sold), within=60)
    counted = sorted(line for what in sold for line in (f"Sold {what}", f"Counted {what}"))
    eventually(lambda: sorted(shop.lines("books")), counted, within=60)
    eventually(shop.remaining_messages, {})


def test_a_database_outage_does_not_count_as_an_attempt(shop: RunningShop, servers: Stack) -> None:
    shop.start("warehouse", "books")
    servers.stop("postgres")
    for number in range(3):
        shop.publish_event(envelope(Sold(what=str(number))))
    eventually(lambda: shop.remaining_messages().get("evt-till--warehouse.ship"), 3)
    eventually(
        lambda: shop.log("warehouse").count('"database_unavailable"') >= 3 * 3
    )  # retries would be used up by now
    servers.start("postgres")
    eventually(lambda: sorted(shop.lines("warehouse")), ["0", "1", "2"])
    eventually(lambda: sorted(shop.lines("books")), ["Sold 0", "Sold 1", "Sold 2"])
    eventually(shop.remaining_messages, {})
    assert '"event_failed"' not in shop.log("warehouse") + shop.log("books")


def test_a_command_fails_at_once_while_the_database_is_down(shop: RunningShop, servers: Stack) -> None:
    shop.start("till")
    servers.stop("postgres")
    started = time.monotonic()
    with pytest.raises(RemoteError) as refusal:
        shop.call("till.sell", what="rice")
    assert refusal.value.exc_type == "Unavailable"
    assert time.monotonic() - started < 5
    servers.start("postgres")
    assert shop.call("till.sell", what="rice")["data"]["total"] == 1


def test_a_command_succeeds_after_a_restart_of_the_database(shop: RunningShop, servers: Stack) -> None:
    shop.start("till")
    shop.call("till.sell", what="rice")
    servers.stop("postgres")
    servers.start("postgres")
    assert shop.call("till.total") == 1
    assert shop.call("till.sell", what="rice")["data"]["total"] == 2


def test_a_call_times_out_while_the_database_hangs(shop: RunningShop, servers: Stack) -> None:
    shop.start("till")
    shop.call("till.total")
    servers.pause("postgres")
    with pytest.raises(RemoteError) as refusal:
        shop.call("till.total", timeout=30)
    assert refusal.value.exc_type == "Unavailable"
    servers.resume("postgres")
    assert shop.call("till.total") == 0


def test_a_relay_reconnects_after_a_restart_of_the_database(shop: RunningShop, servers: Stack) -> None:
    shop.start("till", "warehouse", "relay")
    shop.call("till.sell", what="rice")
    eventually(lambda: shop.lines("warehouse"), ["rice"])
    servers.stop("postgres")
    servers.start("postgres")
    shop.call("till.sell", what="oil")
    eventually(lambda: shop.lines("warehouse"), ["rice", "oil"])
    assert shop.process("relay").running
