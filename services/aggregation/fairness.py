"""How points are spread over households, people and courtyards (R41)."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast, get_args

from contracts.calls import aggregation as calls
from contracts.calls.aggregation.fairness import PublicSpread
from contracts.errors import NotFound
from contracts.population import AgeGroup, TenureGroup
from contracts.small_cells import hidden_cells
from directory.queries import Inhabitant
from services.aggregation.domain import fairness
from services.aggregation.store import AggregationScope


def points_fairness(
    scope: AggregationScope, first: str, last: str, ages: Mapping[str, AgeGroup]
) -> calls.PointsFairness:
    """Return the spread over who lives in the community today, of the months from `first` to `last`."""
    people = scope.directory.inhabitants(scope.today)
    by_person, by_household, by_courtyard = Counter[str](), Counter[str](), Counter[str]()
    for earned in scope.fairness.earned(first, last):
        by_person[earned.person or ""] += earned.points
        by_household[earned.household or ""] += earned.points
        by_courtyard[earned.courtyard or ""] += earned.points
    households = sorted({each.household for each in people})
    spread: Any = fairness.spread([by_household[household] for household in households])
    by_age: Any = _groups(people, get_args(AgeGroup), lambda each: ages.get(each.person, "unknown"), by_person)
    by_tenure: Any = _groups(people, get_args(TenureGroup), lambda each: each.tenure or "unknown", by_person)
    return {
        "first": first,
        "last": last,
        "spread": spread,
        "by_age": by_age,
        "by_tenure": by_tenure,
        "by_courtyard": _courtyards(scope, people, by_household, by_courtyard),
    }


def public_spread(scope: AggregationScope, first: str, last: str) -> PublicSpread:
    """Return the spread over households for everybody. Raises NotFound unless the community has chosen it (policy)."""
    if not scope.policy.public_spread:
        raise NotFound("这个社区没有公开积分分布")
    by_household = Counter[str]()
    for earned in scope.fairness.earned(first, last):
        by_household[earned.household or ""] += earned.points
    households = {each.household for each in scope.directory.inhabitants(scope.today)}
    spread = fairness.spread([by_household[household] for household in sorted(households)])
    return cast(PublicSpread, {**spread, "first": first, "last": last})


def _groups(
    people: Sequence[Inhabitant],
    groups: Sequence[str],
    group_of: Callable[[Inhabitant], str],
    points: Mapping[str, int],
) -> list[dict[str, Any]]:
    members: dict[str, list[int]] = {group: [] for group in groups}
    for each in people:
        members[group_of(each)].append(points.get(each.person, 0))
    hidden = hidden_cells([len(members[group]) for group in groups])
    return [
        {"group": group, **dict.fromkeys(("people", "with_points", "points", "average"))}
        if place in hidden
        else {
            "group": group,
            "people": len(members[group]),
            "with_points": sum(each > 0 for each in members[group]),
            "points": sum(members[group]),
            "average": _average(sum(members[group]), len(members[group])),
        }
        for place, group in enumerate(groups)
    ]


def _courtyards(
    scope: AggregationScope, people: Sequence[Inhabitant], by_household: Mapping[str, int], points: Mapping[str, int]
) -> list[Any]:
    residents = Counter(each.courtyard for each in people)
    homes: dict[str, set[str]] = {}
    for each in people:
        homes.setdefault(each.courtyard, set()).add(each.household)
    numbers = sorted(
        (number, courtyard) for courtyard, number in scope.directory.all_courtyards().items() if courtyard in homes
    )
    hidden = hidden_cells([residents[courtyard] for _, courtyard in numbers])
    return [
        {"courtyard_id": courtyard, "number": number}
        | (
            dict.fromkeys(("residents", "households", "with_points", "points", "average"))
            if place in hidden
            else {
                "residents": residents[courtyard],
                "households": len(homes[courtyard]),
                "with_points": sum(by_household.get(home, 0) > 0 for home in homes[courtyard]),
                "points": points.get(courtyard, 0),
                "average": _average(points.get(courtyard, 0), len(homes[courtyard])),
            }
        )
        for place, (number, courtyard) in enumerate(numbers)
    ]


def _average(points: int, count: int) -> float | None:
    return round(points / count, 1) if count else None
