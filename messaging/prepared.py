"""Statements that the server plans once for each connection, not each time.

psycopg2 writes the values into the text of a statement, which is then read and planned anew each time; for a question
over four tables that is two thirds of what it costs. One marked with `prepared` is given to the server by name, once
for each connection, and from then on only its values. For statements that are built once and asked all the time, and
whose values have a type by where they stand.
"""

import itertools
import re
from typing import Any, TypeVar

from sqlalchemy import Engine, Executable, event

S = TypeVar("S", bound=Executable)
_MARK = "prepared"
_VALUE = re.compile(r"%\((\w+)\)s")
_numbers = itertools.count(1)


def prepared(statement: S) -> S:
    """The same statement, to be planned once for each connection of an engine that knows how (`install`)."""
    return statement.execution_options(**{_MARK: True})


def install(engine: Engine) -> None:
    """Have `engine` prepare what is marked."""
    event.listen(engine, "before_cursor_execute", _by_name, retval=True)
    event.listen(engine, "after_cursor_execute", _is_known)


def _by_name(
    connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
) -> tuple[str, Any]:
    if executemany or context is None or not context.execution_options.get(_MARK):
        return statement, parameters
    known = _known(connection)
    if statement in known:
        return known[statement], parameters
    names = list(dict.fromkeys(_VALUE.findall(statement)))
    places = {name: f"${place}" for place, name in enumerate(names, 1)}
    text = _VALUE.sub(lambda value: places[value[1]], statement)
    name = f"prepared_{next(_numbers)}"
    values = ", ".join(f"%({each})s" for each in names)
    execute = f"EXECUTE {name}({values})"
    context.prepared_now = statement, execute
    return f"PREPARE {name} AS {text}; {execute}", parameters


def _is_known(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
    """Only what succeeded: one that failed, perhaps before it was prepared, gets another name next time."""
    if new := getattr(context, "prepared_now", None):
        known = _known(connection)
        known[new[0]] = new[1]


def _known(connection: Any) -> dict[str, str]:
    """By statement, how its values are sent; kept for as long as the connection lives."""
    known: dict[str, str] = connection.connection.info.setdefault(_MARK, {})
    return known
