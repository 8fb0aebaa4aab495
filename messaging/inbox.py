"""Which events a handler has taken: the rows commit with the effects, so that a repeated delivery finds them."""

from collections.abc import Sequence

from sqlalchemy import Text, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from messaging.envelope import Arrival
from messaging.tables import inbox
from messaging.transaction import Transaction


def take(tx: Transaction, handler: str, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Those of `arrivals` that `handler` sees for the first time, in order; from now on it has seen them."""
    ids = sorted(arrival.id for arrival in arrivals)  # one order for all: no deadlocks
    rows = select(literal(handler, Text).label("handler"), func.unnest(literal(ids, ARRAY(Text))).label("event_id"))
    taking = (
        insert(inbox).from_select(["handler", "event_id"], rows).on_conflict_do_nothing().returning(inbox.c.event_id)
    )
    new = set(tx.session.scalars(taking))
    taken: list[Arrival] = []
    for arrival in arrivals:
        if arrival.id in new:
            new.remove(arrival.id)
            taken.append(arrival)
    return taken
