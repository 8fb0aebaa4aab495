"""Which events a handler has taken: the rows commit with the effects, so that a repeated delivery finds them."""

from collections.abc import Sequence

from sqlalchemy import Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from messaging.envelope import Arrival
from messaging.fastpath.statements import prepared
from messaging.tables import inbox
from messaging.transaction import Transaction

_TAKE = prepared(
    insert(inbox)
    .from_select(
        ["handler", "event_id"],
        select(bindparam("handler", type_=Text), func.unnest(bindparam("ids", type_=ARRAY(Text)))),
    )
    .on_conflict_do_nothing()
    .returning(inbox.c.event_id)
)


def take(tx: Transaction, handler: str, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Those of `arrivals` that `handler` sees for the first time, in order; from now on it has seen them."""
    ids = sorted(arrival.id for arrival in arrivals)  # one order for all: no deadlocks
    new = set(tx.session.scalars(_TAKE, {"handler": handler, "ids": ids}))
    taken: list[Arrival] = []
    for arrival in arrivals:
        if arrival.id in new:
            new.remove(arrival.id)
            taken.append(arrival)
    return taken
