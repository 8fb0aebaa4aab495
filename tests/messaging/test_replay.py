"""Stored events can be replayed to a handler until their retention ends."""

from datetime import UTC, datetime, timedelta

import pytest

from messaging.sql.retention import RetentionPolicy, delete_expired
from messaging.testing import ServiceHarness
from tests.messaging.running_shop import RunningShop, eventually
from tests.messaging.shop import GivenBack, Sold, Till, Warehouse
from tests.messaging.test_receive import BOOK, envelope


def test_a_replay_is_handled_as_far_as_it_is_new_to_the_handler(shop: RunningShop) -> None:
    shop.start("till", "relay")
    shop.call("till.sell_many", what="item", count=700)
    shop.call("till.give_back", what="rice")
    eventually(lambda: shop.message_count(BOOK), 701)
    shop.purge(BOOK)  # as if the queue had not existed

    assert shop.command("replay", "till", "--to", BOOK, "--event", "Sold") == [{"replayed": 700}]
    assert shop.command("replay", "till", "--to", BOOK, "--since", "2999-01-01") == [{"replayed": 0}]
    shop.start("books")
    eventually(lambda: len(shop.lines("books")), 700)

    # a second replay: only new events are handled
    assert shop.command("replay", "till", "--to", BOOK) == [{"replayed": 701}]
    eventually(lambda: shop.lines("books")[700:], ["GivenBack rice"])

    # after the loss of its data, with its inbox cleared, all are handled
    shop.sql("books", "TRUNCATE lines")
    assert shop.command("forget", "books", "book") == [{"forgotten": 701}]
    shop.command("replay", "till", "--to", BOOK, "--event", "Sold", "--community", "com_1")
    eventually(lambda: len(shop.lines("books")), 700)


def test_a_replay_to_an_unknown_queue_fails(shop: RunningShop) -> None:
    shop.start("till", "relay")
    shop.call("till.sell", what="rice")
    with pytest.raises(AssertionError, match="there is no queue"):
        shop.command("replay", "till", "--to", "evt-till--nobody.nothing")


def test_lag_counts_unsent_events(shop: RunningShop) -> None:
    shop.start("till")
    shop.call("till.sell", what="rice")
    [lag] = shop.command("lag", "till")
    assert (lag["service"], lag["unsent"]) == ("till", 1)
    assert lag["oldest_seconds"] > 0


def test_expired_rows_are_deleted_except_unsent_events(database_uri: str) -> None:
    till = ServiceHarness(Till, database_uri)
    till.call("sell", what="unsent")
    till.call("sell", what="sent")
    till.call("give_back", what="unrouted")
    warehouse = ServiceHarness(Warehouse, database_uri)
    warehouse.deliver(envelope(Sold(what="handled")))
    with till.transaction() as tx:
        tx.session.connection().exec_driver_sql("UPDATE outbox SET sent_at = now() WHERE subject = 'sent'")
        tx.session.connection().exec_driver_sql("UPDATE outbox SET unrouted_at = now() WHERE subject = 'unrouted'")
    policy = RetentionPolicy(outbox=90, inbox=120, idempotency_keys=7)
    with till.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        assert delete_expired(connection, policy) == {"outbox": 0, "inbox": 0, "idempotency_keys": 0}
        after_retention = datetime.now(UTC) + timedelta(days=121)
        assert delete_expired(connection, policy, after_retention) == {"outbox": 2, "inbox": 1, "idempotency_keys": 0}
        left = connection.exec_driver_sql("SELECT subject FROM outbox ORDER BY position").scalars().all()
    assert left == ["unsent", "handled"]
    assert till.emitted[-1] == GivenBack(what="unrouted")


def test_inbox_rows_must_be_kept_longer_than_outbox_rows() -> None:
    with pytest.raises(ValueError, match="longer"):
        RetentionPolicy(outbox=90, inbox=30)
