"""Three small services for the tests: a till that sells, a warehouse that ships and books that take batches."""

import os
import time
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self

from sqlalchemy import Column, Integer, MetaData, Table, Text, func, insert, select, update
from sqlalchemy.orm import Session

from messaging import Store, Transaction, command, query, receive, receive_batch, tick
from messaging.tables import attach

metadata = MetaData()
attach(metadata)
lines = Table(
    "lines",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=True),
    Column("what", Text, nullable=False),
    Column("amount", Integer, nullable=False),
    Column("noted_by", Text, nullable=False),
)


@dataclass(frozen=True, kw_only=True)
class _ShopEvent:
    publisher: ClassVar[str] = "till"

    community: str = "com_1"
    sequence: int = 1
    what: str
    amount: int = 1

    @classmethod
    def name(cls) -> str:
        return cls.__name__

    @property
    def subject(self) -> str:
        return self.what

    def dump(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def load(cls, data: dict[str, Any]) -> Self:
        return cls(**data)


class Sold(_ShopEvent):
    """Something was sold."""


class GivenBack(_ShopEvent):
    """Something was given back."""


class Counted(_ShopEvent):
    """The warehouse has counted something."""

    publisher = "warehouse"


class Refused(Exception):
    code = "refused"


class Lines:
    def __init__(self, session: Session) -> None:
        self.session = session

    def insert(self, what: str, amount: int, by: str) -> None:
        self.session.execute(insert(lines).values(what=what, amount=amount, noted_by=by))

    def total(self) -> int:
        return int(self.session.scalar(select(func.coalesce(func.sum(lines.c.amount), 0))) or 0)


class ShopTransaction(Transaction):
    @cached_property
    def lines(self) -> Lines:
        return Lines(self.session)


class ShopStore(Store):
    transaction_class = ShopTransaction


def _obey(what: str) -> None:
    """Fail, wait or exit as `what` says: `poison…`, or `until:`, `wait:` or `die:` and the path of a file."""
    if what.startswith("poison"):
        raise ValueError(f"{what} cannot be handled")
    if what.startswith("until:") and not Path(what.removeprefix("until:")).exists():
        raise RuntimeError("not yet")
    if what.startswith("wait:"):
        path = Path(what.removeprefix("wait:"))
        path.with_suffix(".begun").touch()
        while not path.exists():
            time.sleep(0.01)
    if what.startswith("die:") and Path(what.removeprefix("die:")).exists():
        os._exit(9)


class Till:
    """Sells and emits an event for each sale."""

    name = "till"
    store = ShopStore()

    @command
    def sell(self, tx: ShopTransaction, what: str, amount: int = 1) -> dict[str, Any]:
        tx.lines.insert(what, amount, by="till")
        tx.emit(Sold(what=what, amount=amount))
        _obey(what)
        if amount < 0:
            raise Refused("nothing is sold below zero", [{"pointer": "/amount", "detail": "< 0"}])
        return {"what": what, "total": tx.lines.total()}

    @command
    def sell_many(self, tx: ShopTransaction, what: str, count: int) -> None:
        tx.emit(*(Sold(what=f"{what}-{number}", sequence=number) for number in range(count)))

    @command
    def give_back(self, tx: ShopTransaction, what: str) -> None:
        tx.emit(GivenBack(what=what))

    @command
    def not_json(self, tx: ShopTransaction) -> Any:
        return Path()

    @command
    def increment_in_order(self, tx: ShopTransaction, order: str) -> str:
        """Add one to the amount of each line, slowly, in this order; with two orders at once a deadlock."""
        by = lines.c.position if order == "ascending" else lines.c.position.desc()
        for position in list(tx.session.scalars(select(lines.c.position).order_by(by))):
            tx.session.execute(update(lines).where(lines.c.position == position).values(amount=lines.c.amount + 1))
            time.sleep(0.5)
        return order

    @query
    def total(self, tx: ShopTransaction) -> int:
        return tx.lines.total()

    @query
    def write_in_query(self, tx: ShopTransaction) -> None:
        tx.lines.insert("nothing", 1, by="query")


class Warehouse:
    """Handles each sale in a transaction of its own."""

    name = "warehouse"
    store = ShopStore()

    @receive(Sold)
    def ship(self, tx: ShopTransaction, event: Sold) -> None:
        tx.lines.insert(event.what, event.amount, by="ship")
        tx.emit(Counted(what=event.what))
        _obey(event.what)

    @query
    def total(self, tx: ShopTransaction) -> int:
        return tx.lines.total()

    @tick(seconds=0.1)
    def breathe(self, tx: ShopTransaction) -> None:
        if not tx.session.scalar(select(func.count()).where(lines.c.noted_by == "breathe")):
            tx.lines.insert("breath", 0, by="breathe")


class Books:
    """Handles all events in batches."""

    name = "books"
    store = ShopStore()

    @receive_batch(Sold, GivenBack, Counted, size=50, linger=0.05)
    def book(self, tx: ShopTransaction, events: list[_ShopEvent]) -> None:
        for event in events:
            _obey(event.what)
        tx.session.execute(
            insert(lines),
            [
                {"what": f"{event.name()} {event.what}", "amount": event.amount, "noted_by": f"batch of {len(events)}"}
                for event in events
            ],
        )

    @query
    def total(self, tx: ShopTransaction) -> int:
        return tx.lines.total()
