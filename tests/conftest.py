"""The one stack of a test worker: real PostgreSQL and RabbitMQ, and whichever services a test starts on them.

Each worker's lives in `.local/test`, so that the next run sweeps up after one that was killed; beside a run that has it
already, in a folder of its own. Its logs stay when a test failed.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from sqlalchemy import NullPool, create_engine, inspect, text

from deploy.local import claim
from deploy.local.stack import PROJECT, Stack
from messaging import migrate
from messaging.testing import temporary_database


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest, worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """PostgreSQL and RabbitMQ, fresh; `stack.start("claims")` migrates and brings up more.

    TEST_AMQP_URI (with RABBITMQ_MANAGEMENT_PORT) names another broker, as one of another version, for what does not
    stop it: `pytest tests/messaging tests/flows`, in one worker.
    """
    root = PROJECT / ".local" / "test" / worker_id
    if claim.is_taken(root):
        root = tmp_path_factory.mktemp("stack")
    claim.clear(root)
    with Stack(root, given_broker=os.environ.get("TEST_AMQP_URI")) as stack:
        yield stack
    if not request.session.testsfailed:
        claim.clear(root)


@pytest.fixture(scope="session")
def amqp_uri(stack: Stack) -> str:
    """A broker to try things on: the stack's."""
    return stack.amqp_uri


@pytest.fixture(scope="session")
def postgres_uri(request: pytest.FixtureRequest) -> str:
    """A PostgreSQL server on which databases may be made: the stack's, or the one TEST_POSTGRES_URI names."""
    return os.environ.get("TEST_POSTGRES_URI") or request.getfixturevalue("stack").postgres.uri()


@pytest.fixture(scope="session")
def migrated_store(postgres_uri: str) -> Iterator[Callable[[str], str]]:
    """`migrated_store("review")` names a database with that service's tables, made once a run."""
    with ExitStack() as databases:

        @cache
        def migrated(service: str) -> str:
            uri = databases.enter_context(temporary_database(postgres_uri))
            migrate.upgrade(service, uri)
            return uri

        yield migrated


@pytest.fixture
def empty_store(migrated_store: Callable[[str], str]) -> Callable[[str], str]:
    """`empty_store("review")` names the same database, with nothing in its tables any more."""

    def emptied(service: str) -> str:
        uri = migrated_store(service)
        engine = create_engine(uri, poolclass=NullPool)
        with engine.begin() as connection:
            tables = [f'"{name}"' for name in inspect(connection).get_table_names() if name != "alembic_version"]
            connection.execute(text(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE"))
        return uri

    return emptied
