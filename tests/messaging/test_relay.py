"""Committed events are published at least once, in spite of crashes. One relay leads. No event type delays another."""

import threading
from datetime import UTC, datetime

import pytest
from kombu import Connection
from nameko.exceptions import RemoteError
from sqlalchemy import text

from messaging.envelope import Envelope
from tests.messaging.running_shop import RunningShop, eventually
from tests.messaging.shop import Sold


def unsent(shop: RunningShop) -> int:
    return int(shop.sql("till", "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND unrouted_at IS NULL")[0][0])


def test_events_committed_before_a_crash_are_published_after_it(shop: RunningShop) -> None:
    shop.start("till", "warehouse")
    shop.call("till.sell", what="rice")
    shop.kill("till")
    assert shop.lines("warehouse") == []
    shop.start("relay")
    eventually(lambda: shop.lines("warehouse"), ["rice"])
    eventually(lambda: unsent(shop), 0)


def test_events_of_a_rolled_back_transaction_are_not_published(shop: RunningShop) -> None:
    shop.start("till", "relay")
    copies = shop.copy_events("till")
    with pytest.raises(RemoteError, match="poison"):
        shop.call("till.sell", what="poison")
    shop.call("till.sell", what="rice")
    eventually(lambda: shop.message_count(copies), 1)
    assert [event["subject"] for event in shop.take_messages(copies)] == ["rice"]


def test_a_crash_between_publishing_and_marking_has_one_effect(shop: RunningShop) -> None:
    shop.start("till", "warehouse", "books")
    shop.call("till.sell", what="rice")
    copies = shop.copy_events("till")
    with shop.connection("till") as other:
        other.execute(text("SELECT * FROM outbox FOR UPDATE"))  # the relay can read and publish, but not mark as sent
        shop.start("relay")
        eventually(lambda: shop.lines("warehouse"), ["rice"])
        shop.kill("relay")
        shop.sql("till", "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted")  # of the killed relay
        assert unsent(shop) == 1
    shop.start("relay")
    eventually(lambda: unsent(shop), 0)
    assert shop.message_count(copies) >= 2
    assert len({event["id"] for event in shop.take_messages(copies)}) == 1
    eventually(lambda: shop.remaining_messages(), {})
    assert (shop.lines("warehouse"), shop.lines("books").count("Sold rice")) == (["rice"], 1)


def leaders(shop: RunningShop) -> list[str]:
    """Return which of two relays have led the till's store so far."""
    lines = {name: shop.log(name).splitlines() for name in ("relay", "relay.2")}
    return [name for name in lines if any('"leading"' in line and '"relay": "till"' in line for line in lines[name])]


def test_a_second_relay_takes_over_when_the_leader_dies(shop: RunningShop) -> None:
    shop.start("till", "books", "relay", "relay.2")
    copies = shop.copy_events("till")
    shop.call("till.sell_many", what="first", count=1000)
    eventually(lambda: shop.message_count(copies), 1000)  # each once: only the leader publishes
    [leader] = leaders(shop)
    selling = threading.Thread(target=shop.call, args=("till.sell_many",), kwargs={"what": "then", "count": 3000})
    selling.start()
    eventually(lambda: shop.message_count(copies) > 1000)
    shop.kill(leader)
    selling.join()
    eventually(lambda: unsent(shop), 0)
    assert set(leaders(shop)) == {"relay", "relay.2"}
    events = shop.take_messages(copies)
    assert len({event["id"] for event in events}) == 4000
    eventually(lambda: len(shop.lines("books")), 4000)
    assert len(set(shop.lines("books"))) == 4000


def test_events_leave_in_the_order_they_were_said(shop: RunningShop) -> None:
    shop.start("till", "relay")
    copies = shop.copy_events("till")
    shop.call("till.sell_many", what="item", count=1200)
    eventually(lambda: shop.message_count(copies), 1200)
    assert [event["sequence"] for event in shop.take_messages(copies)] == list(range(1200))


def test_what_nobody_hears_blocks_nobody_and_waits_for_its_first_listener(shop: RunningShop) -> None:
    shop.start("till", "warehouse", "relay")
    shop.unbind("evt-till-warehouse--books.book", "till.events", "GivenBack")
    for _ in range(3):
        shop.call("till.give_back", what="rice")
    shop.call("till.sell", what="oil")
    eventually(lambda: shop.lines("warehouse"), ["oil"])
    waiting = "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND unrouted_at IS NOT NULL"
    eventually(lambda: shop.sql("till", waiting), [(3,)])
    copies = shop.copy_events("till")
    eventually(lambda: shop.message_count(copies), 3)
    eventually(lambda: shop.sql("till", waiting), [(0,)])


def test_a_full_queue_delays_only_its_own_events(shop: RunningShop) -> None:
    with Connection(shop.amqp_uri) as connection:
        channel = connection.channel()
        full = {"x-max-length": 1, "x-overflow": "reject-publish"}
        channel.queue_declare("full", durable=True, auto_delete=False, arguments=full)
        channel.queue_bind("full", "till.events", "GivenBack")
    shop.start("till", "warehouse", "relay")
    for number in range(5):
        shop.call("till.give_back", what=str(number))
    shop.call("till.sell", what="oil")
    eventually(lambda: shop.lines("warehouse"), ["oil"])
    arrived: set[str] = set()

    def drained() -> set[str]:
        arrived.update(event["subject"] for event in shop.take_messages("full"))
        return arrived

    eventually(drained, set("01234"))
    eventually(lambda: unsent(shop), 0)


def test_a_committed_event_is_published_without_waiting_for_the_next_poll(shop: RunningShop) -> None:
    shop.start("till", "warehouse", "relay")
    shop.call("till.sell", what="rice")
    eventually(lambda: shop.lines("warehouse"), ["rice"])
    [(seconds,)] = shop.sql("till", "SELECT extract(epoch FROM sent_at - emitted_at) FROM outbox")
    assert seconds < 1


def test_a_relay_reconnects_when_its_database_session_ends(shop: RunningShop) -> None:
    shop.start("till", "warehouse", "relay")
    shop.call("till.sell", what="rice")
    eventually(lambda: shop.lines("warehouse"), ["rice"])
    shop.sql("till", "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
    shop.call("till.sell", what="oil")
    eventually(lambda: shop.lines("warehouse"), ["rice", "oil"])


def test_an_event_committed_late_is_not_skipped(shop: RunningShop) -> None:
    """Positions are assigned before the commit, so an earlier one may become visible after a later one was sent."""
    shop.start("warehouse", "relay")
    first, second = (Envelope.wrap(Sold(what=what), at=datetime.now(UTC)) for what in ("late", "early"))
    with shop.connection("till") as slow:
        shop.insert_outbox_row(slow, first)
        with shop.connection("till") as quick:
            shop.insert_outbox_row(quick, second)
            quick.commit()
        eventually(lambda: shop.lines("warehouse"), ["early"])
        slow.commit()
    eventually(lambda: shop.lines("warehouse"), ["early", "late"])
