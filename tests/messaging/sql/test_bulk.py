"""Many rows are inserted, updated and selected with one statement."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import pytest
from sqlalchemy import Column, Date, DateTime, Integer, MetaData, NullPool, Table, Text, create_engine, event, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from messaging import engine
from messaging.sql import bulk
from messaging.sql.bulk import BulkTable

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
TODAY = date(2026, 11, 3)
_GOODS = Table(
    "goods",
    MetaData(),
    Column("community", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("order", Integer),  # a reserved word
    Column("state", Text),
    Column("day", Date),
    Column("changed_at", DateTime(timezone=True)),
    Column("tags", ARRAY(Text)),
)
_BULK = BulkTable(_GOODS, updates=("order", "state"))
_SELECT = text("SELECT g.* FROM goods g JOIN json_populate_recordset(NULL::goods, :rows) key USING (community, id)")


class State(StrEnum):
    NEW = "new"
    SOLD = "sold"


@dataclass(frozen=True)
class Good:
    community: str
    id: str
    order: int | None
    state: State
    day: date = TODAY
    changed_at: datetime = NOON
    tags: tuple[str, ...] = ("大米", 'a "quoted" tag')


@pytest.fixture
def session(database_uri: str) -> Iterator[Session]:
    with Session(create_engine(engine.url(database_uri), poolclass=NullPool)) as session:
        _GOODS.create(session.connection())
        yield session


@pytest.fixture
def statements(session: Session) -> list[str]:
    """The statements executed from now on."""
    executed: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: executed.append(args[2]))
    return executed


def stored(session: Session) -> list[Any]:
    return [tuple(row) for row in session.execute(text("SELECT * FROM goods ORDER BY community, id"))]


def test_objects_are_inserted_with_one_statement(session: Session, statements: list[str]) -> None:
    _BULK.insert(session, (Good("com_1", str(number), number, State.NEW) for number in range(300)))
    assert len(statements) == 1
    rows = stored(session)
    assert len(rows) == 300
    assert rows[0] == ("com_1", "0", 0, "new", TODAY, NOON, ["大米", 'a "quoted" tag'])


def test_an_update_writes_the_named_columns_of_rows_with_the_same_id_and_community(session: Session) -> None:
    first, second = Good("com_1", "a", 1, State.NEW), Good("com_2", "a", 1, State.NEW)
    _BULK.insert(session, [first, second])
    _BULK.update(session, [replace(first, order=None, state=State.SOLD, day=date(1999, 1, 1))])
    assert [row[:5] for row in stored(session)] == [
        ("com_1", "a", None, "sold", TODAY),
        ("com_2", "a", 1, "new", TODAY),
    ]


def test_rows_are_selected_by_their_keys(session: Session) -> None:
    _BULK.insert(session, [Good("com_1", each, 1, State.NEW) for each in "abc"])
    found = bulk.fetch(session, _SELECT, [{"community": "com_1", "id": each} for each in "cax"])
    assert {row["id"] for row in found} == {"a", "c"}


def test_nothing_is_executed_without_rows(session: Session, statements: list[str]) -> None:
    _BULK.insert(session, [])
    _BULK.update(session, [])
    bulk.execute(session, _SELECT, [])
    assert bulk.fetch(session, _SELECT, []) == []
    assert statements == []
