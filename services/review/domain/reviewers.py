"""Who may decide: the courtyard's head, one level up when they have an interest; nobody with an interest (R12, R13)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from contracts.claims import BookKind
from contracts.errors import Recused, RoleMissing
from services.review.domain.deed import Deed

CLOCK = "clock"
"""The actor of publications and settlements that are made automatically by the calendar (R14, R17)."""


class Level(StrEnum):
    """Who gives a first review."""

    HEAD = "head"
    OFFICER = "officer"
    GROUP = "group"


@dataclass(frozen=True, kw_only=True)
class CourtyardReviewers:
    """Who may give a courtyard's deeds their first review today: its head, and the officers of its grid."""

    head: str | None
    officers: frozenset[str]

    def level_for(self, book: BookKind, interested: Collection[str], *, public: bool = True) -> Level:
        """Return the lowest level that has somebody without an interest: head, grid officer, working group (R12).

        A head's own deeds begin with the grid officer, deeds that are not public with the working group (R14).
        """
        if not public:
            return Level.GROUP
        if book != "head" and self.head is not None and self.head not in interested:
            return Level.HEAD
        if self.officers - set(interested):
            return Level.OFFICER
        return Level.GROUP


def _no_role(level: Level, deed: Deed) -> bool:
    return False


@dataclass(frozen=True, kw_only=True)
class Reviewer:
    """Who decides on a deed, rules on an objection to it or corrects its entry."""

    person: str
    homes: Mapping[date, str | None] = field(default_factory=dict)
    """Day → the household they belonged to on that day."""
    may_review: Callable[[Level, Deed], bool] = _no_role
    """Whether their roles allow them to decide on a deed at that level."""

    def has_interest_in(self, deed: Deed) -> bool:
        """Return whether the deed is their own, or their household's on the day of the deed."""
        same_household = deed.household is not None and self.homes.get(deed.day) == deed.household
        return same_household or self.person in deed.interested

    def require_no_interest(self, deed: Deed) -> None:
        """Raise `Recused` when they have an interest in the deed."""
        if self.has_interest_in(deed):
            raise Recused()

    def require_role(self, level: Level, deed: Deed) -> None:
        """Raise `RoleMissing` unless their roles allow them to decide on the deed at that level."""
        if not self.may_review(level, deed):
            raise RoleMissing()


@dataclass(frozen=True, kw_only=True)
class ReviewQueue:
    """Which open reviews wait for one person, by their roles."""

    person: str
    courtyards: frozenset[str]
    """Courtyards whose first reviews they give as head."""
    grids: frozenset[str]
    """Grids whose first reviews they give as officer."""
    group: bool
    """Whether they give final approvals, and first reviews at the level of the working group."""
