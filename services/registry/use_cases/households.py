"""Registering, splitting and merging households, and dissolving courtyards (R1, R3)."""

from collections.abc import Sequence
from datetime import date

from contracts.errors import Invalid, WrongState
from contracts.event import Event
from contracts.registry import HouseholdMerged
from directory.permissions import MANAGE_RESIDENTS
from services.registry import permissions
from services.registry.domain import moves
from services.registry.domain.people import Person
from services.registry.domain.places import Household
from services.registry.store import RegistryScope
from services.registry.use_cases.cards import revoke_card
from services.registry.use_cases.spending_waits import end_for_leavers, open_for_newcomers, require_say_remains


def register_household(scope: RegistryScope, courtyard_id: str, code: str | None, since: date) -> Household:
    """Register a household in a courtyard, by default with the next free code.

    Raises `NotFound`, `RoleMissing`, `CourtyardGone`, `AlreadyExists`.
    """
    courtyard = scope.courtyards.get(courtyard_id)
    scope.require(MANAGE_RESIDENTS, courtyard=courtyard.id)
    courtyard.require_existing()
    code = code or scope.households.next_code(courtyard)
    household, registered = Household.register(scope.community, code, courtyard.id, since)
    scope.households.add(household)
    scope.tx.emit(registered)
    return household


def split_household(
    scope: RegistryScope, household_id: str, on: date, leaving: list[str], courtyard_id: str | None
) -> Household:
    """Make some members a household of their own, in another courtyard or where they live.

    The caller manages both courtyards, and it is not their own household. Raises `NotFound`, `RoleMissing`, `Recused`,
    `Invalid`, `WrongState`, `CourtyardGone`, `MoveTooEarly`.
    """
    household = permissions.managed_household(scope, household_id)
    members = {member.id: member for member in scope.people.members_of(household.id, on)}
    if unknown := set(leaving) - members.keys():
        raise Invalid("并非都是该户当日的成员", [{"pointer": "/resident_ids", "detail": f"{min(unknown)} 不是"}])
    if len(members) == len(set(leaving)):
        raise WrongState("全户一起离开是搬迁，不是分户")
    courtyard = permissions.managed_courtyard(scope, courtyard_id or household.require_courtyard(on))
    code = scope.households.next_code(courtyard)
    people = [members[person] for person in sorted(set(leaving))]
    permissions.require_moving_others(scope, people, household)
    made, events = moves.split(household, people, courtyard, code, on)
    save_move(scope, made, events, people, household, on)
    return made


def merge_household(scope: RegistryScope, household_id: str, on: date, into: str) -> Household:
    """Merge a household into another. Raises `NotFound`, `RoleMissing`, `Recused`, `Invalid`, `WrongState`."""
    household = permissions.managed_household(scope, household_id)
    other = require_merge(scope, household, into, on)
    members = scope.people.members_of(household.id, on)
    save_move(scope, other, moves.merge(household, members, other, on), members, household, on)
    return other


def require_merge(scope: RegistryScope, household: Household, into: str, on: date) -> Household:
    """Return the household to merge into. Points move with a merge, so not before its day.

    Raises `Recused` for the caller's own household, `Invalid` for a day in the future, `NotFound`, `RoleMissing`.
    """
    permissions.require_no_interest(scope, household.id, into)
    if on > scope.today:
        raise Invalid("并户日期不能晚于今天", [{"pointer": "/on", "detail": "不能晚于今天"}])
    return permissions.managed_household(scope, into)


def dissolve_courtyard(scope: RegistryScope, courtyard_id: str, on: date) -> None:
    """Dissolve a courtyard. Raises `NotFound`, `CourtyardInUse`, `CourtyardGone`, `Invalid`."""
    courtyard = scope.courtyards.get(courtyard_id)
    heads = scope.appointments.of_role("head", courtyard_id)
    scope.tx.emit(courtyard.dissolve(on, scope.today, scope.courtyards.stays_in(courtyard_id), heads))
    scope.session.flush()


def save_move(
    scope: RegistryScope,
    household: Household | None,
    events: list[Event],
    people: Sequence[Person],
    left: Household | None,
    on: date,
) -> None:
    """Store a move of people from the household `left` into another, and publish its events.

    Who joins others waits before they spend their points (R6); cards of households that were merged are void. Raises
    `WrongState` when points would be left to people who wait.
    """
    if household:
        scope.households.save(household)
    scope.session.flush()
    movers = [person.id for person in people]
    if left is not None and household is not left:
        require_say_remains(scope, left.id, movers, on)
    merged = any(isinstance(event, HouseholdMerged) for event in events)
    if household is not None and household is not left:
        events = open_for_newcomers(scope, household.id, movers, "merged" if merged else "moved", events)
    if left is not None and household is not left:
        end_for_leavers(scope, left.id, movers, on)
    scope.tx.emit(*events)
    for event in events:
        if isinstance(event, HouseholdMerged):
            revoke_card(scope, event.household)
