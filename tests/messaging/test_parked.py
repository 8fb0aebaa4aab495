"""What no retry could help waits for a person, who looks, sends it back or drops it."""

from tests.messaging.running import RunningShop, eventually
from tests.messaging.shop import Sold
from tests.messaging.test_receive import SHIP, envelope


def parked(shop: RunningShop) -> list[str]:
    return [message["event"] for message in shop.command("parked", "list")]


def test_a_person_looks_replays_some_and_drops_others(shop: RunningShop) -> None:
    first, second, third = (envelope(Sold(what=what)) for what in ("poison", "rice", "oil"))
    for message in (first, second, third):
        shop.park(message, SHIP)
    assert parked(shop) == [first.id, second.id, third.id]
    assert parked(shop) == [first.id, second.id, third.id]  # looking changes nothing

    assert shop.command("parked", "replay", "--event", second.id) == [{"replayed": 1}]
    assert parked(shop) == [first.id, third.id]

    [dropped] = shop.command("parked", "drop", "--event", third.id)
    assert dropped["event"] == third.id
    assert parked(shop) == [first.id]

    assert shop.command("parked", "replay", "--queue", "evt-of--somebody.else") == [{"replayed": 0}]
    assert shop.command("parked", "replay", "--all") == [{"replayed": 1}]
    shop.start("warehouse")
    eventually(lambda: shop.noted("warehouse"), ["rice"])
    eventually(lambda: parked(shop), [first.id])  # it has been through all its retries once more
