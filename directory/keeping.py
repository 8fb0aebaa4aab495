"""Keeping the facts. Every registry event carries the whole fact, so the newest `sequence` wins in any order."""

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

_KEPT_IN: dict[type[Event], Table] = {
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
_NOT_IN_THE_EVENT: dict[type[Event], dict[str, Any]] = {registry.CommunityFounded: {"settings": {}}}


class KeepsDirectory:
    """Beside a nameko service class: fills the service's own directory from what the registry tells."""

    @receive_batch(*registry.FACTS, size=500, linger=0.05)
    def keep_directory(self, tx: Transaction, events: list[Event]) -> None:
        keep(tx.session, events)


def keep(session: Session, events: Iterable[Event]) -> None:
    """Write the facts the events carry. Older than what is kept: skipped. Told twice: no difference."""
    newest: dict[Table, dict[tuple[Any, ...], dict[str, Any]]] = defaultdict(dict)
    for event in events:
        table, row = _row_of(event)
        key = tuple(row[column.name] for column in table.primary_key)
        if key not in newest[table] or newest[table][key]["sequence"] < row["sequence"]:
            newest[table][key] = row
    for table, rows in newest.items():
        # In the order of the key, so that two replicas never wait for each other in a circle.
        _upsert(session, table, [rows[key] for key in sorted(rows)])


def _row_of(event: Event) -> tuple[Table, dict[str, Any]]:
    table = _KEPT_IN[type(event)]
    told = {field.name: getattr(event, field.name) for field in fields(event)}
    facts = {**_NOT_IN_THE_EVENT.get(type(event), {}), **told}
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
