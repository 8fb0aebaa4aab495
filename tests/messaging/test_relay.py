"""What was committed is published, whatever dies in between; one relay leads, and nobody is blocked by another."""

import threading
from datetime import UTC, datetime

import pytest
from kombu import Connection
from nameko.exceptions import RemoteError
from sqlalchemy import text

from messaging.envelope import Envelope
from tests.messaging.running import RunningShop, eventually
from tests.messaging.shop import Sold


def unsent(shop: RunningShop) -> int:
    return int(shop.sql("till", "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND unrouted_at IS NULL")[0][0])


def test_what_was_committed_before_a_crash_is_published_after_it(shop: RunningShop) -> None:
    shop.start("till", "warehouse")
    shop.call("till.sell", what="rice")
    shop.kill("till")
    assert shop.noted("warehouse") == []
    shop.start("relay")
    eventually(lambda: shop.noted("warehouse"), ["rice"])
    eventually(lambda: unsent(shop), 0)


def test_what_was_rolled_back_is_never_published(shop: RunningShop) -> None:
    shop.start("till", "relay")
    tap = shop.tap("till")
    with pytest.raises(RemoteError, match="poison"):
        shop.call("till.sell", what="poison")
    shop.call("till.sell", what="rice")
    eventually(lambda: shop.waiting(tap), 1)
    assert [event["subject"] for event in shop.read(tap)] == ["rice"]


def test_a_crash_between_publishing_and_marking_has_no_effect_twice(shop: RunningShop) -> None:
    shop.start("till", "warehouse", "books")
    shop.call("till.sell", what="rice")
    tap = shop.tap("till")
    with shop.connection("till") as other:
        other.execute(text("SELECT * FROM outbox FOR UPDATE"))  # the relay can read, and publish, but not mark
        shop.start("relay")
        eventually(lambda: shop.noted("warehouse"), ["rice"])
        shop.kill("relay")
        shop.sql("till", "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted")  # its last words
        assert unsent(shop) == 1
    shop.start("relay")
    eventually(lambda: unsent(shop), 0)
    assert shop.waiting(tap) >= 2
    assert len({event["id"] for event in shop.read(tap)}) == 1
    eventually(lambda: shop.unsettled(), {})
    assert (shop.noted("warehouse"), shop.noted("books").count("Sold rice")) == (["rice"], 1)


def who_led(shop: RunningShop) -> list[str]:
    """Which of two relays has led the till's store so far; another store may have another leader."""
    lines = {name: shop.log(name).splitlines() for name in ("relay", "relay.2")}
    return [name for name in lines if any('"leading"' in line and '"relay": "till"' in line for line in lines[name])]


def test_of_two_relays_one_leads_and_the_other_takes_over(shop: RunningShop) -> None:
    shop.start("till", "books", "relay", "relay.2")
    tap = shop.tap("till")
    shop.call("till.sell_many", what="first", count=1000)
    eventually(lambda: shop.waiting(tap), 1000)  # each once: only one of them publishes
    [leader] = who_led(shop)
    selling = threading.Thread(target=shop.call, args=("till.sell_many",), kwargs={"what": "then", "count": 3000})
    selling.start()
    eventually(lambda: shop.waiting(tap) > 1000)
    shop.kill(leader)
    selling.join()
    eventually(lambda: unsent(shop), 0)
    assert set(who_led(shop)) == {"relay", "relay.2"}
    events = shop.read(tap)
    assert len({event["id"] for event in events}) == 4000
    eventually(lambda: len(shop.noted("books")), 4000)
    assert len(set(shop.noted("books"))) == 4000


def test_events_leave_in_the_order_they_were_said(shop: RunningShop) -> None:
    shop.start("till", "relay")
    tap = shop.tap("till")
    shop.call("till.sell_many", what="item", count=1200)
    eventually(lambda: shop.waiting(tap), 1200)
    assert [event["sequence"] for event in shop.read(tap)] == list(range(1200))


def test_what_nobody_hears_blocks_nobody_and_waits_for_its_first_listener(shop: RunningShop) -> None:
    shop.start("till", "warehouse", "relay")
    shop.unbind("evt-till-warehouse--books.book", "till.events", "GivenBack")
    for _ in range(3):
        shop.call("till.give_back", what="rice")
    shop.call("till.sell", what="oil")
    eventually(lambda: shop.noted("warehouse"), ["oil"])
    waiting = "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND unrouted_at IS NOT NULL"
    eventually(lambda: shop.sql("till", waiting), [(3,)])
    tap = shop.tap("till")
    eventually(lambda: shop.waiting(tap), 3)
    eventually(lambda: shop.sql("till", waiting), [(0,)])


def test_a_full_queue_holds_up_its_own_events_only(shop: RunningShop) -> None:
    with Connection(shop.amqp_uri) as connection:
        channel = connection.channel()
        full = {"x-max-length": 1, "x-overflow": "reject-publish"}
        channel.queue_declare("full", durable=True, auto_delete=False, arguments=full)
        channel.queue_bind("full", "till.events", "GivenBack")
    shop.start("till", "warehouse", "relay")
    for number in range(5):
        shop.call("till.give_back", what=str(number))
    shop.call("till.sell", what="oil")
    eventually(lambda: shop.noted("warehouse"), ["oil"])
    arrived: set[str] = set()

    def drained() -> set[str]:
        arrived.update(event["subject"] for event in shop.read("full"))
        return arrived

    eventually(drained, set("01234"))
    eventually(lambda: unsent(shop), 0)


def test_a_committed_event_is_on_its_way_without_waiting_for_the_next_look(shop: RunningShop) -> None:
    shop.start("till", "warehouse", "relay")
    shop.call("till.sell", what="rice")
    eventually(lambda: shop.noted("warehouse"), ["rice"])
    [(seconds,)] = shop.sql("till", "SELECT extract(epoch FROM sent_at - emitted_at) FROM outbox")
    assert seconds < 1


def test_a_relay_survives_the_end_of_its_session(shop: RunningShop) -> None:
    shop.start("till", "warehouse", "relay")
    shop.call("till.sell", what="rice")
    eventually(lambda: shop.noted("warehouse"), ["rice"])
    shop.sql("till", "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
    shop.call("till.sell", what="oil")
    eventually(lambda: shop.noted("warehouse"), ["rice", "oil"])


def test_a_late_commit_is_not_passed_over(shop: RunningShop) -> None:
    """Positions are given before commits: an earlier one may become visible after a later one was sent."""
    shop.start("warehouse", "relay")
    first, second = (Envelope.wrap(Sold(what=what), at=datetime.now(UTC)) for what in ("late", "early"))
    with shop.connection("till") as slow:
        shop.say(slow, first)
        with shop.connection("till") as quick:
            shop.say(quick, second)
            quick.commit()
        eventually(lambda: shop.noted("warehouse"), ["early"])
        slow.commit()
    eventually(lambda: shop.noted("warehouse"), ["early", "late"])
