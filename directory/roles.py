"""The roles a person holds on one day (R4)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Roles:
    """What one person is appointed to on a day, by scope."""

    courtyards: frozenset[str] = frozenset()
    """Courtyards they head."""
    grids: frozenset[str] = frozenset()
    """Grids they are the officer of."""
    merchants: frozenset[str] = frozenset()
    """Merchants they operate."""
    offices: frozenset[str] = frozenset()
    """Roles over the whole community: `working_group_chair`, `working_group`, `branch`, `committee`, `platform`."""

    @classmethod
    def of(cls, community: str, held: Collection[tuple[str, str]]) -> Self:
        """Return the roles of somebody appointed to each (role, scope) of `held`."""

        def scopes(role: str) -> frozenset[str]:
            return frozenset(scope for held_role, scope in held if held_role == role)

        return cls(
            courtyards=scopes("head"),
            grids=scopes("grid_officer"),
            merchants=scopes("merchant_operator"),
            offices=frozenset(role for role, scope in held if scope == community),
        )
