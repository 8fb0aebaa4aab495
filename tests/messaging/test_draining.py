"""On SIGTERM a service finishes and acknowledges the work in progress and leaves other messages in their queues."""

import threading
from pathlib import Path
from typing import Any

from tests.messaging.running_shop import RunningShop, eventually
from tests.messaging.shop import Sold
from tests.messaging.test_receive import BOOK, SHIP, envelope


def exit_code(shop: RunningShop, name: str) -> int | None:
    eventually(lambda: shop.process(name).running, False, within=30)
    return shop.process(name).returncode


def test_an_event_in_progress_is_finished_and_acknowledged(shop: RunningShop, tmp_path: Path) -> None:
    shop.start("warehouse")
    go_on = tmp_path / "go-on"
    shop.publish_event(envelope(Sold(what=f"wait:{go_on}")))
    eventually(go_on.with_suffix(".begun").exists)
    shop.terminate("warehouse")
    eventually(lambda: "stopping services" in shop.log("warehouse"))
    shop.publish_event(envelope(Sold(what="rice")))
    go_on.touch()
    assert exit_code(shop, "warehouse") == 0
    assert f"wait:{go_on}" in shop.lines("warehouse")
    # the event in progress is acknowledged; the later one is either handled or still in the queue
    assert shop.message_count(SHIP) + len(shop.lines("warehouse")) == 2


def test_a_batch_in_progress_is_finished_and_acknowledged(shop: RunningShop, tmp_path: Path) -> None:
    go_on = tmp_path / "go-on"
    for what in ("rice", f"wait:{go_on}", "oil"):
        shop.publish_event(envelope(Sold(what=what)))
    shop.start("books")
    eventually(go_on.with_suffix(".begun").exists)
    shop.terminate("books")
    eventually(lambda: "stopping services" in shop.log("books"))
    go_on.touch()
    assert exit_code(shop, "books") == 0
    assert shop.lines("books") == ["Sold rice", f"Sold wait:{go_on}", "Sold oil"]
    assert shop.message_count(BOOK) == 0


def test_a_command_in_progress_gets_its_reply(shop: RunningShop, tmp_path: Path) -> None:
    shop.start("till")
    go_on = tmp_path / "go-on"
    replies: list[Any] = []

    def sell() -> None:
        replies.append(shop.call("till.sell", what=f"wait:{go_on}"))

    selling = threading.Thread(target=sell)
    selling.start()
    eventually(go_on.with_suffix(".begun").exists)
    shop.terminate("till")
    eventually(lambda: "stopping services" in shop.log("till"))
    go_on.touch()
    selling.join()
    assert replies == [{"data": {"what": f"wait:{go_on}", "total": 1}, "replayed": False}]
    assert exit_code(shop, "till") == 0
    assert shop.message_count("rpc-till") == 0


def test_a_relay_stops_on_sigterm(shop: RunningShop) -> None:
    shop.start("relay")
    eventually(lambda: shop.log("relay").count('"leading"'), 3)
    shop.terminate("relay")
    assert exit_code(shop, "relay") == 0


def test_a_service_without_a_broker_stops_on_sigterm(shop: RunningShop) -> None:
    shop.environment["AMQP_URI"] = "amqp://guest:guest@127.0.0.1:1/"
    shop.start("books", ready=False)
    eventually(lambda: '"broker_lost"' in shop.log("books"))
    shop.terminate("books")
    assert exit_code(shop, "books") == 0
