"""The stack that a test worker shares among its tests: PostgreSQL, RabbitMQ and the services a test starts on them.

Its files are in `.local/test`, so that the next run cleans up after one that was killed; if another run is using that
folder, in a temporary one. Its logs are kept when a test failed.
"""

import ipaddress
import os
import socket
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import NullPool, create_engine, inspect, text

from deploy.local import root_lock
from deploy.local.stack import PROJECT, Stack
from messaging import migrate
from messaging.testing import temporary_database

settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")
SERVER_FIXTURES = {"stack", "amqp_uri", "postgres_uri"}
_THIS_MACHINE = ("localhost", "0.0.0.0", "::")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that uses PostgreSQL or RabbitMQ, itself or by its fixtures, as `servers`; note its attacks."""
    for item in items:
        if SERVER_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("servers")
        item.user_properties += [("attacks", marker.args) for marker in item.iter_markers("attacks")]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print how many attacks of each kind were replayed, and how many tests of them failed."""
    replayed: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, ()):
            for kind, *count in (value for name, value in report.user_properties if name == "attacks"):
                replayed[kind] += count[0] if count else 1
                failed[kind] += outcome == "failed"
    if replayed:
        terminalreporter.section("attacks")
        for kind, count in sorted(replayed.items()):
            terminalreporter.write_line(f"{count:7,}  {kind}" + (f": {failed[kind]} FAILED" if failed[kind] else ""))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Refuse connections to other machines while a test without servers runs."""
    if item.get_closest_marker("servers"):
        return (yield)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _loopback_only(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", _loopback_only(socket.socket.connect_ex))
        return (yield)


def _loopback_only(connect: Callable[[socket.socket, Any], Any]) -> Callable[[socket.socket, Any], Any]:
    def checked(self: socket.socket, address: Any) -> Any:
        host = address[0] if self.family in (socket.AF_INET, socket.AF_INET6) else "localhost"
        if host not in _THIS_MACHINE and not ipaddress.ip_address(host).is_loopback:
            raise PermissionError(f"a test without servers may not connect to {host}")
        return connect(self, address)

    return checked


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest, worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A new stack with PostgreSQL and RabbitMQ running; `stack.start("claims")` migrates and starts more.

    TEST_AMQP_URI (with RABBITMQ_MANAGEMENT_PORT) names another broker, such as one of another version, for tests that
    do not stop it: `pytest tests/messaging tests/flows`, in one worker.
    """
    root = PROJECT / ".local" / "test" / worker_id
    if root_lock.is_locked(root):
        root = tmp_path_factory.mktemp("stack")
    root_lock.remove(root)
    with Stack(root, external_broker=os.environ.get("TEST_AMQP_URI")) as stack:
        yield stack
    if not request.session.testsfailed:
        root_lock.remove(root)


@pytest.fixture(scope="session")
def amqp_uri(stack: Stack) -> str:
    """The URI of the stack's broker."""
    return stack.amqp_uri


@pytest.fixture(scope="session")
def postgres_uri(request: pytest.FixtureRequest) -> str:
    """The URI of a server to create databases on: TEST_POSTGRES_URI, or else the stack's."""
    return os.environ.get("TEST_POSTGRES_URI") or request.getfixturevalue("stack").postgres.uri()


@pytest.fixture(scope="session")
def migrated_store(postgres_uri: str) -> Iterator[Callable[[str], str]]:
    """`migrated_store("review")` returns the URI of a database with that service's tables, created once a run."""
    with ExitStack() as databases:

        @cache
        def migrated(service: str) -> str:
            uri = databases.enter_context(temporary_database(postgres_uri))
            migrate.upgrade(service, uri)
            return uri

        yield migrated


@pytest.fixture
def empty_store(migrated_store: Callable[[str], str]) -> Callable[[str], str]:
    """`empty_store("review")` returns the URI of the same database after emptying its tables."""

    def emptied(service: str) -> str:
        uri = migrated_store(service)
        engine = create_engine(uri, poolclass=NullPool)
        with engine.begin() as connection:
            tables = [f'"{name}"' for name in inspect(connection).get_table_names() if name != "alembic_version"]
            connection.execute(text(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE"))
        return uri

    return emptied
