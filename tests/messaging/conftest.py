"""The shop's services as processes of their own, on a broker and a database server that are real."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from nameko import exceptions
from sqlalchemy import NullPool, create_engine, text

from deploy.local.stack import Stack
from messaging import engine
from messaging.testing import temporary_database
from tests.messaging.running import STORES, RunningShop
from tests.messaging.shop import metadata


@pytest.fixture(scope="session")
def stores(stack: Stack) -> Iterator[dict[str, str]]:
    """By service of the shop, the URI of a database with its tables."""
    with ExitStack() as databases:
        uris = {name: databases.enter_context(temporary_database(stack.postgres.uri())) for name in STORES}
        for uri in uris.values():
            metadata.create_all(create_engine(engine.url(uri), poolclass=NullPool))
        yield uris


@pytest.fixture
def empty_stores(stores: dict[str, str]) -> dict[str, str]:
    """The same databases, with nothing in their tables any more."""
    tables = ", ".join(table.name for table in metadata.sorted_tables)
    for uri in stores.values():
        with create_engine(engine.url(uri), poolclass=NullPool).begin() as connection:
            connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
    return stores


@pytest.fixture
def database_uri(empty_stores: dict[str, str]) -> str:
    """An empty store of the shop."""
    return empty_stores["till"]


@pytest.fixture
def shop(stack: Stack, empty_stores: dict[str, str], tmp_path: Path) -> Iterator[RunningShop]:
    """A shop with empty stores and a vhost of its own, its topology declared and nothing running yet."""
    shop = RunningShop(stack, uuid.uuid4().hex[:12], empty_stores, tmp_path)
    try:
        shop.declare_topology()
        yield shop
    finally:
        shop.close()


@pytest.fixture(autouse=True)
def errors_as_they_travel(monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller sees remote errors as nameko brings them, whatever the gateway's tests taught it to make of them."""
    nameko_s_own = {path: kind for path, kind in exceptions.registry.items() if path.startswith("nameko.")}
    monkeypatch.setattr(exceptions, "registry", nameko_s_own)
