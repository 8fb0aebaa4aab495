"""Many rows in one statement: they travel as one JSON document, which PostgreSQL opens as rows of the table.

A sitting decides on two thousand cases and a settlement on thousands of entries, within a caller's patience.
"""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table, TextClause, text
from sqlalchemy.orm import Session


class Rows:
    """How the rows of one table are added and changed."""

    def __init__(self, table: Table, *, changing: Iterable[str] = ()) -> None:
        """`changing` names the columns that `change` writes; rows are found by community and id."""
        self._added = [column.name for column in table.columns]
        self._changed = ["community", "id", *changing]
        columns = ", ".join(f'"{name}"' for name in self._added)
        opened = f"json_populate_recordset(NULL::{table.name}, :rows)"
        self._add = text(f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {opened}")
        changes = ", ".join(f'"{name}" = new."{name}"' for name in self._changed[2:])
        self._change = text(
            f"UPDATE {table.name} old SET {changes} FROM {opened} new"
            " WHERE old.community = new.community AND old.id = new.id"
        )

    def add(self, session: Session, things: Iterable[object]) -> None:
        """Insert `things`, whose attributes bear the names of the columns."""
        _send(session, self._add, self._added, things)

    def change(self, session: Session, things: Iterable[object]) -> None:
        """Write what may have changed of `things`, which are there and locked."""
        _send(session, self._change, self._changed, things)


def _send(session: Session, statement: TextClause, names: list[str], things: Iterable[object]) -> None:
    rows = [{name: getattr(thing, name) for name in names} for thing in things]
    if rows:
        session.execute(statement, {"rows": json.dumps(rows, ensure_ascii=False, default=_primitive)})


def _primitive(value: Any) -> str:
    return str(value.isoformat())
