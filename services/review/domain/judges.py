"""Who may judge: the courtyard's head, one level up when he has an interest, never an interested party (R12, R13)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from contracts.claims import BookKind
from contracts.errors import Recused, RoleMissing
from services.review.domain.deed import Deed


class Level(StrEnum):
    """Whose turn the first review is."""

    HEAD = "head"
    OFFICER = "officer"
    GROUP = "group"


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Who could judge a courtyard's deeds today: its head, and the officers of its grid."""

    head: str | None
    officers: frozenset[str]

    def level_for(self, book: BookKind, interested: Collection[str]) -> Level:
        """The lowest level without an interest (R12): head → grid officer → working group.

        A head's own deeds begin with the officer; a vacant office counts as an interested one.
        """
        if book != "head" and self.head is not None and self.head not in interested:
            return Level.HEAD
        if self.officers - set(interested):
            return Level.OFFICER
        return Level.GROUP


@dataclass(frozen=True, kw_only=True)
class Judge:
    """A person with the offices he holds today, and where he lived on the days in question."""

    person: str
    courtyards: frozenset[str] = frozenset()
    """Those he heads."""
    grids: frozenset[str] = frozenset()
    """Those he is an officer of."""
    group: bool = False
    """Of the working group, as member or chair."""
    branch: bool = False
    homes: Mapping[date, str | None] = field(default_factory=dict)
    """Day → his household on that day."""

    def sees(self, deed: Deed) -> bool:
        """Whether it is his own, or he holds an office over it."""
        return (
            self.has_interest_in(deed)
            or deed.courtyard in self.courtyards
            or deed.grid in self.grids
            or self.group
            or self.branch
        )

    def has_interest_in(self, deed: Deed) -> bool:
        """Whether it is his own deed or his household's on the day of the act."""
        shares_home = deed.household is not None and self.homes.get(deed.day) == deed.household
        return shares_home or self.person in deed.interested

    def must_have_no_interest_in(self, deed: Deed) -> None:
        if self.has_interest_in(deed):
            raise Recused()

    def must_sit_at(self, level: Level, deed: Deed) -> None:
        """`RoleMissing` unless he holds the office that judges this deed at that level."""
        sits = {
            Level.HEAD: deed.courtyard in self.courtyards,
            Level.OFFICER: deed.grid in self.grids,
            Level.GROUP: self.group,
        }
        if not sits[level]:
            raise RoleMissing()

    def must_be_of_the_group(self) -> None:
        if not self.group:
            raise RoleMissing("只有积分管理工作小组可以进行此操作")

    def must_be_of_the_branch(self) -> None:
        if not self.branch:
            raise RoleMissing("只有小区党支部可以进行此操作")


CLOCK = Judge(person="clock", group=True)
"""By whom the group lets its lists be published and settled when it keeps a calendar (R14, R17)."""
