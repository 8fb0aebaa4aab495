"""What is asked all the time is planned once for each connection, and answered the same."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Connection, Date, Engine, Integer, Text, bindparam, cast, literal_column, select, text
from sqlalchemy.exc import DBAPIError

from messaging import engine
from messaging.prepared import prepared

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


def test_one_that_fails_the_first_time_is_prepared_again(store: Engine) -> None:
    with store.connect() as connection:
        for _ in range(2):
            with pytest.raises(DBAPIError):
                connection.execute(_QUESTION, _ASKED | {"number": 0})
            connection.rollback()
        assert tuple(connection.execute(_QUESTION, _ASKED).one()) == _ANSWER
        assert len(names(connection)) == 3


def test_one_that_fails_later_stays_prepared(store: Engine) -> None:
    with store.connect() as connection:
        connection.execute(_QUESTION, _ASKED)
        with pytest.raises(DBAPIError):
            connection.execute(_QUESTION, _ASKED | {"number": 0})
        connection.rollback()
        assert tuple(connection.execute(_QUESTION, _ASKED).one()) == _ANSWER
        assert len(names(connection)) == 1


def test_what_is_not_marked_is_not_prepared(store: Engine) -> None:
    with store.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
        assert names(connection) == []
