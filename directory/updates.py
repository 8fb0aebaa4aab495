"""Apply the registry's events to a service's directory. Events carry whole facts: the highest `sequence` wins."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts import registry
from contracts.event import Event
from directory import tables
from messaging import Transaction, receive_batch

_TABLES: dict[type[Event], Table] = {
    registry.CommunityFounded: tables.communities,
    registry.PolicySet: tables.communities,
    registry.CourtyardRegistered: tables.courtyards,
    registry.CourtyardDissolved: tables.courtyards,
    registry.HouseholdRegistered: tables.locations,
    registry.HouseholdMoved: tables.locations,
    registry.ResidentRegistered: tables.memberships,
    registry.ResidentMoved: tables.memberships,
    registry.ResidentErased: tables.erasures,
    registry.Appointed: tables.appointments,
    registry.AppointmentEnded: tables.appointments,
}
_DEFAULTS: dict[type[Event], dict[str, Any]] = {registry.CommunityFounded: {"settings": {}}}


class DirectoryUpdater:
    """Mixin of service classes: keeps the service's directory up to date with the registry's events."""

    @receive_batch(*registry.FACTS, size=500, linger=0.05)
    def keep_directory(self, tx: Transaction, events: list[Event]) -> None:
        apply_facts(tx.session, events)


def apply_facts(session: Session, events: Iterable[Event]) -> None:
    """Upsert the facts that the events carry. Idempotent; stale sequences are ignored."""
    newest: dict[Table, dict[tuple[Any, ...], dict[str, Any]]] = defaultdict(dict)
    for event in events:
        table, row = _row_of(event)
        key = tuple(row[column.name] for column in table.primary_key)
        if key not in newest[table] or newest[table][key]["sequence"] < row["sequence"]:
            newest[table][key] = row
    for table, rows in newest.items():
        # In the order of the key, so that two replicas cannot deadlock.
        _upsert(session, table, [rows[key] for key in sorted(rows)])


def _row_of(event: Event) -> tuple[Table, dict[str, Any]]:
    table = _TABLES[type(event)]
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    facts = {**_DEFAULTS.get(type(event), {}), **values}
    return table, {column.name: facts.get(column.name) for column in table.columns}


def _upsert(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    statement = insert(table).values(rows)
    key = [column.name for column in table.primary_key]
    session.execute(
        statement.on_conflict_do_update(
            index_elements=key,
            set_={name: statement.excluded[name] for name in rows[0] if name not in key},
            where=table.c.sequence < statement.excluded.sequence,
        )
    )
