"""Checking and importing rosters, at once or in the background (R5).

An import is one transaction. It yields to other greenlets, so that a long one blocks nobody, and stores its progress in
transactions of its own.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from contracts.calls.registry.rosters import RosterReport, RosterState
from contracts.errors import Refusal, RosterInvalid
from contracts.event import Event
from directory.permissions import IMPORT_ROSTERS
from messaging import Actor
from messaging.store import StoreAccess
from services.registry import schemas
from services.registry.domain.roster import parse, with_cells
from services.registry.domain.roster_import import Additions, RosterImport
from services.registry.domain.roster_uploads import RosterUpload
from services.registry.encryption import PersonalDataCipher
from services.registry.store import RegistryScope, RegistryTransaction
from services.registry.use_cases import accounts
from services.registry.use_cases.spending_waits import open_for_newcomers
from tabular import Table
from tabular.cells import plain

T = TypeVar("T")
OnProgress = Callable[[RosterState, int], None]

_YIELD_EVERY = 50
"""Lines between two yields to other greenlets: some milliseconds of work."""
_PROGRESS_EVERY = 500
"""Lines between two updates of the progress."""


def _ignore_progress(state: RosterState, lines: int) -> None:
    """Do nothing: nobody polls the progress of a roster that is imported at once."""


def plan_import(
    scope: RegistryScope,
    cipher: PersonalDataCipher,
    table: Table,
    on_progress: OnProgress = _ignore_progress,
) -> tuple[Additions, int]:
    """Return what a roster adds, with all flaws by row, and its number of lines. Raises `RoleMissing`."""
    scope.require(IMPORT_ROSTERS)
    lines, flaws = parse(table, scope.today, _yielding(table.rows))
    plan = RosterImport(scope.rosters.known_objects(), scope.today, cipher.encrypt_phone)
    added = plan.plan(lines, lambda lines: _yielding(lines, lambda done: on_progress("checking", done)))
    added.flaws = sorted([*flaws, *with_cells(added.flaws, table)], key=lambda flaw: flaw.row)
    added.notes = with_cells(added.notes, table)
    return added, len(lines)


def import_roster(scope: RegistryScope, cipher: PersonalDataCipher, table: Table) -> RosterReport:
    """Import a roster at once. Raises `RoleMissing`, `RosterInvalid` with every wrong cell."""
    added, lines = plan_import(scope, cipher, table)
    if added.flaws:
        raise RosterInvalid(errors=schemas.flaw_pointers(added.flaws), facts={"errors": len(added.flaws)})
    _store(scope, added, lines)
    return schemas.roster_report(added, lines)


def upload_roster(scope: RegistryScope, cipher: PersonalDataCipher, table: Table, dry_run: bool) -> RosterUpload:
    """Store a roster encrypted, to be imported in the background. Raises `RoleMissing`."""
    scope.require(IMPORT_ROSTERS)
    content = json.dumps(asdict(table), ensure_ascii=False)
    upload = RosterUpload(
        community=scope.community,
        by=scope.person,
        dry_run=dry_run,
        lines=sum(any(row) for row in table.rows),
        content_cipher=cipher.encrypt(content),
        handed_in_at=scope.now,
    )
    scope.roster_uploads.add(upload)
    return upload


def import_next_upload(tx: RegistryTransaction, store: StoreAccess, cipher: PersonalDataCipher) -> None:
    """Import the upload that waits longest, if any. After a crash nothing of it is stored and it waits again."""
    upload = tx.next_roster_upload()
    if upload is None or not store.run(lambda own: _start(own, upload)):
        return
    try:
        with tx.savepoint():
            report = _import(tx, upload, cipher, _progress_of(store, upload))
        upload.finish(report, tx.now)
    except Refusal as refusal:
        upload.fail(refusal.detail, tx.now)


def _start(tx: RegistryTransaction, upload: RosterUpload) -> bool:
    return tx.scope_of(upload.community).roster_uploads.get(upload.id).start(tx.now)


def _progress_of(store: StoreAccess, upload: RosterUpload) -> OnProgress:
    def on_progress(state: RosterState, lines: int) -> None:
        store.run(lambda own: own.scope_of(upload.community).roster_uploads.set_progress(upload.id, state, lines))

    return on_progress


def _import(
    tx: RegistryTransaction, upload: RosterUpload, cipher: PersonalDataCipher, on_progress: OnProgress
) -> RosterReport:
    """Import an upload with the roles that its uploader has now."""
    assert upload.content_cipher is not None
    table = _stored_table(json.loads(cipher.decrypt(upload.content_cipher)))
    scope = tx.scope(Actor(person=upload.by, community=upload.community), for_update=True)
    added, lines = plan_import(scope, cipher, table, on_progress)
    if not added.flaws and not upload.dry_run:
        _store(scope, added, lines, on_progress)
    return schemas.roster_report(added, lines)


def _stored_table(content: dict[str, Any]) -> Table:
    """Return the table of an upload; those of the version before had their headings in the first row."""
    if "columns" in content:
        return Table([plain(heading) for heading in content["columns"]], content["rows"], 2)
    return Table(**content)


def _store(scope: RegistryScope, added: Additions, lines: int, on_progress: OnProgress = _ignore_progress) -> None:
    """Store what a roster adds and publish its events."""
    known = lines - len(added.people)
    for person in added.people:
        if person.phone:
            person.record_phone(scope.person, scope.now)
    scope.rosters.add(added, lambda people: on_progress("keeping", known + people))
    scope.tx.emit(*_with_waits(scope, added))
    registered = {person.id for person in added.people}
    for appointment in added.appointments:
        if appointment.person not in registered:
            accounts.ask_for_fresh_sign_in(scope, appointment.person)


def _with_waits(scope: RegistryScope, added: Additions) -> list[Event]:
    """Return the events of an import with the waits of people who join households that existed before (R6)."""
    households = {household.id for household in added.households}
    joined: dict[str, list[str]] = {}
    for person in added.people:
        for membership in person.memberships:
            if membership.household not in households:
                joined.setdefault(membership.household, []).append(person.id)
    events = added.events
    for household, newcomers in sorted(joined.items()):
        events = open_for_newcomers(scope, household, newcomers, "registered", events)
    return events


def _yielding(items: Sequence[T], on_progress: Callable[[int], None] | None = None) -> Iterator[T]:
    """Iterate over `items`, yield to other greenlets between them and report how many are done."""
    for done, item in enumerate(items):
        if done % _YIELD_EVERY == 0:
            time.sleep(0)
        if on_progress and done % _PROGRESS_EVERY == 0:
            on_progress(done)
        yield item
