"""The private servers: isolated, with least privileges, and found after a crash."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest

from deploy.local.process import marked_processes
from deploy.local.rabbitmq import Binaries
from deploy.local.stack import SERVICES, Stack


@contextmanager
def _connect(uri: str) -> Iterator[psycopg2.extensions.cursor]:
    connection = psycopg2.connect(uri.replace("+psycopg2", ""))
    with closing(connection), connection, connection.cursor() as cursor:
        yield cursor


@pytest.fixture(scope="module")
def stores(stack: Stack) -> Stack:
    for service in SERVICES:
        stack.postgres.create_store(service)
    return stack


def test_a_service_can_use_but_not_change_its_tables(stores: Stack) -> None:
    with _connect(stores.owner_uris["claims"]) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS probe (id int)")
    with _connect(stores.database_uris["claims"]) as service:
        service.execute("INSERT INTO probe VALUES (1)")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            service.execute("DROP TABLE probe")


def test_a_service_cannot_connect_to_the_database_of_another(stores: Stack) -> None:
    with pytest.raises(psycopg2.OperationalError, match="permission denied"):
        psycopg2.connect(stores.postgres.uri("review", "claims").replace("+psycopg2", ""))


def test_the_server_ends_a_stuck_statement_of_a_service(stores: Stack) -> None:
    with _connect(stores.database_uris["claims"]) as service:
        service.execute("SELECT name FROM pg_settings WHERE name LIKE '%timeout' AND source = 'user'")
        limited = {name for (name,) in service}
    assert {"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"} <= limited


def test_the_processes_of_a_stack_are_found_by_its_root(stack: Stack) -> None:
    names = {process.name() for process in marked_processes(stack.root)}
    assert "postgres" in names
    assert any(name.startswith("beam") for name in names)


def test_debians_wrapper_resolves_to_the_scripts_beside_the_plugins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, links, path = tmp_path / "lib/rabbitmq_server/sbin", tmp_path / "bin", tmp_path / "path"
    for folder in (real, real.parent / "plugins", links, path):
        folder.mkdir(parents=True)
    for script in (real / "rabbitmq-server", real / "rabbitmq-env", links / "rabbitmq-script-wrapper", path / "erl"):
        script.touch(mode=0o755)
    (links / "rabbitmq-server").symlink_to(real / "rabbitmq-server")
    (path / "rabbitmq-server").symlink_to(links / "rabbitmq-script-wrapper")
    monkeypatch.setenv("PATH", str(path))

    assert Binaries.installed() == Binaries(real, path)
