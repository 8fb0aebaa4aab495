"""Queries and updates of the outbox table, used by the relay and by replays."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    any_,
    cast,
    func,
    literal,
    not_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from messaging.tables import outbox

_columns = outbox.c
_UNSENT = and_(_columns.sent_at.is_(None), _columns.unrouted_at.is_(None))
_UNROUTED = and_(_columns.sent_at.is_(None), _columns.unrouted_at.is_not(None))


class EventType(NamedTuple):
    """Publisher and name of an event. The broker routes all events of one type alike."""

    publisher: str
    name: str


class OutboxRow(NamedTuple):
    """One row of the outbox; `body` is the CloudEvent as JSON text."""

    position: int
    id: str
    publisher: str
    name: str
    body: str

    @property
    def event_type(self) -> EventType:
        return EventType(self.publisher, self.name)


def _select_rows() -> Select[tuple[int, str, str, str, str]]:
    return select(_columns.position, _columns.id, _columns.publisher, _columns.name, cast(_columns.body, Text))


def unsent(connection: Connection, limit: int, excluded: Collection[EventType] = ()) -> list[OutboxRow]:
    """Return the oldest `limit` unsent rows in order of position, without the `excluded` types."""
    query = _select_rows().where(_UNSENT).order_by(_columns.position).limit(limit)
    if excluded:
        query = query.where(not_(tuple_(_columns.publisher, _columns.name).in_(list(excluded))))
    return [OutboxRow._make(row) for row in connection.execute(query)]


def mark_sent(connection: Connection, positions: Sequence[int]) -> None:
    """Mark rows as sent: the broker has confirmed them."""
    connection.execute(update(outbox).where(_has_position(positions)).values(sent_at=func.now(), unrouted_at=None))


def mark_unrouted(connection: Connection, positions: Sequence[int]) -> None:
    """Mark rows as unrouted: the broker returned them because no queue is bound. An earlier mark is kept."""
    connection.execute(
        update(outbox)
        .where(_has_position(positions))
        .values(unrouted_at=func.coalesce(_columns.unrouted_at, func.now()))
    )


def unrouted_types(connection: Connection) -> set[EventType]:
    """Return the types of all unrouted rows."""
    query = select(_columns.publisher, _columns.name).where(_UNROUTED).distinct()
    return {EventType._make(row) for row in connection.execute(query)}


def oldest_unrouted(connection: Connection, event_type: EventType) -> OutboxRow | None:
    """Return the first unrouted row of this type, or None."""
    query = _select_rows().where(_UNROUTED, *_has_type(event_type)).order_by(_columns.position).limit(1)
    row = connection.execute(query).first()
    return OutboxRow._make(row) if row else None


def mark_unsent(connection: Connection, event_type: EventType) -> int:
    """Mark the unrouted rows of this type as unsent again and return their number."""
    updated = connection.execute(update(outbox).where(_UNROUTED, *_has_type(event_type)).values(unrouted_at=None))
    return updated.rowcount


def lag(connection: Connection) -> tuple[int, float]:
    """Return the number of unsent rows and the age of the oldest in seconds."""
    age = func.extract("epoch", func.now() - func.min(_columns.emitted_at))
    count, oldest = connection.execute(select(func.count(), age).where(_UNSENT)).one()
    return count, float(oldest or 0)


def stored(
    connection: Connection,
    *,
    after: int = 0,
    limit: int = 500,
    names: Collection[str] = (),
    community: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[OutboxRow]:
    """Return up to `limit` rows after position `after` in order, sent or not, filtered by the other arguments."""
    wanted: list[ColumnElement[bool]] = [_columns.position > after]
    if names:
        wanted.append(_columns.name.in_(list(names)))
    if community:
        wanted.append(_columns.community == community)
    if since:
        wanted.append(_columns.emitted_at >= since)
    if until:
        wanted.append(_columns.emitted_at < until)
    query = _select_rows().where(*wanted).order_by(_columns.position).limit(limit)
    return [OutboxRow._make(row) for row in connection.execute(query)]


def _has_position(positions: Sequence[int]) -> ColumnElement[bool]:
    return _columns.position == any_(literal(list(positions), ARRAY(BigInteger)))


def _has_type(event_type: EventType) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _columns.publisher == event_type.publisher, _columns.name == event_type.name
