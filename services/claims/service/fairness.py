"""Who declared for whom (R41)."""

from collections import Counter
from collections.abc import Mapping
from typing import get_args

from contracts.calendar import first_day, next_period
from contracts.calls import claims as calls
from contracts.calls.claims.fairness import AgeDeclared, Declarer
from contracts.population import AgeGroup
from contracts.rpc import Caller
from contracts.small_cells import hidden_cells
from directory.permissions import READ_FAIRNESS
from messaging import query
from services.claims.store import ClaimsTransaction
from services.claims.store.fairness import Declared

_OF_THE_HOUSEHOLD = {"self", "household"}


class FairnessCalls:
    @query
    def get_declaring_fairness(
        self, tx: ClaimsTransaction, *, actor: Caller, first: str, last: str, ages: Mapping[str, AgeGroup]
    ) -> calls.DeclaringFairness:
        scope = tx.scope(actor)
        scope.require(READ_FAIRNESS)
        declared = scope.declaring.declared(first_day(first), first_day(next_period(last)))
        counted, people = Counter[str](), Counter[str]()
        for each in declared:
            counted[each.declarer] += each.claims
            people[each.declarer] += 1
        declarers: tuple[Declarer, ...] = get_args(Declarer)
        hidden = hidden_cells([people[declarer] for declarer in declarers])
        return {
            "claims": sum(counted.values()),
            "by_declarer": [
                {"declarer": declarer, "claims": None if place in hidden else counted[declarer]}
                for place, declarer in enumerate(declarers)
            ],
            "by_age": _by_age([each for each in declared if each.declarer != "system"], ages),
        }


def _by_age(declared: list[Declared], ages: Mapping[str, AgeGroup]) -> list[AgeDeclared]:
    groups: tuple[AgeGroup, ...] = get_args(AgeGroup)
    people: dict[AgeGroup, set[str]] = {group: set() for group in groups}
    claims, by_others = Counter[str](), Counter[str]()
    for each in declared:
        group = ages.get(each.person, "unknown")
        people[group].add(each.person)
        claims[group] += each.claims
        by_others[group] += 0 if each.declarer in _OF_THE_HOUSEHOLD else each.claims
    hidden = hidden_cells([len(people[group]) for group in groups])
    return [
        {"group": group, "people": None, "claims": None, "by_others": None}
        if place in hidden
        else {
            "group": group,
            "people": len(people[group]),
            "claims": claims[group],
            "by_others": by_others[group],
        }
        for place, group in enumerate(groups)
    ]
