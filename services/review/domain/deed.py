"""What is judged and credited: who did what, when, for how many points."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.claims import BookKind, Category
from contracts.review import Origin


@dataclass(kw_only=True, eq=False)
class Deed:
    """An act as review knows it; its words stay in claims.

    `courtyard` and `household` are those of the day of the act; a head may live in no household here. `interested` are
    the person and everybody of his household on that day: none of them may judge it (R12).
    """

    community: str
    origin: Origin
    source: str
    book: BookKind
    person: str
    household: str | None
    courtyard: str
    grid: str
    day: date
    item: str
    category: Category
    points: int
    interested: tuple[str, ...]

    def attribution(self) -> dict[str, Any]:
        """The fields by which the ledger credits and explains it."""
        return {
            "community": self.community,
            "origin": self.origin,
            "source": self.source,
            "book": self.book,
            "person": self.person,
            "household": self.household,
            "courtyard": self.courtyard,
            "day": self.day,
            "item": self.item,
            "category": self.category,
        }
