"""What the gateway may ask of the aggregation service: passbooks, boards, ledgers, the chain of blocks, the budget."""

from typing import Protocol

from contracts.calls.aggregation.blocks import (
    _HASH,
    Block,
    BlockQuery,
    BlocksApi,
    BlocksQuery,
    Hash,
    Proof,
    ProofStep,
    SealedLine,
    Side,
)
from contracts.calls.aggregation.boards import Board, BoardKind, BoardPlace, BoardQuery, BoardsApi, OwnPlace
from contracts.calls.aggregation.budgets import (
    Budget,
    BudgetDraft,
    BudgetFigures,
    BudgetMonth,
    BudgetsApi,
    CountedAgain,
    DraftFigures,
    DraftItem,
    Forecast,
    ForecastMonth,
)
from contracts.calls.aggregation.fairness import FairnessApi, PointsFairness
from contracts.calls.aggregation.ledgers import (
    Balances,
    CommunityLedger,
    CommunitySummary,
    CourtyardLedger,
    CourtyardMonth,
    CourtyardSummary,
    LedgerDay,
    LedgersApi,
    Rebuild,
    RebuildReport,
)
from contracts.calls.aggregation.passbooks import (
    Category,
    Expiring,
    LedgerRecord,
    OwnedPassbook,
    Passbook,
    PassbookLine,
    PassbookQuery,
    PassbooksApi,
)
from contracts.calls.aggregation.statements import PassbookStatement, StatementsApi, StatementWithLines

__all__ = [
    "_HASH",
    "AggregationApi",
    "Balances",
    "Block",
    "BlockQuery",
    "BlocksQuery",
    "Board",
    "BoardKind",
    "BoardPlace",
    "BoardQuery",
    "Budget",
    "BudgetDraft",
    "BudgetFigures",
    "BudgetMonth",
    "Category",
    "CommunityLedger",
    "CommunitySummary",
    "CountedAgain",
    "CourtyardLedger",
    "CourtyardMonth",
    "CourtyardSummary",
    "DraftFigures",
    "DraftItem",
    "Expiring",
    "Forecast",
    "ForecastMonth",
    "Hash",
    "LedgerDay",
    "LedgerRecord",
    "OwnPlace",
    "OwnedPassbook",
    "Passbook",
    "PassbookLine",
    "PassbookQuery",
    "PassbookStatement",
    "PointsFairness",
    "Proof",
    "ProofStep",
    "Rebuild",
    "RebuildReport",
    "SealedLine",
    "Side",
    "StatementWithLines",
]


class AggregationApi(
    PassbooksApi,
    StatementsApi,
    BoardsApi,
    LedgersApi,
    BlocksApi,
    BudgetsApi,
    FairnessApi,
    Protocol,
):
    """The calls of the aggregation service."""
