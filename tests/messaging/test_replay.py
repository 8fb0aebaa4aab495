"""What was said can be said again: to a service that is new, or has lost what it knew; until it is old."""

from datetime import UTC, datetime, timedelta

import pytest

from messaging.sql.retention import RetentionPolicy, delete_expired
from messaging.testing import ServiceHarness
from tests.messaging.running import RunningShop, eventually
from tests.messaging.shop import GivenBack, Sold, Till, Warehouse
from tests.messaging.test_receive import BOOK, envelope


def test_what_was_said_is_said_again_to_whom_it_is_news(shop: RunningShop) -> None:
    shop.start("till", "relay")
    shop.call("till.sell_many", what="item", count=700)
    shop.call("till.give_back", what="rice")
    eventually(lambda: shop.waiting(BOOK), 701)
    shop.purge(BOOK)  # as if it had not been there yet

    assert shop.command("replay", "till", "--to", BOOK, "--event", "Sold") == [{"replayed": 700}]
    assert shop.command("replay", "till", "--to", BOOK, "--since", "2999-01-01") == [{"replayed": 0}]
    shop.start("books")
    eventually(lambda: len(shop.noted("books")), 700)

    # again: it takes what it has not taken
    assert shop.command("replay", "till", "--to", BOOK) == [{"replayed": 701}]
    eventually(lambda: shop.noted("books")[700:], ["GivenBack rice"])

    # and when it has lost everything, it forgets that it took it
    shop.sql("books", "TRUNCATE lines")
    assert shop.command("forget", "books", "book") == [{"forgotten": 701}]
    shop.command("replay", "till", "--to", BOOK, "--event", "Sold", "--community", "com_1")
    eventually(lambda: len(shop.noted("books")), 700)


def test_a_queue_that_does_not_exist_is_said_to_the_person(shop: RunningShop) -> None:
    shop.start("till", "relay")
    shop.call("till.sell", what="rice")
    with pytest.raises(AssertionError, match="there is no queue"):
        shop.command("replay", "till", "--to", "evt-till--nobody.nothing")


def test_the_lag_of_an_outbox_is_counted(shop: RunningShop) -> None:
    shop.start("till")
    shop.call("till.sell", what="rice")
    [lag] = shop.command("lag", "till")
    assert (lag["service"], lag["unsent"]) == ("till", 1)
    assert lag["oldest_seconds"] > 0


def test_old_rows_go_but_not_what_is_still_to_be_sent(database_uri: str) -> None:
    till = ServiceHarness(Till, database_uri)
    till.call("sell", what="unsent")
    till.call("sell", what="sent")
    till.call("give_back", what="unheard")
    warehouse = ServiceHarness(Warehouse, database_uri)
    warehouse.deliver(envelope(Sold(what="taken")))
    with till.transaction() as tx:
        tx.session.connection().exec_driver_sql("UPDATE outbox SET sent_at = now() WHERE subject = 'sent'")
        tx.session.connection().exec_driver_sql("UPDATE outbox SET unrouted_at = now() WHERE subject = 'unheard'")
    policy = RetentionPolicy(outbox=90, inbox=120, idempotency_keys=7)
    with till.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        assert delete_expired(connection, policy) == {"outbox": 0, "inbox": 0, "idempotency_keys": 0}
        much_later = datetime.now(UTC) + timedelta(days=121)
        assert delete_expired(connection, policy, much_later) == {"outbox": 2, "inbox": 1, "idempotency_keys": 0}
        left = connection.exec_driver_sql("SELECT subject FROM outbox ORDER BY position").scalars().all()
    assert left == ["unsent", "taken"]
    assert till.emitted[-1] == GivenBack(what="unheard")


def test_an_inbox_remembers_longer_than_an_outbox_keeps() -> None:
    with pytest.raises(ValueError, match="longer"):
        RetentionPolicy(outbox=90, inbox=30)
