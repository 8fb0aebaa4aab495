"""`python -m deploy.new_service NAME` writes the skeleton of a service, ready to run, and says what else it needs.

The skeleton is the one of docs/architecture.md: a contract, a service with one command and one query, a store with the
first migration, and a test. Nothing that exists is overwritten.
"""

import re
import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import render_python_code
from alembic.migration import MigrationContext
from alembic.operations import ops
from sqlalchemy import Column, DateTime, MetaData, String, Table

import directory
import messaging.tables

_PROJECT = Path(__file__).parents[1]

_CALLS = '''"""What the gateway may ask of the {name} service."""

from typing import Annotated, Protocol, TypedDict, Unpack

from contracts import fields
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Instant


class NoteForm(TypedDict):
    text: Annotated[str, fields.Text(200)]


class Note(TypedDict):
    id: str
    text: str
    added_at: Instant


class {Name}Api(Protocol):
    """The calls of the {name} service."""

    @command
    def add_note(self, *, actor: Caller, **form: Unpack[NoteForm]) -> Note:
        """Store a note."""

    @query
    def list_notes(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[Note]:
        """Return the community's notes, newest first."""
'''
_SERVICE = '''"""The {name} service's calls and event handlers."""

from typing import Unpack, final

from contracts.calls import {name} as calls
from contracts.paging import page_of
from contracts.rpc import Caller, Page
from directory import DirectoryUpdater
from messaging import command, query
from services.{name} import schemas
from services.{name}.domain import Note
from services.{name}.store import {Name}Store, {Name}Transaction


@final
class {Name}Service(DirectoryUpdater, calls.{Name}Api):
    name = "{name}"
    store = {Name}Store()

    @command
    def add_note(self, tx: {Name}Transaction, *, actor: Caller, **form: Unpack[calls.NoteForm]) -> calls.Note:
        scope = tx.scope(actor)
        note = Note.write(scope.community, form["text"], tx.now)
        scope.notes.add(note)
        return schemas.note(note)

    @query
    def list_notes(
        self, tx: {Name}Transaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.Note]:
        found = tx.scope(actor).notes.page(limit + 1, cursor)
        return page_of(found, limit, schemas.note, lambda note: note.id)
'''
_DOMAIN = '''"""The rules of {name}."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from contracts import ids


@dataclass
class Note:
    """Something to remember."""

    community: str
    id: str
    text: str
    added_at: datetime

    @classmethod
    def write(cls, community: str, text: str, at: datetime) -> Self:
        """Return a new note."""
        return cls(community=community, id=ids.new("nte"), text=text, added_at=at)
'''
_SCHEMAS = '''"""The domain objects of {name} as the replies of `contracts.calls.{name}`."""

from contracts.calls import {name} as calls
from services.{name}.domain import Note


def note(found: Note) -> calls.Note:
    return {{"id": found.id, "text": found.text, "added_at": found.added_at.isoformat()}}
'''
_STORE = '''"""The store of {name}."""

from functools import cached_property

from directory import DirectoryScope
from messaging import ScopedTransaction, Store
from services.{name}.store.notes import NoteRepository
from services.{name}.store.tables import metadata

__all__ = ["{Name}Scope", "{Name}Store", "{Name}Transaction", "metadata"]


class {Name}Scope(DirectoryScope["{Name}Transaction"]):
    """Repositories of one community, limited to what the caller may see."""

    @cached_property
    def notes(self) -> NoteRepository:
        return NoteRepository(self.session, self.community)


class {Name}Transaction(ScopedTransaction[{Name}Scope]):
    """A transaction on the store of {name}."""

    scope_class = {Name}Scope


class {Name}Store(Store):
    transaction_class = {Name}Transaction
'''
_REPOSITORY = '''"""The notes of one community."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.{name}.domain import Note
from services.{name}.store.tables import notes


class NoteRepository:
    """Loads and stores a community's notes."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, note: Note) -> None:
        """Store a new note."""
        self._session.add(note)

    def page(self, limit: int, before: str | None = None) -> list[Note]:
        """Return notes older than `before`, newest first."""
        rows = select(Note).where(notes.c.community == self._community)
        if before:
            rows = rows.where(notes.c.id < before)
        return list(self._session.scalars(rows.order_by(notes.c.id.desc()).limit(limit)))
'''
_TABLES = '''"""Tables of {name}, and their mapping to the domain."""

from sqlalchemy import Column, DateTime, MetaData, String, Table
from sqlalchemy.orm import registry

import directory
import messaging.tables
from services.{name}.domain import Note

metadata = MetaData()
messaging.tables.attach(metadata)
directory.attach(metadata)

notes = Table(
    "notes",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("text", String, nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
)

registry(metadata=metadata).map_imperatively(Note, notes)
'''
_ENV = """from messaging import migrate
from services.{name}.store import metadata

migrate.run(metadata)
"""
_MIGRATION = '''"""The first tables of {name}."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
{operations}
'''
_TEST = '''"""{Name} as its callers see it, on a real store."""

from collections.abc import Callable

from messaging.testing import ServiceHarness
from services.{name}.service import {Name}Service


def test_a_note_is_listed_in_its_own_community(empty_store: Callable[[str], str]) -> None:
    service = ServiceHarness({Name}Service, empty_store("{name}"))
    actor = {{"person": "per_1", "community": "com_1", "merchant": None}}
    added = service.call("add_note", actor=actor, text="soap is out")
    assert service.call("list_notes", actor=actor)["data"] == [added]
    assert service.call("list_notes", actor=actor | {{"community": "com_2"}})["data"] == []
'''
_NEXT = """
Next, by hand:
- pyproject.toml: an extra `{name}`, `jobs` and `stack`; the import-linter contract; mypy's files. Then `make lock`.
- deploy/__init__.py and gateway/settings.py: SERVICES. deploy/nameko.yaml: {NAME}_DATABASE_URI.
- Procfile, docker-compose.yml, deploy/postgres/stores.sh, deploy/Dockerfile: the process, its store, the relay.
- gateway/services.py: a client; gateway/resources/{name}.py: the views; `make openapi`.
- Replace Note by what the service owns, and delete the rest of the example.
"""


