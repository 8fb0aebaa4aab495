"""Statements of two kinds that cost less than others.

`prepared`: psycopg2 writes the values into the text of a statement, which is then read and planned anew each time; for
a question over four tables that is two thirds of what it costs. A prepared one is given to the server by name, once for
each connection, and from then on only its values. For statements that are built once and asked all the time, and whose
values have a type by where they stand.

`deferred`: what changes something and has no result that anybody reads need not be waited for.
"""

import itertools
import re
from typing import Any, TypeVar

from sqlalchemy import Engine, Executable, event

S = TypeVar("S", bound=Executable)
_PREPARED, _DEFERRED = "prepared", "deferred"
_VALUE = re.compile(r"%\((\w+)\)s")
_numbers = itertools.count(1)


def prepared(statement: S) -> S:
    """The same statement, to be planned once for each connection of an engine that knows how (`install`)."""
    return statement.execution_options(**{_PREPARED: True})


def deferred(statement: S) -> S:
    """The same statement, sent in one message with the next one, at the latest with COMMIT, which raises its errors.

    Not after a savepoint: its end would raise them too late to go back to it.
    """
    return statement.execution_options(**{_DEFERRED: True})


def install(engine: Engine) -> None:
    """Have `engine`, whose connections are of `messaging.driver`, do what is marked."""
    event.listen(engine, "before_cursor_execute", _by_name, retval=True)
    event.listen(engine, "do_execute", _later)


def _by_name(
    connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
) -> tuple[str, Any]:
    if executemany or context is None or not context.execution_options.get(_PREPARED):
        return statement, parameters
    known: dict[str, str] = connection.connection.info.setdefault(_PREPARED, {})
    if statement not in known:
        known[statement] = _prepare(connection, statement)
    return known[statement], parameters


def _prepare(connection: Any, statement: str) -> str:
    """Give `statement` to the server for as long as the connection lives; how its values are sent from now on."""
    names = list(dict.fromkeys(_VALUE.findall(statement)))
    places = {name: f"${place}" for place, name in enumerate(names, 1)}
    name = f"prepared_{next(_numbers)}"
    connection.exec_driver_sql(f"PREPARE {name} AS {_VALUE.sub(lambda value: places[value[1]], statement)}")
    return f"EXECUTE {name}({', '.join(f'%({each})s' for each in names)})"


def _later(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
    if (
        context is None
        or not context.execution_options.get(_DEFERRED)
        or context.root_connection.in_nested_transaction()
    ):
        return False
    cursor.connection.later(cursor.mogrify(statement, parameters))
    return True
