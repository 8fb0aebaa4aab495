"""An event takes effect once: when it comes twice, when it fails first, and when it never can, it harms no other."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from messaging.envelope import Envelope
from tests.messaging.running import RunningShop, eventually
from tests.messaging.shop import Counted, GivenBack, Sold

SHIP = "evt-till--warehouse.ship"
BOOK = "evt-till-warehouse--books.book"


def envelope(event: Any) -> Envelope:
    return Envelope.wrap(event, at=datetime.now(UTC))


def test_what_one_service_says_the_others_hear(shop: RunningShop) -> None:
    shop.start("till", "warehouse", "books", "relay")
    shop.call("till.sell", what="rice", amount=2)
    shop.call("till.give_back", what="rice")
    eventually(lambda: shop.noted("warehouse"), ["rice"])
    eventually(lambda: sorted(shop.noted("books")), ["Counted rice", "GivenBack rice", "Sold rice"])
    eventually(shop.unsettled, {})


def test_an_event_delivered_twice_takes_effect_once(shop: RunningShop) -> None:
    shop.start("warehouse", "books")
    rice, oil = envelope(Sold(what="rice")), envelope(Sold(what="oil"))
    for message in (rice, rice, oil, rice):
        shop.tell(message)
    eventually(lambda: sorted(shop.noted("warehouse")), ["oil", "rice"])
    eventually(lambda: sorted(shop.noted("books")), ["Sold oil", "Sold rice"])
    eventually(shop.unsettled, {})


def test_an_event_that_fails_at_first_takes_effect_once_when_it_can(shop: RunningShop, tmp_path: Path) -> None:
    shop.start("warehouse")
    possible = tmp_path / "possible"
    shop.tell(envelope(Sold(what=f"until:{possible}")))
    shop.tell(envelope(Sold(what="rice")))
    eventually(lambda: shop.noted("warehouse"), ["rice"])
    eventually(lambda: '"event_failed"' in shop.log("warehouse"))
    possible.touch()
    eventually(lambda: shop.noted("warehouse"), ["rice", f"until:{possible}"])
    eventually(shop.unsettled, {})
    assert len(shop.sql("warehouse", "SELECT * FROM outbox")) == 2


def test_what_cannot_be_read_is_parked_at_once_and_unchanged(shop: RunningShop) -> None:
    shop.start("warehouse")
    sold = envelope(Sold(what="rice")).dump()
    bodies = [
        b"\xff\xfe not even text",
        b"{}",
        b'["a", "list"]',
        json.dumps(sold | {"type": "somebody.else.Sold"}).encode(),
        json.dumps(sold | {"data": {"nonsense": True}}).encode(),
        json.dumps(envelope(GivenBack(what="rice")).dump()).encode(),  # not for this handler, but it came
    ]
    for body in bodies:
        shop.publish(body, exchange="", routing_key=SHIP, content_type="application/json", content_encoding="utf-8")
    shop.tell(envelope(Sold(what="oil")))
    eventually(lambda: shop.waiting("parked"), len(bodies))
    eventually(lambda: shop.noted("warehouse"), ["oil"])
    parked = shop.command("parked", "list")
    assert {message["queue"] for message in parked} == {SHIP}
    assert all(message["error"].startswith("Undecodable") for message in parked)
    assert {message["body"] for message in parked} == {body.decode(errors="replace") for body in bodies}


def test_an_event_that_can_never_be_handled_is_parked_after_the_last_attempt(shop: RunningShop) -> None:
    shop.start("warehouse")
    poison = envelope(Sold(what="poison"))
    shop.tell(poison)
    eventually(lambda: shop.waiting("parked"), 1)
    [parked] = shop.command("parked", "list", "--queue", SHIP)
    assert (parked["event"], parked["attempts"], parked["name"]) == (poison.id, 3, "Sold")
    assert parked["error"] == "ValueError: poison cannot be handled"
    assert shop.noted("warehouse") == []
    assert shop.sql("warehouse", "SELECT * FROM inbox") == []


def test_one_bad_event_in_a_batch_drags_no_other(shop: RunningShop) -> None:
    events = [Sold(what="poison" if number == 17 else str(number)) for number in range(50)]
    for event in events:
        shop.tell(envelope(event))
    shop.publish(b"nonsense", exchange="", routing_key=BOOK)
    shop.start("books")
    eventually(lambda: shop.waiting("parked"), 2)
    good = [f"Sold {number}" for number in range(50) if number != 17]
    eventually(lambda: shop.noted("books"), good)
    poison, *_ = shop.sql("books", "SELECT count(*) FROM lines WHERE what LIKE '%poison%'")
    assert poison == (0,)
    eventually(lambda: shop.waiting(BOOK), 0)


def test_a_batch_takes_many_events_in_one_transaction(shop: RunningShop) -> None:
    for number in range(120):
        shop.tell(envelope(Counted(what=str(number))))
    shop.start("books")
    eventually(lambda: shop.noted("books"), [f"Counted {number}" for number in range(120)])
    noted = shop.sql("books", "SELECT noted_by, count(*) FROM lines GROUP BY noted_by")
    sizes = {int(by.removeprefix("batch of ")): events for by, events in noted}
    assert max(sizes) <= 50
    assert sum(events // size for size, events in sizes.items()) < 12, "a transaction has many events"


def test_a_process_killed_by_an_event_takes_it_when_it_can(shop: RunningShop, tmp_path: Path) -> None:
    deadly = tmp_path / "deadly"
    deadly.touch()
    shop.tell(envelope(Sold(what=f"die:{deadly}")))
    shop.start("warehouse", ready=False)
    eventually(lambda: shop.process("warehouse").running, False)
    assert shop.noted("warehouse") == []
    deadly.unlink()
    shop.start("warehouse")
    eventually(lambda: shop.noted("warehouse"), [f"die:{deadly}"])
    eventually(lambda: shop.unsettled().get(SHIP, 0), 0)


def test_an_event_that_nobody_survives_is_parked_by_the_broker(shop: RunningShop) -> None:
    deadly = envelope(Sold(what="rice"))
    shop.tell(deadly)
    for _ in range(21):
        eventually(lambda: shop.give_up_on(SHIP))
    eventually(lambda: shop.waiting("parked"), 1)
    [parked] = shop.command("parked", "list")
    assert (parked["queue"], parked["event"], parked["error"]) == (SHIP, deadly.id, "delivery_limit")
