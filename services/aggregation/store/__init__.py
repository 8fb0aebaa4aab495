"""The bank's own store: what is written once (`ledger`) and sealed (`chain`), and what is read of it (`passbooks`,
`months`, `boards`, `records`).
"""

from functools import cached_property

from directory import Directory
from messaging import Store, Transaction
from services.aggregation.store.boards import Boards
from services.aggregation.store.chain import Chain
from services.aggregation.store.lapses import Lapses
from services.aggregation.store.ledger import Ledger
from services.aggregation.store.lots import Lots
from services.aggregation.store.months import Months
from services.aggregation.store.passbooks import Passbooks
from services.aggregation.store.rebuilds import Rebuilds
from services.aggregation.store.records import Records
from services.aggregation.store.tables import metadata

__all__ = ["AggregationStore", "AggregationTransaction", "metadata"]


class AggregationTransaction(Transaction):
    """One unit of work on the bank's store."""

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.session, self.now)

    @cached_property
    def lapses(self) -> Lapses:
        return Lapses(self.session)

    @cached_property
    def rebuilds(self) -> Rebuilds:
        return Rebuilds(self.session, self.now)

    @cached_property
    def chain(self) -> Chain:
        return Chain(self.session, self.now)

    @cached_property
    def passbooks(self) -> Passbooks:
        return Passbooks(self.session)

    @cached_property
    def boards(self) -> Boards:
        return Boards(self.session)

    @cached_property
    def records(self) -> Records:
        return Records(self.session)

    def months(self, community: str | None) -> Months:
        return Months(self.session, community or "")

    def lots(self, community: str) -> Lots:
        return Lots(self.session, community)

    def directory(self, community: str) -> Directory:
        return Directory(self.session, community)


class AggregationStore(Store):
    transaction_class = AggregationTransaction
