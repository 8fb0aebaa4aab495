"""The migrations of a service's store: Alembic, told where each service keeps its own.

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
    """Bring the store of `service` to `revision`. Several at once wait for each other."""
    command.upgrade(_config(service, database_uri, package), revision)


def write_revision(service: str, database_uri: str, message: str, *, package: str = _PACKAGE) -> None:
    """Write a new migration from the difference between the tables in the code and those in the store."""
    command.revision(_config(service, database_uri, package), message=message, autogenerate=True)


def check(service: str, database_uri: str, *, package: str = _PACKAGE) -> None:
    """Raise if the tables in the code and those of a migrated store differ."""
    command.check(_config(service, database_uri, package))


def run(metadata: MetaData) -> None:
    """What a service's `env.py` calls: run its migrations, all of them in one transaction."""
    connectable = engine.connect_to(context.config.attributes["database_uri"])
    with connectable.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata)
        with context.begin_transaction():
            connection.execute(text("SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('migrate', 0))"))
            context.run_migrations()


def service_role() -> str | None:
    """In a migration: the role the service connects as, which bears its name; none if the server has no such role."""
    role = context.config.attributes["service"]
    found = op.get_bind().scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role})
    return str(role) if found else None


def append_only(*tables: str) -> None:
    """In a migration: the service may add to `tables` and read them, but never change or delete what is there."""
    role = service_role()
    if role is not None:
        for table in tables:
            op.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM "{role}"')


def words_may_go(column: str, *tables: str) -> None:
    """In a migration: in `tables`, which are append-only, the service may empty `column`, and write nothing into it.

    So what must be forgotten can be, while what was decided, by whom and when stays as it was written.
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
