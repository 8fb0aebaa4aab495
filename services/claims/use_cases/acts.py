"""Recording acts from the platform's own lists; each becomes a claim if it counts (R11)."""

from collections.abc import Iterable

from contracts import ids
from contracts.errors import AlreadyExists, NotFound, Refusal
from services.claims.domain.acts import Act
from services.claims.domain.claims import Declaration
from services.claims.store import ClaimsScope
from services.claims.use_cases.claims import submit_system_claim


def record_acts(scope: ClaimsScope, act: Declaration, people: Iterable[str]) -> list[tuple[str, Act | Refusal]]:
    """Store the same act of many people; return each person's act, or why none was stored.

    Unknown people and those with a record of this act are refused; the others' acts are stored, counted or not. Emits
    ClaimSubmitted for those that count. Raises what refuses the whole list: `InTheFuture`, `TooLate`, `NoRulebook`,
    `UnknownItem`, `NotEligible`.
    """
    act.require_in_time(scope.now, scope.policy)
    scope.rulebooks.in_force(act.day).item(act.item).require_system_item()
    people = list(dict.fromkeys(people))
    recorded = scope.acts.lock_recorded(act.item, act.happened_at, people)
    return [
        (person, AlreadyExists("此人的本次记录已经存在") if person in recorded else _record(scope, act, person))
        for person in people
    ]


def _record(scope: ClaimsScope, declaration: Declaration, person: str) -> Act | Refusal:
    act = Act(
        community=scope.community,
        id=ids.new("act"),
        person=person,
        item=declaration.item,
        happened_at=declaration.happened_at,
        place=declaration.place,
        cause=declaration.cause,
        recorded_by=scope.person,
        recorded_at=scope.now,
    )
    try:
        act.count_as(submit_system_claim(scope, declaration, person).id)
    except NotFound as unknown:
        return unknown
    except Refusal as refusal:
        act.refuse(refusal)
    scope.acts.add(act)
    scope.accesses.record(person, "act_recorded", act.id)
    return act
