"""A community's part of a service's store, with the registry facts about the caller."""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import TypeVar

from contracts.calendar import day_of
from contracts.errors import NotFound
from contracts.policy import Policy
from directory.permissions import READ_BOOKS, Action, Role
from directory.queries import Directory
from directory.roles import Roles
from messaging import CommunityScope, Transaction

Tx = TypeVar("Tx", bound=Transaction)


class DirectoryScope(CommunityScope[Tx]):
    """Repositories of one community, limited to what the caller may see."""

    @cached_property
    def today(self) -> date:
        """The day of the transaction in Asia/Shanghai."""
        return day_of(self.now)

    @cached_property
    def directory(self) -> Directory:
        """Who lives where and holds which role."""
        return Directory(self.session, self.community)

    @cached_property
    def policy(self) -> Policy:
        """The community's settings."""
        return self.directory.policy()

    @cached_property
    def roles(self) -> Roles:
        """The caller's roles today."""
        return self.directory.roles_of(self.person, self.today)

    def may(self, action: Action, *, courtyard: str | None = None, merchant: str | None = None) -> bool:
        """Return whether the caller's roles allow `action`, in that courtyard or for that merchant."""
        return action.allows(self.roles, courtyard=courtyard, grid=self._grid_of(courtyard), merchant=merchant)

    def require(self, action: Action, *, courtyard: str | None = None, merchant: str | None = None) -> None:
        """Raise `RoleMissing` unless the caller's roles allow `action`, in that courtyard or for that merchant."""
        action.require(self.roles, courtyard=courtyard, grid=self._grid_of(courtyard), merchant=merchant)

    def courtyards_for(self, action: Action) -> frozenset[str] | None:
        """Return the courtyards where the caller's roles allow `action`; None when they allow it everywhere."""
        if action.allows(self.roles):
            return None
        headed = self.roles.courtyards if Role.HEAD in action.allowed else frozenset()
        return headed | self._courtyards_of_grids if Role.GRID_OFFICER in action.allowed else headed

    def require_book(self, account: str, *, was_used: Callable[[], bool]) -> set[str]:
        """Return the owners of a passbook that the caller may read; to everybody else it does not exist.

        A household's book is its members', a head's own book (R22) the head's. `was_used` says whether the service
        knows of the book although its household is unknown or has left. Raises `NotFound`.
        """
        if account.startswith("per_"):
            known, owners = self.directory.knows(account), {account}
            courtyards = self.directory.roles_of(account, self.today).courtyards
        else:
            home = self.directory.courtyard_of(account, self.today)
            known, owners = home is not None or was_used(), self.directory.members_of(account, self.today)
            courtyards = frozenset({home} if home else ())
        if known and (self.person in owners or self.may(READ_BOOKS) or self._may_read_one_of(courtyards)):
            return owners
        raise NotFound(READ_BOOKS.refusal)

    @cached_property
    def _courtyards_of_grids(self) -> frozenset[str]:
        grids = self.roles.grids
        return frozenset(self.directory.courtyards_in(grids) if grids else ())

    def _may_read_one_of(self, courtyards: frozenset[str]) -> bool:
        return any(self.may(READ_BOOKS, courtyard=courtyard) for courtyard in courtyards)

    def _grid_of(self, courtyard: str | None) -> Callable[[], str | None]:
        return lambda: self.directory.grid_of(courtyard) if courtyard else None
