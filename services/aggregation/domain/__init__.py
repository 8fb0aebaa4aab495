"""The rules of the behaviour bank: how points move between books and lapse, how holds end, what a board covers."""

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
from services.aggregation.domain.expiry import Expiry, Lot
from services.aggregation.domain.holds import Hold, HoldState
from services.aggregation.domain.journal import Journal
from services.aggregation.domain.spans import Span
from services.aggregation.domain.subjects import Subjects, book_of

__all__ = [
    "ARREARS",
    "BOOKS",
    "COMMUNITY_ACCOUNTS",
    "EARNING",
    "Book",
    "BookKind",
    "Cause",
    "Entry",
    "Expiry",
    "Hold",
    "HoldState",
    "Journal",
    "Kind",
    "Lot",
    "Span",
    "SubjectKind",
    "Subjects",
    "Transfer",
    "book_of",
]
