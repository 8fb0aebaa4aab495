"""Prepared statements are planned once for each connection; deferred ones are sent with the next statement."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date

import pytest
from sqlalchemy import Connection, Date, Engine, Integer, Text, bindparam, cast, literal_column, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from messaging import engine
from messaging.fastpath.statements import deferred, prepared

_QUERY = prepared(
    select(
        cast(bindparam("day"), Date),
        literal_column("'100%'").concat(cast(bindparam("word"), Text)),
        literal_column("10") / cast(bindparam("number"), Integer),
    )
)
_PARAMETERS = {"day": date(2026, 11, 30), "word": "it's", "number": 5}
_ROW = (date(2026, 11, 30), "100%it's", 2)


@pytest.fixture
def store(database_uri: str) -> Iterator[Engine]:
    store = engine.connect_to(database_uri, pool_size=1)
    yield store
    store.dispose()


def prepared_names(connection: Connection) -> list[str]:
    return list(connection.scalars(text("SELECT name FROM pg_prepared_statements ORDER BY prepare_time")))


def test_a_prepared_statement_is_sent_once_for_each_connection(store: Engine) -> None:
    for _ in range(3):
        with store.begin() as connection:
            assert tuple(connection.execute(_QUERY, _PARAMETERS).one()) == _ROW
            assert len(prepared_names(connection)) == 1
    store.dispose()
    with store.connect() as another:
        assert prepared_names(another) == []
        assert tuple(another.execute(_QUERY, _PARAMETERS).one()) == _ROW


def test_a_prepared_statement_stays_prepared_after_an_error(store: Engine) -> None:
    with store.connect() as connection:
        with pytest.raises(DBAPIError):
            connection.execute(_QUERY, _PARAMETERS | {"number": 0})
        connection.rollback()
        assert tuple(connection.execute(_QUERY, _PARAMETERS).one()) == _ROW
        assert len(prepared_names(connection)) == 1


def test_an_unmarked_statement_is_not_prepared(store: Engine) -> None:
    with store.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
        assert prepared_names(connection) == []


def test_a_statement_that_could_not_be_prepared_is_prepared_on_its_next_use(store: Engine) -> None:
    query = prepared(text("SELECT number FROM numbers WHERE number = :number"))
    with store.connect() as connection:
        with pytest.raises(DBAPIError):
            connection.execute(query, {"number": 1})
        connection.rollback()
        _create_numbers(connection)
        assert connection.scalar(query, {"number": 1}) is None


def test_a_deferred_statement_runs_before_the_next_one(store: Engine) -> None:
    with store.connect() as connection:
        _create_numbers(connection)
        connection.execute(_INSERT, {"number": 1})
        connection.execute(_INSERT, {"number": 2})
        assert _sum(connection) == 3


def test_a_deferred_statement_runs_with_the_commit(store: Engine) -> None:
    with store.connect() as connection:
        _create_numbers(connection)
        connection.execute(_INSERT, {"number": 1})
        connection.commit()
        connection.rollback()
        assert _sum(connection) == 1


def test_a_rollback_discards_deferred_statements(store: Engine) -> None:
    with store.connect() as connection:
        _create_numbers(connection)
        connection.commit()
        connection.execute(_INSERT, {"number": 1})
        connection.rollback()
        assert _sum(connection) == 0


def test_commit_raises_the_error_of_a_deferred_statement_and_rolls_back(store: Engine) -> None:
    with store.connect() as connection:
        _create_numbers(connection)
        connection.commit()
        connection.execute(_INSERT, {"number": 1})
        connection.execute(_INSERT, {"number": 1})
        connection.execute(_INSERT, {"number": 2})
        with pytest.raises(IntegrityError):
            connection.commit()
        connection.rollback()
        assert _sum(connection) == 0


def test_the_next_statement_raises_the_error_of_a_deferred_one(store: Engine) -> None:
    with store.connect() as connection:
        _create_numbers(connection)
        connection.execute(_INSERT, {"number": 1})
        connection.execute(_INSERT, {"number": 1})
        with pytest.raises(IntegrityError):
            _sum(connection)


def test_a_savepoint_rolls_back_only_statements_deferred_after_it(store: Engine) -> None:
    with store.connect() as connection:
        _create_numbers(connection)
        connection.execute(_INSERT, {"number": 1})
        with suppress(ZeroDivisionError), connection.begin_nested():
            connection.execute(_INSERT, {"number": 2})
            raise ZeroDivisionError
        connection.execute(_INSERT, {"number": 4})
        assert _sum(connection) == 5


def test_an_error_after_a_savepoint_rolls_back_to_it(store: Engine) -> None:
    with store.connect() as connection:
        _create_numbers(connection)
        connection.execute(_INSERT, {"number": 2})
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(_INSERT, {"number": 2})
        assert _sum(connection) == 2


_INSERT = deferred(prepared(text("INSERT INTO numbers VALUES (:number)")))


def _create_numbers(connection: Connection) -> None:
    connection.execute(text("CREATE TEMPORARY TABLE numbers (number integer PRIMARY KEY)"))


def _sum(connection: Connection) -> int:
    return connection.scalar(text("SELECT coalesce(sum(number), 0) FROM numbers")) or 0
