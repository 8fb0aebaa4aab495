"""The real servers the tests of this package run on."""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine

from messaging import engine
from messaging.testing import temporary_database
from tests.messaging.shop import metadata


@pytest.fixture(scope="session")
def postgres_uri() -> str:
    """A PostgreSQL server on which databases may be made."""
    return os.environ.get("TEST_POSTGRES_URI", "postgresql://postgres:dev@127.0.0.1:55432/postgres")


@pytest.fixture
def database_uri(postgres_uri: str) -> Iterator[str]:
    """A database with the tables of the shop, gone afterwards."""
    with temporary_database(postgres_uri) as uri:
        owner = create_engine(engine.url(uri))
        metadata.create_all(owner)
        owner.dispose()
        yield uri
