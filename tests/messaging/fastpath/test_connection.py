"""Transactions begin with their first statement, end with commit or rollback, and take few messages."""

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, ISOLATION_LEVEL_REPEATABLE_READ

from messaging import engine
from messaging.fastpath.connection import CombiningConnection, CombiningCursor


def connect(database_uri: str) -> CombiningConnection:
    plain = engine.url(database_uri).set(drivername="postgresql")
    return psycopg2.connect(plain.render_as_string(hide_password=False), connection_factory=CombiningConnection)


@pytest.fixture
def connection(database_uri: str) -> Iterator[CombiningConnection]:
    with closing(connect(database_uri)) as connection:
        yield connection


@pytest.fixture
def observer(database_uri: str, connection: CombiningConnection) -> Iterator[CombiningCursor]:
    """A cursor of another connection, which sees committed changes only. Drops the table `things` afterwards."""
    with closing(connect(database_uri)) as other:
        other.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        cursor = other.cursor()
        yield cursor
        connection.rollback()
        cursor.execute("DROP TABLE IF EXISTS things")


@pytest.fixture
def messages(connection: CombiningConnection) -> list[bytes]:
    """The messages sent to the server."""
    sent: list[bytes] = []

    class RecordingCursor(CombiningCursor):
        def execute(self, query: object, vars: object = None) -> None:
            super().execute(query, vars)
            sent.append(self.query)

    connection.cursor_factory = RecordingCursor
    return sent


def test_begin_is_sent_with_the_first_statement(connection: CombiningConnection, messages: list[bytes]) -> None:
    cursor = connection.cursor()
    cursor.execute("SELECT %s", (1,))
    cursor.execute("SELECT 2")
    connection.commit()
    assert messages == [b"BEGIN; SELECT 1", b"SELECT 2", b"COMMIT"]


def test_deferred_statements_are_sent_with_the_next_one_or_with_commit(
    connection: CombiningConnection, messages: list[bytes]
) -> None:
    connection.defer(b"SELECT 1")
    connection.cursor().execute("SELECT 2")
    connection.defer(b"SELECT 3")
    connection.defer(b"SELECT 4")
    connection.commit()
    assert messages == [b"BEGIN; SELECT 1; SELECT 2", b"SELECT 3; SELECT 4; COMMIT"]


def test_a_transaction_can_be_a_single_message(connection: CombiningConnection, messages: list[bytes]) -> None:
    connection.defer(b"SELECT 1")
    connection.commit()
    assert messages == [b"BEGIN; SELECT 1; COMMIT"]


def test_nothing_is_sent_when_no_statement_was_executed(connection: CombiningConnection, messages: list[bytes]) -> None:
    connection.commit()
    connection.rollback()
    connection.defer(b"SELECT 1")
    connection.rollback()
    connection.commit()
    assert messages == []


def test_changes_are_visible_to_others_after_the_commit(
    connection: CombiningConnection, observer: CombiningCursor
) -> None:
    seen = []
    connection.cursor().execute("CREATE TABLE things ()")
    for end in (lambda: None, connection.commit):
        end()
        observer.execute("SELECT to_regclass('things') IS NOT NULL")
        seen += observer.fetchone()
    assert seen == [False, True]


def test_an_error_in_the_first_message_leaves_an_aborted_transaction(connection: CombiningConnection) -> None:
    cursor = connection.cursor()
    with pytest.raises(psycopg2.errors.DivisionByZero):
        cursor.execute("SELECT 1 / 0")
    with pytest.raises(psycopg2.errors.InFailedSqlTransaction):
        cursor.execute("SELECT 1")
    connection.rollback()
    cursor.execute("SELECT 1")
    assert cursor.fetchone() == (1,)


def test_a_transaction_has_the_requested_isolation_level(connection: CombiningConnection) -> None:
    connection.set_isolation_level(ISOLATION_LEVEL_REPEATABLE_READ)
    connection.readonly = True
    cursor = connection.cursor()
    cursor.execute("SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')")
    assert cursor.fetchone() == ("repeatable read", "on")
    with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
        cursor.execute("CREATE TABLE things ()")


def test_autocommit_sends_no_begin(connection: CombiningConnection, observer: CombiningCursor) -> None:
    connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    connection.cursor().execute("CREATE TABLE things ()")
    observer.execute("SELECT to_regclass('things') IS NOT NULL")
    assert observer.fetchone() == (True,)


def test_executemany_runs_in_the_transaction(connection: CombiningConnection, observer: CombiningCursor) -> None:
    cursor = connection.cursor()
    observer.execute("CREATE TABLE things (number integer)")
    connection.defer(b"INSERT INTO things VALUES (1)")
    cursor.executemany("INSERT INTO things VALUES (%s)", [(2,), (4,)])
    cursor.execute("SELECT sum(number) FROM things")
    assert cursor.fetchone() == (7,)
    connection.rollback()
    observer.execute("SELECT count(*) FROM things")
    assert observer.fetchone() == (0,)
