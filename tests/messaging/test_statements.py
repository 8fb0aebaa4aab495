"""What is asked all the time is planned once for each connection, and what nobody waits for is sent with the next."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date

import pytest
from sqlalchemy import Connection, Date, Engine, Integer, Text, bindparam, cast, literal_column, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from messaging import engine
from messaging.statements import deferred, prepared

_QUESTION = prepared(
    select(
        cast(bindparam("day"), Date),
        literal_column("'100%'").concat(cast(bindparam("word"), Text)),
        literal_column("10") / cast(bindparam("number"), Integer),
    )
)
_ASKED = {"day": date(2026, 11, 30), "word": "it's", "number": 5}
_ANSWER = (date(2026, 11, 30), "100%it's", 2)


@pytest.fixture
def store(database_uri: str) -> Iterator[Engine]:
    made = engine.connect_to(database_uri, pool_size=1)
    yield made
    made.dispose()


def names(connection: Connection) -> list[str]:
    return list(connection.scalars(text("SELECT name FROM pg_prepared_statements ORDER BY prepare_time")))


def test_a_marked_statement_is_prepared_once_for_each_connection(store: Engine) -> None:
    for _ in range(3):
        with store.begin() as connection:
            assert tuple(connection.execute(_QUESTION, _ASKED).one()) == _ANSWER
            assert len(names(connection)) == 1
    store.dispose()
    with store.connect() as another:
        assert names(another) == []
        assert tuple(another.execute(_QUESTION, _ASKED).one()) == _ANSWER


def test_one_that_fails_stays_prepared(store: Engine) -> None:
    with store.connect() as connection:
        with pytest.raises(DBAPIError):
            connection.execute(_QUESTION, _ASKED | {"number": 0})
        connection.rollback()
        assert tuple(connection.execute(_QUESTION, _ASKED).one()) == _ANSWER
        assert len(names(connection)) == 1


def test_what_is_not_marked_is_not_prepared(store: Engine) -> None:
    with store.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
        assert names(connection) == []


def test_one_that_cannot_be_planned_is_given_to_the_server_again(store: Engine) -> None:
    question = prepared(text("SELECT number FROM numbers WHERE number = :number"))
    with store.connect() as connection:
        with pytest.raises(DBAPIError):
            connection.execute(question, {"number": 1})
        connection.rollback()
        _numbers(connection)
        assert connection.scalar(question, {"number": 1}) is None


def test_a_deferred_statement_is_done_before_the_next_one(store: Engine) -> None:
    with store.connect() as connection:
        _numbers(connection)
        connection.execute(_ADD, {"number": 1})
        connection.execute(_ADD, {"number": 2})
        assert _sum(connection) == 3


def test_a_deferred_statement_is_done_with_the_commit(store: Engine) -> None:
    with store.connect() as connection:
        _numbers(connection)
        connection.execute(_ADD, {"number": 1})
        connection.commit()
        connection.rollback()
        assert _sum(connection) == 1


def test_what_is_rolled_back_takes_the_deferred_with_it(store: Engine) -> None:
    with store.connect() as connection:
        _numbers(connection)
        connection.commit()
        connection.execute(_ADD, {"number": 1})
        connection.rollback()
        assert _sum(connection) == 0


def test_the_error_of_a_deferred_statement_is_that_of_the_commit_and_nothing_is_kept(store: Engine) -> None:
    with store.connect() as connection:
        _numbers(connection)
        connection.commit()
        connection.execute(_ADD, {"number": 1})
        connection.execute(_ADD, {"number": 1})
        connection.execute(_ADD, {"number": 2})
        with pytest.raises(IntegrityError):
            connection.commit()
        connection.rollback()
        assert _sum(connection) == 0


def test_the_error_of_a_deferred_statement_is_that_of_the_next_one(store: Engine) -> None:
    with store.connect() as connection:
        _numbers(connection)
        connection.execute(_ADD, {"number": 1})
        connection.execute(_ADD, {"number": 1})
        with pytest.raises(IntegrityError):
            _sum(connection)


def test_a_savepoint_undoes_what_was_deferred_since_and_nothing_else(store: Engine) -> None:
    with store.connect() as connection:
        _numbers(connection)
        connection.execute(_ADD, {"number": 1})
        with suppress(ZeroDivisionError), connection.begin_nested():
            connection.execute(_ADD, {"number": 2})
            raise ZeroDivisionError
        connection.execute(_ADD, {"number": 4})
        assert _sum(connection) == 5


def test_what_fails_after_a_savepoint_is_undone_back_to_it(store: Engine) -> None:
    with store.connect() as connection:
        _numbers(connection)
        connection.execute(_ADD, {"number": 2})
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(_ADD, {"number": 2})
        assert _sum(connection) == 2


_ADD = deferred(prepared(text("INSERT INTO numbers VALUES (:number)")))


def _numbers(connection: Connection) -> None:
    connection.execute(text("CREATE TEMPORARY TABLE numbers (number integer PRIMARY KEY)"))


def _sum(connection: Connection) -> int:
    return connection.scalar(text("SELECT coalesce(sum(number), 0) FROM numbers")) or 0
