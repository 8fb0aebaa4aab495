"""The rules of the behaviour bank: how points move between books, how holds end, which months a board covers."""

from services.aggregation.domain.books import COMMUNITY_ACCOUNTS, Book, BookKind, Cause, Entry, Kind, Transfer
from services.aggregation.domain.holds import Hold, HoldState
from services.aggregation.domain.journal import Journal
from services.aggregation.domain.spans import Span

__all__ = [
    "COMMUNITY_ACCOUNTS",
    "Book",
    "BookKind",
    "Cause",
    "Entry",
    "Hold",
    "HoldState",
    "Journal",
    "Kind",
    "Span",
    "Transfer",
]
