"""What somebody may see and do in his community on a day, by where he lives and what he was appointed to (R4)."""

from dataclasses import dataclass

from contracts.errors import Recused, RoleMissing
from contracts.registry import Role

PLATFORM = "com_platform"
"""The community of those who run the platform: only they found communities."""

_SEES_ALL: frozenset[Role] = frozenset({"committee", "branch", "working_group", "working_group_chair"})


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A person's roles with their scopes, and his household, on one day."""

    person: str
    community: str
    seats: frozenset[tuple[Role, str]]
    household: str | None = None

    def scopes(self, role: Role) -> frozenset[str]:
        """Over what he holds that role."""
        return frozenset(scope for held, scope in self.seats if held == role)

    @property
    def sees_all(self) -> bool:
        """Whether the whole community's people are his business."""
        return any(role in _SEES_ALL for role, _ in self.seats)

    def must_be(self, role: Role) -> None:
        """Raises `RoleMissing` unless he holds that role."""
        if not self.scopes(role):
            raise RoleMissing()

    def must_run(self, grid: str | None) -> None:
        """Only the committee, or the officer of that grid, may register and move people there."""
        if not self.scopes("committee") and grid not in self.scopes("grid_officer"):
            raise RoleMissing()

    def must_answer_for(self, courtyard: str | None, grid: str | None) -> None:
        """Only the courtyard's head, its grid officer or the committee may invite its residents."""
        if courtyard not in self.scopes("head"):
            self.must_run(grid)

    def must_have_no_interest(self, *households: str) -> None:
        """Nobody joins his own household's book with another's."""
        if self.household in households:
            raise Recused()

    def must_set_passwords(self, wanted: bool) -> None:
        """Only the committee lets people sign in by password: else an officer could sign in as somebody above him."""
        if wanted:
            self.must_be("committee")
