"""The broker or a database goes and comes back: nothing is lost, nothing is done twice, nothing is parked."""

import threading
import time
from collections.abc import Iterator

import pytest
from nameko.exceptions import RemoteError, RpcTimeout

from deploy.local.stack import Stack
from messaging import broker
from tests.messaging.running import RunningShop, eventually
from tests.messaging.shop import Sold
from tests.messaging.test_receive import envelope


@pytest.fixture
def whole(stack: Stack) -> Iterator[Stack]:
    """The servers, all running again afterwards."""
    yield stack
    stack.resume("postgres")
    stack.start("rabbitmq", "postgres")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of the client, finding no broker
def test_a_broker_restarted_in_mid_flow_loses_nothing(shop: RunningShop, whole: Stack) -> None:
    shop.start("till", "warehouse", "books", "relay")
    answered: list[str] = []
    enough = threading.Event()

    def sell() -> None:
        for number in range(10_000):
            if enough.is_set():
                return
            try:
                shop.call("till.sell", what=f"item-{number}", timeout=3)
                answered.append(f"item-{number}")
            except (RpcTimeout, RuntimeError, *broker.ERRORS):
                time.sleep(0.1)

    selling = threading.Thread(target=sell)
    selling.start()
    try:
        eventually(lambda: len(answered) > 20)
        whole.stop("rabbitmq")
        whole.start("rabbitmq")
        before = len(answered)
        eventually(lambda: len(answered) > before + 20, within=60)
    finally:
        enough.set()
        selling.join()
    sold = shop.noted("till")
    assert set(answered) <= set(sold)
    assert len(sold) == len(set(sold))
    eventually(lambda: sorted(shop.noted("warehouse")), sorted(sold), within=60)
    counted = sorted(line for what in sold for line in (f"Sold {what}", f"Counted {what}"))
    eventually(lambda: sorted(shop.noted("books")), counted, within=60)
    eventually(shop.unsettled, {})


def test_an_event_waits_for_its_store_without_using_up_an_attempt(shop: RunningShop, whole: Stack) -> None:
    shop.start("warehouse", "books")
    whole.stop("postgres")
    for number in range(3):
        shop.tell(envelope(Sold(what=str(number))))
    eventually(lambda: shop.unsettled().get("evt-till--warehouse.ship"), 3)
    eventually(
        lambda: shop.log("warehouse").count('"database_unavailable"') >= 3 * 3
    )  # retries would be used up by now
    whole.start("postgres")
    eventually(lambda: sorted(shop.noted("warehouse")), ["0", "1", "2"])
    eventually(lambda: sorted(shop.noted("books")), ["Sold 0", "Sold 1", "Sold 2"])
    eventually(shop.unsettled, {})
    assert '"event_failed"' not in shop.log("warehouse") + shop.log("books")


def test_a_command_without_its_store_is_refused_at_once(shop: RunningShop, whole: Stack) -> None:
    shop.start("till")
    whole.stop("postgres")
    started = time.monotonic()
    with pytest.raises(RemoteError) as refusal:
        shop.call("till.sell", what="rice")
    assert refusal.value.exc_type == "Unavailable"
    assert time.monotonic() - started < 5
    whole.start("postgres")
    assert shop.call("till.sell", what="rice")["data"]["total"] == 1


def test_a_command_after_a_restart_of_its_store_is_served(shop: RunningShop, whole: Stack) -> None:
    shop.start("till")
    shop.call("till.sell", what="rice")
    whole.stop("postgres")
    whole.start("postgres")
    assert shop.call("till.total") == 1
    assert shop.call("till.sell", what="rice")["data"]["total"] == 2


def test_a_frozen_database_frees_its_callers(shop: RunningShop, whole: Stack) -> None:
    shop.start("till")
    shop.call("till.total")
    whole.pause("postgres")
    with pytest.raises(RemoteError) as refusal:
        shop.call("till.total", timeout=30)
    assert refusal.value.exc_type == "Unavailable"
    whole.resume("postgres")
    assert shop.call("till.total") == 0


def test_a_relay_waits_for_broker_and_database(shop: RunningShop, whole: Stack) -> None:
    shop.start("till", "warehouse", "relay")
    shop.call("till.sell", what="rice")
    eventually(lambda: shop.noted("warehouse"), ["rice"])
    whole.stop("postgres")
    whole.start("postgres")
    shop.call("till.sell", what="oil")
    eventually(lambda: shop.noted("warehouse"), ["rice", "oil"])
    assert shop.process("relay").running
