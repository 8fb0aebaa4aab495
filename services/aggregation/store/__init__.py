"""The ledger's store: what is written once (`ledger`) and sealed (`chain`), and what is read of it (`passbooks`,
`months`, `boards`, `records`).
"""

from datetime import date
from functools import cached_property

from contracts import calendar
from directory import DirectoryScope
from messaging import ScopedTransaction, Store
from services.aggregation.store.boards import BoardRepository
from services.aggregation.store.chain import BlockChain
from services.aggregation.store.expiry_runs import ExpiryRuns
from services.aggregation.store.fairness import FairnessRepository
from services.aggregation.store.ledger import Ledger
from services.aggregation.store.lots import LotRepository
from services.aggregation.store.months import MonthRepository
from services.aggregation.store.passbooks import PassbookRepository
from services.aggregation.store.rebuilds import RebuildQueue, RebuildRepository
from services.aggregation.store.records import LedgerRecordRepository
from services.aggregation.store.tables import metadata

__all__ = ["AggregationScope", "AggregationStore", "AggregationTransaction", "metadata"]


class AggregationScope(DirectoryScope["AggregationTransaction"]):
    """Repositories of one community, limited to what the caller may see."""

    @cached_property
    def this_month(self) -> str:
        """The month of the transaction in Asia/Shanghai."""
        return calendar.period_of(self.today)

    @cached_property
    def passbooks(self) -> PassbookRepository:
        return PassbookRepository(self.session, self.community)

    @cached_property
    def boards(self) -> BoardRepository:
        return BoardRepository(self.session, self.community)

    @cached_property
    def records(self) -> LedgerRecordRepository:
        return LedgerRecordRepository(self.session, self.community)

    @cached_property
    def months(self) -> MonthRepository:
        return MonthRepository(self.session, self.community)

    @cached_property
    def fairness(self) -> FairnessRepository:
        return FairnessRepository(self.session, self.community)

    @cached_property
    def lots(self) -> LotRepository:
        return LotRepository(self.session, self.community)

    @cached_property
    def rebuilds(self) -> RebuildRepository:
        return RebuildRepository(self.session, self.community, self.now)


class AggregationTransaction(ScopedTransaction[AggregationScope]):
    """A transaction on the ledger's store. Posting and sealing take events of many communities at once."""

    scope_class = AggregationScope

    @property
    def today(self) -> date:
        """The day of the transaction in Asia/Shanghai."""
        return calendar.day_of(self.now)

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.session, self.now)

    @cached_property
    def chain(self) -> BlockChain:
        return BlockChain(self.session, self.now)

    @cached_property
    def expiry_runs(self) -> ExpiryRuns:
        return ExpiryRuns(self.session)

    @cached_property
    def rebuild_queue(self) -> RebuildQueue:
        return RebuildQueue(self.session, self.now)


class AggregationStore(Store):
    transaction_class = AggregationTransaction
