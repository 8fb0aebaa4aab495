"""Dead letters are listed, replayed or dropped by commands."""

from tests.messaging.running_shop import RunningShop, eventually
from tests.messaging.shop import Sold
from tests.messaging.test_receive import SHIP, envelope


def dead_letters(shop: RunningShop) -> list[str]:
    return [message["event"] for message in shop.command("parked", "list")]


def test_dead_letters_are_listed_replayed_and_dropped(shop: RunningShop) -> None:
    first, second, third = (envelope(Sold(what=what)) for what in ("poison", "rice", "oil"))
    for message in (first, second, third):
        shop.dead_letter(message, SHIP)
    assert dead_letters(shop) == [first.id, second.id, third.id]
    assert dead_letters(shop) == [first.id, second.id, third.id]  # listing changes nothing

    assert shop.command("parked", "replay", "--event", second.id) == [{"replayed": 1}]
    assert dead_letters(shop) == [first.id, third.id]

    [dropped] = shop.command("parked", "drop", "--event", third.id)
    assert dropped["event"] == third.id
    assert dead_letters(shop) == [first.id]

    assert shop.command("parked", "replay", "--queue", "evt-of--somebody.else") == [{"replayed": 0}]
    assert shop.command("parked", "replay", "--all") == [{"replayed": 1}]
    shop.start("warehouse")
    eventually(lambda: shop.lines("warehouse"), ["rice"])
    eventually(lambda: dead_letters(shop), [first.id])  # after all attempts again
