"""How the points of some months are spread over households, people and courtyards (R41)."""

from collections.abc import Mapping
from typing import Annotated, Protocol, TypedDict

from contracts.population import AgeGroup, TenureGroup
from contracts.rpc import Caller, query
from contracts.schema import Doc, Month


class Spread(TypedDict):
    """All households that live in the community today; null where there are fewer than five."""

    households: int
    with_points: Annotated[int | None, Doc("With any final point in these months")]
    points: Annotated[int | None, Doc("Final, net of corrections")]
    median: Annotated[float | None, Doc("Points of the household in the middle")]
    gini: Annotated[float | None, Doc("0: all have the same; near 1: one has everything")]
    top_tenth: Annotated[float | None, Doc("Share of the points that the tenth with the most has")]


class GroupPoints(TypedDict):
    """People of one group; null for fewer than five, and where a sum would give those away."""

    people: int | None
    with_points: int | None
    points: int | None
    average: Annotated[float | None, Doc("Points a person")]


class AgePoints(GroupPoints):
    group: AgeGroup


class TenurePoints(GroupPoints):
    group: TenureGroup


class CourtyardPoints(TypedDict):
    """Points earned in a courtyard, by the households that live there today; null for fewer than five residents."""

    courtyard_id: str
    number: int
    residents: int | None
    households: int | None
    with_points: int | None
    points: int | None
    average: Annotated[float | None, Doc("Points a household")]


class PointsFairness(TypedDict):
    first: Month
    last: Month
    spread: Spread
    by_age: list[AgePoints]
    by_tenure: list[TenurePoints]
    by_courtyard: list[CourtyardPoints]


class PublicSpread(Spread):
    """The spread as everybody sees it, by the community's choice."""

    first: Month
    last: Month


class FairnessApi(Protocol):
    """Calls about fairness."""

    @query
    def get_points_fairness(
        self, *, actor: Caller, first: str, last: str, ages: Mapping[str, AgeGroup]
    ) -> PointsFairness:
        """Return how the points of the months from `first` to `last` are spread. `ages` are groups by person.

        Raises RoleMissing.
        """

    @query
    def get_public_spread(self, *, community_id: str, first: str, last: str) -> PublicSpread:
        """Return how the points of some months are spread over households. Raises NotFound where it is not public."""
