"""The shop's services as processes of their own, on a broker and a database server that are real."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine

from deploy.local.stack import Stack
from messaging import engine
from messaging.testing import temporary_database
from tests.messaging.running import STORES, RunningShop
from tests.messaging.shop import metadata


@pytest.fixture
def database_uri(postgres_uri: str) -> Iterator[str]:
    """A database with the tables of the shop, gone afterwards."""
    with temporary_database(postgres_uri) as uri:
        metadata.create_all(create_engine(engine.url(uri), poolclass=NullPool))
        yield uri


@pytest.fixture
def shop(stack: Stack, tmp_path: Path) -> Iterator[RunningShop]:
    """A shop with empty stores and a vhost of its own, its topology declared and nothing running yet."""
    with ExitStack() as databases:
        uris = {name: databases.enter_context(temporary_database(stack.postgres.uri())) for name in STORES}
        for uri in uris.values():
            metadata.create_all(create_engine(engine.url(uri), poolclass=NullPool))
        shop = RunningShop(stack, uuid.uuid4().hex[:12], uris, tmp_path)
        try:
            shop.command("topology", *(f"tests.messaging.shop:{name.capitalize()}" for name in STORES))
            yield shop
        finally:
            shop.close()
