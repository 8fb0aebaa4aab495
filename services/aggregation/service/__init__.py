"""The aggregation service's calls and event handlers, one module a subject (R20–R24)."""

from typing import final

from contracts.calls.aggregation import AggregationApi
from directory import DirectoryUpdater
from services.aggregation.service.blocks import BlockCalls
from services.aggregation.service.boards import BoardCalls
from services.aggregation.service.ledgers import LedgerCalls
from services.aggregation.service.passbooks import PassbookCalls
from services.aggregation.service.posting import PostingHandlers
from services.aggregation.store import AggregationStore


@final
class AggregationService(
    PostingHandlers, PassbookCalls, BoardCalls, LedgerCalls, BlockCalls, DirectoryUpdater, AggregationApi
):
    name = "aggregation"
    store = AggregationStore()
