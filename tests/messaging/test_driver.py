"""Transactions begin with their first statement and end when they are told to, in as few messages as that takes."""

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, ISOLATION_LEVEL_REPEATABLE_READ

from messaging import engine
from messaging.driver import Connection, Cursor


def connect_to(database_uri: str) -> Connection:
    plain = engine.url(database_uri).set(drivername="postgresql")
    return psycopg2.connect(plain.render_as_string(hide_password=False), connection_factory=Connection)


@pytest.fixture
def connection(database_uri: str) -> Iterator[Connection]:
    with closing(connect_to(database_uri)) as connection:
        yield connection


@pytest.fixture
def onlooker(database_uri: str, connection: Connection) -> Iterator[Cursor]:
    """Somebody else on the same store, who sees what is committed; in the end there are no `things` again."""
    with closing(connect_to(database_uri)) as other:
        other.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        cursor = other.cursor()
        yield cursor
        connection.rollback()
        cursor.execute("DROP TABLE IF EXISTS things")


@pytest.fixture
def messages(connection: Connection) -> list[bytes]:
    """What has been sent to the server."""
    sent: list[bytes] = []

    class Overheard(Cursor):
        def execute(self, query: object, vars: object = None) -> None:
            super().execute(query, vars)
            sent.append(self.query)

    connection.cursor_factory = Overheard
    return sent


def test_begin_is_sent_with_the_first_statement(connection: Connection, messages: list[bytes]) -> None:
    cursor = connection.cursor()
    cursor.execute("SELECT %s", (1,))
    cursor.execute("SELECT 2")
    connection.commit()
    assert messages == [b"BEGIN; SELECT 1", b"SELECT 2", b"COMMIT"]


def test_what_can_wait_is_sent_with_the_next_statement_or_commit(connection: Connection, messages: list[bytes]) -> None:
    connection.later(b"SELECT 1")
    connection.cursor().execute("SELECT 2")
    connection.later(b"SELECT 3")
    connection.later(b"SELECT 4")
    connection.commit()
    assert messages == [b"BEGIN; SELECT 1; SELECT 2", b"SELECT 3; SELECT 4; COMMIT"]


def test_a_transaction_may_be_a_single_message(connection: Connection, messages: list[bytes]) -> None:
    connection.later(b"SELECT 1")
    connection.commit()
    assert messages == [b"BEGIN; SELECT 1; COMMIT"]


def test_where_nothing_was_done_nothing_is_sent(connection: Connection, messages: list[bytes]) -> None:
    connection.commit()
    connection.rollback()
    connection.later(b"SELECT 1")
    connection.rollback()
    connection.commit()
    assert messages == []


def test_others_see_what_was_done_only_after_the_commit(connection: Connection, onlooker: Cursor) -> None:
    seen = []
    connection.cursor().execute("CREATE TABLE things ()")
    for end in (lambda: None, connection.commit):
        end()
        onlooker.execute("SELECT to_regclass('things') IS NOT NULL")
        seen += onlooker.fetchone()
    assert seen == [False, True]


def test_an_error_in_the_first_message_leaves_a_transaction_to_roll_back(connection: Connection) -> None:
    cursor = connection.cursor()
    with pytest.raises(psycopg2.errors.DivisionByZero):
        cursor.execute("SELECT 1 / 0")
    with pytest.raises(psycopg2.errors.InFailedSqlTransaction):
        cursor.execute("SELECT 1")
    connection.rollback()
    cursor.execute("SELECT 1")
    assert cursor.fetchone() == (1,)


def test_a_transaction_is_as_isolated_as_asked(connection: Connection) -> None:
    connection.set_isolation_level(ISOLATION_LEVEL_REPEATABLE_READ)
    connection.readonly = True
    cursor = connection.cursor()
    cursor.execute("SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')")
    assert cursor.fetchone() == ("repeatable read", "on")
    with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
        cursor.execute("CREATE TABLE things ()")


def test_without_transactions_a_statement_stands_for_itself(connection: Connection, onlooker: Cursor) -> None:
    connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    connection.cursor().execute("CREATE TABLE things ()")
    onlooker.execute("SELECT to_regclass('things') IS NOT NULL")
    assert onlooker.fetchone() == (True,)


def test_many_values_for_one_statement_are_in_the_transaction(connection: Connection, onlooker: Cursor) -> None:
    cursor = connection.cursor()
    onlooker.execute("CREATE TABLE things (number integer)")
    connection.later(b"INSERT INTO things VALUES (1)")
    cursor.executemany("INSERT INTO things VALUES (%s)", [(2,), (4,)])
    cursor.execute("SELECT sum(number) FROM things")
    assert cursor.fetchone() == (7,)
    connection.rollback()
    onlooker.execute("SELECT count(*) FROM things")
    assert onlooker.fetchone() == (0,)
