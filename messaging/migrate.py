"""Run a service's Alembic migrations.

`services/<name>/migrations/env.py` is three lines::

    from messaging import migrate
    from services.review.store import metadata
    migrate.run(metadata)
"""

import importlib.util
from pathlib import Path

from alembic import command, context, op
from alembic.config import Config
from sqlalchemy import MetaData, text

from messaging import engine

_PACKAGE = "services"


def upgrade(service: str, database_uri: str, *, package: str = _PACKAGE, revision: str = "head") -> None:
    """Migrate the store of `service` to `revision`. Concurrent migrations wait for each other."""
    command.upgrade(_config(service, database_uri, package), revision)


def write_revision(service: str, database_uri: str, message: str, *, package: str = _PACKAGE) -> None:
    """Write a migration from the difference between the tables in the code and those in the store."""
    command.revision(_config(service, database_uri, package), message=message, autogenerate=True)


def check(service: str, database_uri: str, *, package: str = _PACKAGE) -> None:
    """Raise an error if the tables in the code differ from those in the migrated store."""
    command.check(_config(service, database_uri, package))


def run(metadata: MetaData) -> None:
    """Run the migrations of a service in one transaction. Its `env.py` calls this."""
    connectable = engine.connect_to(context.config.attributes["database_uri"])
    with connectable.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata)
        with context.begin_transaction():
            connection.execute(text("SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('migrate', 0))"))
            context.run_migrations()


def service_role() -> str | None:
    """In a migration: return the database role of the service, or None if the server has no role of its name."""
    role = context.config.attributes["service"]
    found = op.get_bind().scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role})
    return str(role) if found else None


def append_only(*tables: str) -> None:
    """In a migration: revoke the service's rights to update, delete and truncate `tables`."""
    role = service_role()
    if role is not None:
        for table in tables:
            op.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM "{role}"')


def allow_redaction(column: str, *tables: str) -> None:
    """In a migration: let the service set `column` of append-only `tables` to the empty string, and to nothing else.

    Personal data can then be erased, while what was decided, by whom and when cannot be changed.
    """
    op.execute(
        "CREATE FUNCTION refuse_other_words() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE insufficient_privilege USING MESSAGE = 'words may go, but not change'; END $$"
    )
    role = service_role()
    for table in tables:
        op.execute(
            f"CREATE TRIGGER {table}_words_may_go BEFORE UPDATE OF {column} ON {table} FOR EACH ROW"
            f" WHEN (NEW.{column} <> '') EXECUTE FUNCTION refuse_other_words()"
        )
        if role is not None:
            op.execute(f'GRANT UPDATE ({column}) ON {table} TO "{role}"')


def _config(service: str, database_uri: str, package: str) -> Config:
    found = importlib.util.find_spec(f"{package}.{service}")
    if found is None or not found.submodule_search_locations:
        raise LookupError(f"no service {service!r} in {package}")
    config = Config()
    config.set_main_option("script_location", str(Path(next(iter(found.submodule_search_locations))) / "migrations"))
    config.attributes.update(service=service, database_uri=database_uri)
    return config
