"""The questions asked of a store's outbox, and the answers written back."""

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


class Kind(NamedTuple):
    """All events of one name by one publisher: the broker routes them alike."""

    publisher: str
    name: str


class Said(NamedTuple):
    """One event in the outbox; `body` is its CloudEvent as text."""

    position: int
    id: str
    publisher: str
    name: str
    body: str

    @property
    def kind(self) -> Kind:
        return Kind(self.publisher, self.name)


def _said() -> Select[tuple[int, str, str, str, str]]:
    return select(_columns.position, _columns.id, _columns.publisher, _columns.name, cast(_columns.body, Text))


def unsent(connection: Connection, limit: int, resting: Collection[Kind] = ()) -> list[Said]:
    """The oldest `limit` events still to be sent, in order, without the kinds that are `resting`."""
    question = _said().where(_UNSENT).order_by(_columns.position).limit(limit)
    if resting:
        question = question.where(not_(tuple_(_columns.publisher, _columns.name).in_(list(resting))))
    return [Said._make(row) for row in connection.execute(question)]


def mark_sent(connection: Connection, positions: Sequence[int]) -> None:
    """The broker has them."""
    connection.execute(update(outbox).where(_at(positions)).values(sent_at=func.now(), unrouted_at=None))


def mark_unrouted(connection: Connection, positions: Sequence[int]) -> None:
    """Nobody listens to them, so far."""
    connection.execute(
        update(outbox).where(_at(positions)).values(unrouted_at=func.coalesce(_columns.unrouted_at, func.now()))
    )


def unrouted_kinds(connection: Connection) -> set[Kind]:
    """The kinds of event of which some wait for their first listener."""
    question = select(_columns.publisher, _columns.name).where(_UNROUTED).distinct()
    return {Kind._make(row) for row in connection.execute(question)}


def oldest_unrouted(connection: Connection, kind: Kind) -> Said | None:
    """The first event of this kind that waits for a listener."""
    question = _said().where(_UNROUTED, *_is(kind)).order_by(_columns.position).limit(1)
    row = connection.execute(question).first()
    return Said._make(row) if row else None


def release(connection: Connection, kind: Kind) -> int:
    """Somebody listens now: what waited is to be sent; how many."""
    released = connection.execute(update(outbox).where(_UNROUTED, *_is(kind)).values(unrouted_at=None))
    return released.rowcount


def lag(connection: Connection) -> tuple[int, float]:
    """How many events are still to be sent, and the age of the oldest in seconds."""
    age = func.extract("epoch", func.now() - func.min(_columns.emitted_at))
    count, oldest = connection.execute(select(func.count(), age).where(_UNSENT)).one()
    return count, float(oldest or 0)


def kept(
    connection: Connection,
    *,
    after: int = 0,
    limit: int = 500,
    names: Collection[str] = (),
    community: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Said]:
    """The events kept, sent or not, beyond position `after`, in order: what a replay is made of."""
    wanted: list[ColumnElement[bool]] = [_columns.position > after]
    if names:
        wanted.append(_columns.name.in_(list(names)))
    if community:
        wanted.append(_columns.community == community)
    if since:
        wanted.append(_columns.emitted_at >= since)
    if until:
        wanted.append(_columns.emitted_at < until)
    question = _said().where(*wanted).order_by(_columns.position).limit(limit)
    return [Said._make(row) for row in connection.execute(question)]


def _at(positions: Sequence[int]) -> ColumnElement[bool]:
    return _columns.position == any_(literal(list(positions), ARRAY(BigInteger)))


def _is(kind: Kind) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _columns.publisher == kind.publisher, _columns.name == kind.name
