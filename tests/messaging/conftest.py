"""Fixtures: databases and processes of the shop on a real broker and a real database server."""

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
from tests.messaging.running_shop import STORES, RunningShop
from tests.messaging.shop import metadata


@pytest.fixture(scope="session")
def stores(stack: Stack) -> Iterator[dict[str, str]]:
    """The URI of a database with tables for each service of the shop."""
    with ExitStack() as databases:
        uris = {name: databases.enter_context(temporary_database(stack.postgres.uri())) for name in STORES}
        for uri in uris.values():
            metadata.create_all(create_engine(engine.url(uri), poolclass=NullPool))
        yield uris


@pytest.fixture
def empty_stores(stores: dict[str, str]) -> dict[str, str]:
    """The same databases with all tables emptied."""
    tables = ", ".join(table.name for table in metadata.sorted_tables)
    for uri in stores.values():
        with create_engine(engine.url(uri), poolclass=NullPool).begin() as connection:
            connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
    return stores


@pytest.fixture
def database_uri(empty_stores: dict[str, str]) -> str:
    """The URI of an empty store of the shop."""
    return empty_stores["till"]


@pytest.fixture
def shop(stack: Stack, empty_stores: dict[str, str], tmp_path: Path) -> Iterator[RunningShop]:
    """A shop with empty stores and declared topology, and no process running."""
    shop = RunningShop(stack, uuid.uuid4().hex[:12], empty_stores, tmp_path)
    try:
        shop.declare_topology()
        yield shop
    finally:
        shop.close()


@pytest.fixture(autouse=True)
def default_error_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo the gateway's registration of refusals, so that remote errors are nameko's `RemoteError`."""
    own_errors = {path: kind for path, kind in exceptions.registry.items() if path.startswith("nameko.")}
    monkeypatch.setattr(exceptions, "registry", own_errors)
