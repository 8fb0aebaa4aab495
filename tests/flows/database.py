"""Read or change a service's store directly, where HTTP cannot: expire a code, lock a row."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, NullPool, create_engine


@contextmanager
def transaction(database_uri: str) -> Iterator[Connection]:
    """Connect to a store; commit at the end of the block."""
    with create_engine(database_uri, poolclass=NullPool).begin() as connection:
        yield connection
