"""ServiceHarness calls a service's methods as its entrypoints do."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import InternalError

from messaging.envelope import Envelope
from messaging.errors import IdempotencyKeyReused
from messaging.testing import ServiceHarness
from messaging.transaction import Idempotency
from tests.messaging.shop import Books, Counted, GivenBack, Refused, Sold, Till, Warehouse

KEY = Idempotency(caller="per_1", key="one", digest="abc")


@pytest.fixture
def till(database_uri: str) -> ServiceHarness:
    return ServiceHarness(Till, database_uri)


def test_a_command_commits_state_and_event_together(till: ServiceHarness) -> None:
    assert till.call("sell", what="rice", amount=2) == {"what": "rice", "total": 2}
    assert till.emitted == [Sold(what="rice", amount=2)]


def test_a_refused_command_leaves_nothing_behind(till: ServiceHarness) -> None:
    with pytest.raises(Refused):
        till.call("sell", what="rice", amount=-1)
    assert till.emitted == []
    assert till.call("total") == 0


def test_a_query_cannot_write(till: ServiceHarness) -> None:
    with pytest.raises(InternalError):
        till.call("write_in_query")


def test_a_repeated_key_returns_the_stored_reply_without_an_effect(till: ServiceHarness) -> None:
    first = till.call("sell", what="rice", idempotency=KEY)
    assert not till.replayed
    assert till.call("sell", what="rice", idempotency=KEY) == first
    assert till.replayed
    assert till.emitted == [Sold(what="rice")]


def test_a_key_of_another_request_is_refused(till: ServiceHarness) -> None:
    till.call("sell", what="rice", idempotency=KEY)
    with pytest.raises(IdempotencyKeyReused):
        till.call("sell", what="oil", idempotency=Idempotency(caller="per_1", key="one", digest="xyz"))
    assert till.call("total") == 1


def test_the_key_of_a_refused_request_can_be_used_again(till: ServiceHarness) -> None:
    with pytest.raises(Refused):
        till.call("sell", what="rice", amount=-1, idempotency=KEY)
    assert till.call("sell", what="rice", amount=1, idempotency=KEY)["total"] == 1


def test_a_repeated_delivery_takes_effect_once(database_uri: str) -> None:
    warehouse = ServiceHarness(Warehouse, database_uri)
    envelope = Envelope.wrap(Sold(what="rice"), at=datetime.now(UTC))
    assert warehouse.deliver(envelope) == [Counted(what="rice")]
    assert warehouse.deliver(envelope) == []
    assert warehouse.call("total") == 1


def test_a_batch_is_handled_in_order_without_repeated_events(database_uri: str) -> None:
    books = ServiceHarness(Books, database_uri)
    rice = Envelope.wrap(Sold(what="rice"), at=datetime.now(UTC))
    books.deliver(rice, rice, Envelope.wrap(GivenBack(what="rice"), at=datetime.now(UTC)))
    books.deliver(rice)
    assert books.call("total") == 2


def test_an_event_without_handler_raises(database_uri: str) -> None:
    with pytest.raises(LookupError):
        ServiceHarness(Till, database_uri).handle(Sold(what="rice"))


def test_the_time_of_transactions_can_be_set(till: ServiceHarness) -> None:
    till.at(datetime(2026, 11, 30, 16, tzinfo=UTC)).later(days=1)
    with till.transaction() as tx:
        assert tx.now == datetime(2026, 12, 1, 16, tzinfo=UTC)


def test_a_savepoint_undoes_the_events_emitted_in_it(till: ServiceHarness) -> None:
    with till.transaction() as tx:
        tx.emit(Sold(what="rice"))
        with suppress(Refused), tx.savepoint():
            tx.emit(Sold(what="oil"))
            raise Refused
    assert till.emitted == [Sold(what="rice")]


def test_a_tick_runs_its_method(database_uri: str) -> None:
    warehouse = ServiceHarness(Warehouse, database_uri)
    warehouse.tick("breathe")
    warehouse.tick("breathe")
    assert warehouse.call("total") == 0
