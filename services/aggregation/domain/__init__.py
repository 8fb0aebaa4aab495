"""The rules of the behaviour bank: how points move between books, how holds end, which months a board covers."""

from services.aggregation.domain.books import (
    ARREARS,
    BOOKS,
    COMMUNITY_ACCOUNTS,
    EARNING,
    Book,
    BookKind,
    Cause,
    Entry,
    Kind,
    SubjectKind,
    Transfer,
)
from services.aggregation.domain.holds import Hold, HoldState
from services.aggregation.domain.journal import Journal, Subjects, book_of
from services.aggregation.domain.spans import Span

__all__ = [
    "ARREARS",
    "BOOKS",
    "COMMUNITY_ACCOUNTS",
    "EARNING",
    "Book",
    "BookKind",
    "Cause",
    "Entry",
    "Hold",
    "HoldState",
    "Journal",
    "Kind",
    "Span",
    "SubjectKind",
    "Subjects",
    "Transfer",
    "book_of",
]
