"""An event takes effect once, also when it is delivered twice or fails at first; a bad one affects no other."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from messaging.envelope import Envelope
from tests.messaging.running_shop import RunningShop, eventually
from tests.messaging.shop import Counted, GivenBack, Sold

SHIP = "evt-till--warehouse.ship"
BOOK = "evt-till-warehouse--books.book"


def envelope(event: Any) -> Envelope:
    return Envelope.wrap(event, at=datetime.now(UTC))


def test_an_event_reaches_all_services_that_handle_it(shop: RunningShop) -> None:
    shop.start("till", "warehouse", "books", "relay")
    shop.call("till.sell", what="rice", amount=2)
    shop.call("till.give_back", what="rice")
    eventually(lambda: shop.lines("warehouse"), ["rice"])
    eventually(lambda: sorted(shop.lines("books")), ["Counted rice", "GivenBack rice", "Sold rice"])
    eventually(shop.remaining_messages, {})


def test_an_event_delivered_twice_takes_effect_once(shop: RunningShop) -> None:
    shop.start("warehouse", "books")
    rice, oil = envelope(Sold(what="rice")), envelope(Sold(what="oil"))
    for message in (rice, rice, oil, rice):
        shop.publish_event(message)
    eventually(lambda: sorted(shop.lines("warehouse")), ["oil", "rice"])
    eventually(lambda: sorted(shop.lines("books")), ["Sold oil", "Sold rice"])
    eventually(shop.remaining_messages, {})


def test_an_event_that_fails_at_first_is_retried_and_takes_effect_once(shop: RunningShop, tmp_path: Path) -> None:
    shop.start("warehouse")
    possible = tmp_path / "possible"
    shop.publish_event(envelope(Sold(what=f"until:{possible}")))
    shop.publish_event(envelope(Sold(what="rice")))
    eventually(lambda: shop.lines("warehouse"), ["rice"])
    eventually(lambda: '"event_failed"' in shop.log("warehouse"))
    possible.touch()
    eventually(lambda: shop.lines("warehouse"), ["rice", f"until:{possible}"])
    eventually(shop.remaining_messages, {})
    assert len(shop.sql("warehouse", "SELECT * FROM outbox")) == 2


def test_an_undecodable_message_becomes_a_dead_letter_unchanged(shop: RunningShop) -> None:
    shop.start("warehouse")
    sold = envelope(Sold(what="rice")).dump()
    bodies = [
        b"\xff\xfe not even text",
        b"{}",
        b'["a", "list"]',
        json.dumps(sold | {"type": "somebody.else.Sold"}).encode(),
        json.dumps(sold | {"data": {"nonsense": True}}).encode(),
        json.dumps(envelope(GivenBack(what="rice")).dump()).encode(),  # no event of this handler
    ]
    for body in bodies:
        shop.publish(body, exchange="", routing_key=SHIP, content_type="application/json", content_encoding="utf-8")
    shop.publish_event(envelope(Sold(what="oil")))
    eventually(lambda: shop.message_count("parked"), len(bodies))
    eventually(lambda: shop.lines("warehouse"), ["oil"])
    letters = shop.command("parked", "list")
    assert {message["queue"] for message in letters} == {SHIP}
    assert all(message["error"].startswith("Undecodable") for message in letters)
    assert {message["body"] for message in letters} == {body.decode(errors="replace") for body in bodies}


def test_an_event_that_always_fails_becomes_a_dead_letter_after_the_last_attempt(shop: RunningShop) -> None:
    shop.start("warehouse")
    poison = envelope(Sold(what="poison"))
    shop.publish_event(poison)
    eventually(lambda: shop.message_count("parked"), 1)
    [letter] = shop.command("parked", "list", "--queue", SHIP)
    assert (letter["event"], letter["attempts"], letter["name"]) == (poison.id, 3, "Sold")
    assert letter["error"] == "ValueError: poison cannot be handled"
    assert shop.lines("warehouse") == []
    assert shop.sql("warehouse", "SELECT * FROM inbox") == []


def test_a_failing_event_in_a_batch_affects_no_other(shop: RunningShop) -> None:
    events = [Sold(what="poison" if number == 17 else str(number)) for number in range(50)]
    for event in events:
        shop.publish_event(envelope(event))
    shop.publish(b"nonsense", exchange="", routing_key=BOOK)
    shop.start("books")
    eventually(lambda: shop.message_count("parked"), 2)
    good = [f"Sold {number}" for number in range(50) if number != 17]
    eventually(lambda: shop.lines("books"), good)
    poison, *_ = shop.sql("books", "SELECT count(*) FROM lines WHERE what LIKE '%poison%'")
    assert poison == (0,)
    eventually(lambda: shop.message_count(BOOK), 0)


def test_a_batch_handles_many_events_in_one_transaction(shop: RunningShop) -> None:
    for number in range(120):
        shop.publish_event(envelope(Counted(what=str(number))))
    shop.start("books")
    eventually(lambda: shop.lines("books"), [f"Counted {number}" for number in range(120)])
    counts = shop.sql("books", "SELECT noted_by, count(*) FROM lines GROUP BY noted_by")
    sizes = {int(by.removeprefix("batch of ")): events for by, events in counts}
    assert max(sizes) <= 50
    assert sum(events // size for size, events in sizes.items()) < 12, "transactions handled few events each"


def test_an_event_that_killed_the_process_is_handled_after_a_restart(shop: RunningShop, tmp_path: Path) -> None:
    deadly = tmp_path / "deadly"
    deadly.touch()
    shop.publish_event(envelope(Sold(what=f"die:{deadly}")))
    shop.start("warehouse", ready=False)
    eventually(lambda: shop.process("warehouse").running, False)
    assert shop.lines("warehouse") == []
    deadly.unlink()
    shop.start("warehouse")
    eventually(lambda: shop.lines("warehouse"), [f"die:{deadly}"])
    eventually(lambda: shop.remaining_messages().get(SHIP, 0), 0)


def test_the_broker_dead_letters_an_event_after_its_delivery_limit(shop: RunningShop) -> None:
    deadly = envelope(Sold(what="rice"))
    shop.publish_event(deadly)
    for _ in range(21):
        eventually(lambda: shop.reject_message(SHIP))
    eventually(lambda: shop.message_count("parked"), 1)
    [letter] = shop.command("parked", "list")
    assert (letter["queue"], letter["event"], letter["error"]) == (SHIP, deadly.id, "delivery_limit")
