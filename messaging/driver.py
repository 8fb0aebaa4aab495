"""psycopg2 with fewer trips to the server.

psycopg2 sends BEGIN by itself and waits for it, then each statement, then COMMIT. But PostgreSQL takes several
statements in one message, runs them in order, and stops at the first error. Here BEGIN goes with the first statement
of a transaction, and what was given to `Connection.later` with the next one, at the latest with COMMIT. What goes wrong
in it is raised to whoever sends the message; nothing after it has happened then.

Cursors of the server (`stream_results`) are not to be had on these connections.
"""

from contextlib import suppress
from typing import Any

from psycopg2 import Error, extensions

_BEGIN = {
    extensions.ISOLATION_LEVEL_READ_UNCOMMITTED: b"BEGIN ISOLATION LEVEL READ UNCOMMITTED",
    extensions.ISOLATION_LEVEL_READ_COMMITTED: b"BEGIN",  # the server's own
    extensions.ISOLATION_LEVEL_REPEATABLE_READ: b"BEGIN ISOLATION LEVEL REPEATABLE READ",
    extensions.ISOLATION_LEVEL_SERIALIZABLE: b"BEGIN ISOLATION LEVEL SERIALIZABLE",
}


class Connection(extensions.connection):  # type: ignore[misc]
    """A connection that begins and ends transactions itself; psycopg2 below it believes that there are none."""

    def __init__(self, dsn: str, *options: int) -> None:
        super().__init__(dsn, *options)
        self.cursor_factory = Cursor
        self._level, self._read_only = extensions.ISOLATION_LEVEL_READ_COMMITTED, False
        self._waiting: list[bytes] = []
        super().set_isolation_level(extensions.ISOLATION_LEVEL_AUTOCOMMIT)

    def later(self, statement: bytes) -> None:
        """Send `statement`, whose values are written in it and whose result nobody reads, with the next one."""
        self._waiting.append(statement)

    def ahead(self) -> bytes:
        """What goes before the next statement, in one message with it."""
        parts = [*self._beginning(), *self._waiting]
        self._waiting.clear()
        return b"".join(part + b"; " for part in parts)

    def commit(self) -> None:
        """Send what waits, and COMMIT. Raises what goes wrong in it; then everything is rolled back."""
        if self._waiting or self._is_open():
            try:
                self._send(b"COMMIT")
            except Error:
                with suppress(Error):
                    self.rollback()
                raise

    def rollback(self) -> None:
        """Undo what was done since BEGIN; what waits is not sent."""
        self._waiting.clear()
        if self._is_open():
            self._send(b"ROLLBACK")

    def set_isolation_level(self, level: int) -> None:
        """Of the transactions that begin from now on; AUTOCOMMIT for none."""
        self._level = level

    @property
    def readonly(self) -> bool:
        """Whether the transactions that begin from now on refuse to write."""
        return self._read_only

    @readonly.setter
    def readonly(self, read_only: bool | None) -> None:
        self._read_only = bool(read_only)

    def _beginning(self) -> list[bytes]:
        if self._level == extensions.ISOLATION_LEVEL_AUTOCOMMIT or self._is_open():
            return []
        return [_BEGIN[self._level] + (b" READ ONLY" if self._read_only else b"")]

    def _is_open(self) -> bool:
        return bool(self.get_transaction_status() != extensions.TRANSACTION_STATUS_IDLE)

    def _send(self, statement: bytes) -> None:
        with self.cursor() as cursor:
            cursor.execute(statement)


class Cursor(extensions.cursor):  # type: ignore[misc]
    """Puts what goes before a statement into its message."""

    connection: Connection

    def execute(self, query: Any, vars: Any = None) -> None:
        """Send `query` with its values, and what goes before it."""
        if ahead := self.connection.ahead():
            query, vars = ahead + self.mogrify(query, vars), None
        super().execute(query, vars)

    def executemany(self, query: Any, vars_list: Any) -> None:
        """The same of a statement for each of many values, which psycopg2 sends one by one."""
        if ahead := self.connection.ahead():
            super().execute(ahead)
        super().executemany(query, vars_list)
