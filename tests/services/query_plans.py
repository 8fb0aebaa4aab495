"""Fill a table, and count the rows that the queries of a call read of it, as PostgreSQL's plans say."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Engine, event, text

MANY = 10_000


def fill(engine: Engine, table: str, number: int = MANY, **columns: str) -> None:
    """Add copies of the rows of a table, with SQL expressions for some columns; `n` counts the copies."""
    changes = ", ".join(f"'{column}', {expression}" for column, expression in columns.items())
    with engine.begin() as connection:
        connection.execute(
            text(
                f"INSERT INTO {table} SELECT copy.* FROM {table} AS original, generate_series(1, {number}) AS n,"
                f" LATERAL jsonb_populate_record(original, jsonb_build_object({changes})) AS copy"
            )
        )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"VACUUM ANALYZE {table}"))


def rows_read(engine: Engine, table: str, call: Callable[[], Any]) -> int:
    """Return how many rows of `table` the statements of a call read at most, those counted that a filter dropped."""
    read = []

    def explain(connection: Connection, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if table in statement and statement.lstrip().startswith(("SELECT", "WITH")):
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
            [(found,)] = cursor.fetchall()
            plan = json.loads(found) if isinstance(found, str) else found
            read.append(sum(_read(node) for node in _nodes(plan[0]["Plan"]) if node.get("Relation Name") == table))

    event.listen(engine, "before_cursor_execute", explain)
    try:
        call()
    finally:
        event.remove(engine, "before_cursor_execute", explain)
    assert read, f"no statement of the call reads {table}"
    return max(read)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _read(node: dict[str, Any]) -> int:
    dropped = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return int((node["Actual Rows"] + dropped) * node["Actual Loops"])