def skeleton(name: str) -> dict[str, str]:
    """Return the files of a new service, by path below the project's root."""
    words = {"name": name, "Name": name.title().replace("_", "")}
    service = f"services/{name}"
    return {
        f"contracts/calls/{name}.py": _CALLS.format(**words),
        f"{service}/__init__.py": f'"""{words["Name"]} owns notes. It receives the registry\'s facts."""\n',
        f"{service}/service.py": _SERVICE.format(**words),
        f"{service}/schemas.py": _SCHEMAS.format(**words),
        f"{service}/domain/__init__.py": _DOMAIN.format(**words),
        f"{service}/store/__init__.py": _STORE.format(**words),
        f"{service}/store/notes.py": _REPOSITORY.format(**words),
        f"{service}/store/tables.py": _TABLES.format(**words),
        f"{service}/migrations/env.py": _ENV.format(**words),
        f"{service}/migrations/versions/0001_first_tables.py": _MIGRATION.format(operations=_first_tables(), **words),
        f"tests/services/{name}/test_service.py": _TEST.format(**words),
    }


def _first_tables() -> str:
    """Return Alembic's operations that create the tables of messaging, of the directory and of the example."""
    metadata = MetaData()
    messaging.tables.attach(metadata)
    directory.attach(metadata)
    Table(
        "notes",
        metadata,
        Column("community", String, primary_key=True),
        Column("id", String, primary_key=True),
        Column("text", String, nullable=False),
        Column("added_at", DateTime(timezone=True), nullable=False),
    )
    created: list[ops.MigrateOperation] = []
    for table in metadata.sorted_tables:
        created.append(ops.CreateTableOp.from_table(table))
        created += [
            ops.CreateIndexOp.from_index(index) for index in sorted(table.indexes, key=lambda each: str(each.name))
        ]
    context = MigrationContext.configure(dialect_name="postgresql")
    return "\n".join(
        line
        for line in render_python_code(ops.UpgradeOps(created), migration_context=context).splitlines()
        if not line.startswith("#")
    )


def main(name: str) -> None:
    """Write the skeleton of the service `name`."""
    if not re.fullmatch(r"[a-z][a-z_]{2,30}", name):
        sys.exit("a service's name has 3 to 31 lower-case letters and underscores")
    files = {_PROJECT / path: text for path, text in skeleton(name).items()}
    if existing := [path for path in files if path.exists()]:
        sys.exit(f"{existing[0].relative_to(_PROJECT)} exists; nothing was written")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        print(f"wrote {path.relative_to(_PROJECT)}")
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", *files], check=True)
    print(_NEXT.format(name=name, NAME=name.upper()))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m deploy.new_service NAME")
    main(sys.argv[1])
