"""Rows selected by key are found by the primary key, also in a community without planner statistics."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Connection, MetaData, NullPool, String, Table, create_engine, select, text

from messaging import engine
from messaging.sql.keys import among

_GOODS = Table(
    "goods",
    MetaData(),
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("box", String, nullable=False),
)


@pytest.fixture
def connection(database_uri: str) -> Iterator[Connection]:
    """A store with statistics of the community `old`, of a thousand rows, but not of `new`, of ten thousand."""
    with create_engine(engine.url(database_uri), poolclass=NullPool).connect() as connection:
        _GOODS.create(connection)
        connection.execute(text("CREATE INDEX goods_by_box ON goods (community, box)"))
        for community, number in (("old", 1_000), ("new", 10_000)):
            rows = "SELECT :here, n::text, (n % 7)::text FROM generate_series(1, :number) n"
            connection.execute(text(f"INSERT INTO goods {rows}"), {"here": community, "number": number})
            if community == "old":
                connection.execute(text("ANALYZE goods"))
        yield connection


def test_rows_with_one_of_the_keys_are_found(connection: Connection) -> None:
    found = select(_GOODS.c.id).where(among(_GOODS.c.id, ["3", "9999", "no such"], "new"))
    assert set(connection.scalars(found)) == {"3", "9999"}


def test_keys_of_another_community_find_nothing(connection: Connection) -> None:
    assert connection.scalars(select(_GOODS.c.id).where(among(_GOODS.c.id, ["9999"], "old"))).all() == []


def test_no_keys_find_nothing(connection: Connection) -> None:
    assert connection.scalars(select(_GOODS.c.id).where(among(_GOODS.c.id, [], "new"))).all() == []


@pytest.mark.parametrize("number", [1, 10])
def test_a_community_without_statistics_is_not_scanned(connection: Connection, number: int) -> None:
    query = select(_GOODS).where(among(_GOODS.c.id, map(str, range(number)), "new"))
    sql = query.compile(connection, compile_kwargs={"literal_binds": True})
    plan = "\n".join(connection.exec_driver_sql(f"EXPLAIN {sql}").scalars())
    assert "goods_pkey" in plan
    assert "wanted.key" in plan.split("Index Cond")[1]
