"""Migrations are run for one service, and append-only tables cannot be changed by its role."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from sqlalchemy import NullPool, create_engine, inspect, text
from sqlalchemy.exc import ProgrammingError

from deploy.local.stack import PROJECT, Stack
from messaging import engine, migrate
from messaging.testing import temporary_database

ROLE = "keeper"
FILES = {
    "__init__.py": "",
    "migrations/env.py": """
        from sqlalchemy import MetaData
        from messaging import migrate
        migrate.run(MetaData())
        """,
    "migrations/versions/0001_first.py": f"""
        from alembic import op
        from messaging import migrate
        revision, down_revision = "0001", None
        def upgrade():
            op.execute("CREATE TABLE entries (points int)")
            if migrate.service_role():
                op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON entries TO {ROLE}")
            migrate.append_only("entries")
        """,
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package with one service that has one migration."""
    for name, content in FILES.items():
        path = tmp_path / "keepers" / ROLE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(content))
    monkeypatch.syspath_prepend(tmp_path)
    yield "keepers"
    for module in [module for module in sys.modules if module.startswith("keepers")]:
        del sys.modules[module]


@pytest.fixture
def uri(stack: Stack) -> Iterator[str]:
    with temporary_database(stack.postgres.uri()) as uri:
        yield uri


def test_a_migration_creates_the_tables_and_can_be_repeated(package: str, uri: str) -> None:
    for _ in range(2):
        migrate.upgrade(ROLE, uri, package=package)
    assert set(inspect(create_engine(engine.url(uri), poolclass=NullPool)).get_table_names()) == {
        "alembic_version",
        "entries",
    }


def test_concurrent_migrations_wait_for_each_other(stack: Stack, uri: str) -> None:
    words = [sys.executable, "-m", "messaging", "migrate", "review", "--database-uri", uri]
    both = [subprocess.Popen(words, cwd=PROJECT, env=stack.environment) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]


def test_the_role_of_the_service_can_insert_but_not_update(package: str, uri: str) -> None:
    store = create_engine(engine.url(uri), poolclass=NullPool)
    with store.begin() as connection:
        connection.execute(text(f"DROP ROLE IF EXISTS {ROLE}; CREATE ROLE {ROLE}"))
    migrate.upgrade(ROLE, uri, package=package)
    with store.begin() as connection:
        connection.execute(text(f"SET ROLE {ROLE}; INSERT INTO entries VALUES (1)"))
    with pytest.raises(ProgrammingError, match="permission denied"), store.begin() as connection:
        connection.execute(text(f"SET ROLE {ROLE}; UPDATE entries SET points = 2"))
    with store.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}"))


def test_an_unknown_service_raises(uri: str) -> None:
    with pytest.raises(LookupError, match="no service"):
        migrate.upgrade("nobody", uri)
