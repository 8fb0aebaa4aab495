"""Mark SQL statements as prepared or deferred.

psycopg2 writes the values into the text of a statement, so the server parses and plans it on every execution. For a
query over four tables that takes two thirds of its time. A `prepared` statement is sent to the server once for each
connection by PREPARE; later executions send only the values.

A `deferred` statement changes rows and has no result, so its round trip is saved by sending it with the next statement.
"""

import itertools
import re
from typing import Any, TypeVar

from sqlalchemy import Engine, Executable, event

from messaging import fastpath

S = TypeVar("S", bound=Executable)
_PREPARED, _DEFERRED = "prepared", "deferred"
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_statement_numbers = itertools.count(1)


def prepared(statement: S) -> S:
    """Mark `statement` to be prepared once for each connection.

    Use it for module-level statements that are executed often and whose parameter types PostgreSQL can infer.
    """
    return statement.execution_options(**{_PREPARED: True})


def deferred(statement: S) -> S:
    """Mark `statement` to be sent in one message with the next one, at the latest with COMMIT, which raises its errors.

    Inside a savepoint it is sent at once: RELEASE would raise its error too late to roll back to the savepoint.
    """
    return statement.execution_options(**{_DEFERRED: True})


def install(engine: Engine) -> None:
    """Make `engine` execute marked statements accordingly. Deferred ones need connections of `CombiningConnection`."""
    if fastpath.is_enabled("prepared"):
        event.listen(engine, "before_cursor_execute", _use_prepared, retval=True)
    if fastpath.is_enabled("deferred"):
        event.listen(engine, "do_execute", _defer)


def _use_prepared(
    connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
) -> tuple[str, Any]:
    if executemany or context is None or not context.execution_options.get(_PREPARED):
        return statement, parameters
    executes: dict[str, str] = connection.connection.info.setdefault(_PREPARED, {})
    if statement not in executes:
        executes[statement] = _prepare(connection, statement)
    return executes[statement], parameters


def _prepare(connection: Any, statement: str) -> str:
    """Send PREPARE for `statement` and return the EXECUTE statement that replaces it on this connection."""
    names = list(dict.fromkeys(_PLACEHOLDER.findall(statement)))
    positions = {name: f"${position}" for position, name in enumerate(names, 1)}
    prepared_name = f"prepared_{next(_statement_numbers)}"
    numbered = _PLACEHOLDER.sub(lambda placeholder: positions[placeholder[1]], statement)
    connection.exec_driver_sql(f"PREPARE {prepared_name} AS {numbered}")
    return f"EXECUTE {prepared_name}({', '.join(f'%({name})s' for name in names)})"


def _defer(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
    if (
        context is None
        or not context.execution_options.get(_DEFERRED)
        or context.root_connection.in_nested_transaction()
    ):
        return False
    cursor.connection.defer(cursor.mogrify(statement, parameters))
    return True
