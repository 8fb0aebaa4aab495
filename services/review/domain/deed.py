"""Deeds as they are reviewed and credited: who did what, when, for how many points."""

from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from contracts.claims import BookKind, Category
from contracts.review import Origin


class Attribution(TypedDict):
    """The fields by which the ledger credits a deed and explains the credit."""

    community: str
    origin: Origin
    source: str
    book: BookKind
    person: str
    household: str | None
    courtyard: str
    day: date
    item: str
    category: Category


@dataclass(kw_only=True, eq=False)
class Deed:
    """A deed as review stores it; its texts stay in claims.

    `courtyard` and `household` are those of the day of the deed; a head may belong to no household. `interested` are
    the person and the members of their household on that day: none of them may decide on it (R12).
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
    public: bool = True
    """Whether lists may name the person (R14)."""

    def attribution(self) -> Attribution:
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
