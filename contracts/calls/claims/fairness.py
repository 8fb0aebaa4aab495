"""Who declared for whom (R41)."""

from collections.abc import Mapping
from typing import Annotated, Literal, Protocol, TypedDict

from contracts.population import AgeGroup
from contracts.rpc import Caller, query
from contracts.schema import Doc

Declarer = Literal["self", "household", "head", "grid_officer", "system"]


class DeclarerClaims(TypedDict):
    """Claims by who declared them; null if they are of fewer than five people."""

    declarer: Annotated[
        Declarer,
        Doc("household: somebody of the same household; head, grid_officer: for a resident; system: a recorded act"),
    ]
    claims: int | None


class AgeDeclared(TypedDict):
    """Claims of people of one age; null for fewer than five people."""

    group: AgeGroup
    people: Annotated[int | None, Doc("Who have claims")]
    claims: int | None
    by_others: Annotated[int | None, Doc("Declared by somebody of another household")]


class DeclaringFairness(TypedDict):
    claims: int
    by_declarer: list[DeclarerClaims]
    by_age: list[AgeDeclared]


class DeclaringApi(Protocol):
    """Calls about who declares for whom."""

    @query
    def get_declaring_fairness(
        self, *, actor: Caller, first: str, last: str, ages: Mapping[str, AgeGroup]
    ) -> DeclaringFairness:
        """Return who declared for whom deeds of the months from `first` to `last`; withdrawn claims do not count.

        `ages` are groups by person. Raises RoleMissing.
        """
