"""A psycopg2 connection that combines several statements into one message to the server.

psycopg2 sends BEGIN and waits for the reply, then each statement, then COMMIT. PostgreSQL accepts several statements in
one message, runs them in order and stops at the first error. Here BEGIN is sent with the first statement of a
transaction, and deferred statements with the next statement or with COMMIT. The call that sends a deferred statement
raises its error; no statement after it has run then.

Server-side cursors (`stream_results`) do not work on these connections.
"""

from contextlib import suppress
from typing import Any

from psycopg2 import Error, extensions

_BEGIN = {
    extensions.ISOLATION_LEVEL_READ_UNCOMMITTED: b"BEGIN ISOLATION LEVEL READ UNCOMMITTED",
    extensions.ISOLATION_LEVEL_READ_COMMITTED: b"BEGIN",  # the server's default
    extensions.ISOLATION_LEVEL_REPEATABLE_READ: b"BEGIN ISOLATION LEVEL REPEATABLE READ",
    extensions.ISOLATION_LEVEL_SERIALIZABLE: b"BEGIN ISOLATION LEVEL SERIALIZABLE",
}


class CombiningConnection(extensions.connection):  # type: ignore[misc]
    """Begins and ends transactions itself; to psycopg2 the connection is in autocommit mode."""

    def __init__(self, dsn: str, *options: int) -> None:
        super().__init__(dsn, *options)
        self.cursor_factory = CombiningCursor
        self._level, self._read_only = extensions.ISOLATION_LEVEL_READ_COMMITTED, False
        self._deferred: list[bytes] = []
        super().set_isolation_level(extensions.ISOLATION_LEVEL_AUTOCOMMIT)

    def defer(self, statement: bytes) -> None:
        """Send `statement` with the next one. Its values must be written into it, and its result is discarded."""
        self._deferred.append(statement)

    def take_pending(self) -> bytes:
        """Return and clear what must precede the next statement in the same message: BEGIN and deferred statements."""
        statements = [*self._begin(), *self._deferred]
        self._deferred.clear()
        return b"".join(statement + b"; " for statement in statements)

    def commit(self) -> None:
        """Send deferred statements and COMMIT. On an error roll back and raise it."""
        if self._deferred or self._in_transaction():
            try:
                self._send(b"COMMIT")
            except Error:
                with suppress(Error):
                    self.rollback()
                raise

    def rollback(self) -> None:
        """Roll the transaction back and discard deferred statements."""
        self._deferred.clear()
        if self._in_transaction():
            self._send(b"ROLLBACK")

    def set_isolation_level(self, level: int) -> None:
        """Set the isolation level of the next transactions; AUTOCOMMIT means no transactions."""
        self._level = level

    @property
    def readonly(self) -> bool:
        """Whether the next transactions are read-only."""
        return self._read_only

    @readonly.setter
    def readonly(self, read_only: bool | None) -> None:
        self._read_only = bool(read_only)

    def _begin(self) -> list[bytes]:
        if self._level == extensions.ISOLATION_LEVEL_AUTOCOMMIT or self._in_transaction():
            return []
        return [_BEGIN[self._level] + (b" READ ONLY" if self._read_only else b"")]

    def _in_transaction(self) -> bool:
        return bool(self.get_transaction_status() != extensions.TRANSACTION_STATUS_IDLE)

    def _send(self, statement: bytes) -> None:
        with self.cursor() as cursor:
            cursor.execute(statement)


class CombiningCursor(extensions.cursor):  # type: ignore[misc]
    """Sends a connection's pending statements in the same message as the next one."""

    connection: CombiningConnection

    def execute(self, query: Any, vars: Any = None) -> None:
        """Send the pending statements and `query` in one message."""
        if pending := self.connection.take_pending():
            query, vars = pending + self.mogrify(query, vars), None
        super().execute(query, vars)

    def executemany(self, query: Any, vars_list: Any) -> None:
        """Send the pending statements, then `query` once for each element of `vars_list`."""
        if pending := self.connection.take_pending():
            super().execute(pending)
        super().executemany(query, vars_list)
