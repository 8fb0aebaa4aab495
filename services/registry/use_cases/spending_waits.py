"""Opening, answering and ending the waits of people who newly get a say over a household's points (R6)."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from contracts.calendar import start_of
from contracts.event import Event
from contracts.registry import ResidentMoved, ResidentRegistered, SpendingWaitCause
from services.registry import permissions
from services.registry.domain.consents import is_adult
from services.registry.domain.spending_waits import SpendingWait
from services.registry.store import RegistryScope


def open_for_newcomers(
    scope: RegistryScope, household: str, newcomers: Collection[str], cause: SpendingWaitCause, events: Iterable[Event]
) -> list[Event]:
    """Open a wait for each newcomer of a household that others lived in; return the events that are to be emitted.

    The events by which they join carry the wait, so that no service knows a new member without it. The newcomers are
    stored.
    """
    if not _has_to_wait(scope, household, newcomers):
        return list(events)
    deciders = _deciders(scope, household, newcomers)
    made: list[Event] = []
    for event in events:
        match event:
            case ResidentRegistered() | ResidentMoved() if event.household == household and event.person in newcomers:
                wait = _wait_of(scope, event.person, household, deciders, cause, event.since)
                made += [replace(event, spending_wait=wait.id, spends_from=wait.ends_at), wait.opened()]
            case _:
                made.append(event)
    return made


def end_for_leavers(scope: RegistryScope, household: str, leavers: Iterable[str], on: date) -> None:
    """End the waits of people who leave a household. Before that day they still belong to it, and still wait."""
    if on > scope.today:
        return
    for person in leavers:
        _end_all(scope, scope.spending_waits.blocking(person, household))


def end_for_erased(scope: RegistryScope, person: str) -> None:
    """End the waits of a person whose data is erased, and empty what was written about them."""
    _end_all(scope, scope.spending_waits.blocking(person))
    scope.session.flush()
    scope.spending_waits.erase_texts(person)


def _end_all(scope: RegistryScope, waits: Iterable[SpendingWait]) -> None:
    scope.tx.emit(*(ended for wait in waits if (ended := wait.end(scope.now))))


def agree(scope: RegistryScope, wait_id: str) -> SpendingWait:
    """Agree for the caller's household. Raises `NotFound`, `Recused`, `AlreadyDecided`, `WrongState`."""
    wait = permissions.wait_to_decide(scope, wait_id)
    scope.tx.emit(wait.agree(scope.person, scope.now))
    return wait


def refuse(scope: RegistryScope, wait_id: str, reason: str) -> SpendingWait:
    """Refuse for the caller's household. Raises `NotFound`, `Recused`, `AlreadyDecided`, `WrongState`."""
    wait = permissions.wait_to_decide(scope, wait_id)
    scope.tx.emit(wait.refuse(scope.person, reason, scope.now))
    return wait


def rule(scope: RegistryScope, wait_id: str, allow: bool, reason: str) -> SpendingWait:
    """Rule on what a household refused. Raises `NotFound`, `RoleMissing` and what `SpendingWait.rule` raises."""
    wait = permissions.wait_to_rule_on(scope, wait_id)
    scope.tx.emit(wait.rule(allow, scope.person, reason, scope.now))
    return wait


def _has_to_wait(scope: RegistryScope, household: str, newcomers: Collection[str]) -> bool:
    if scope.current_community.policy.spending_wait_days <= 0:
        return False
    return scope.spending_waits.was_lived_in(household, besides=newcomers)


def _deciders(scope: RegistryScope, household: str, newcomers: Collection[str]) -> list[str]:
    waiting = scope.spending_waits.who_wait(household)
    members = scope.people.members_of(household, scope.today)
    return [
        member.id
        for member in members
        if member.id not in waiting and member.id not in newcomers and is_adult(member.birth_year, scope.today)
    ]


def _wait_of(
    scope: RegistryScope, person: str, household: str, deciders: list[str], cause: SpendingWaitCause, since: date
) -> SpendingWait:
    """Return the wait that a person has for a household already, or a new one."""
    for before in scope.spending_waits.blocking(person, household):
        return before
    wait = SpendingWait(
        community=scope.community,
        cause=cause,
        person=person,
        household=household,
        deciders=deciders,
        recorded_by=scope.person,
        recorded_at=scope.now,
        ends_at=_end(scope, since),
    )
    scope.spending_waits.add(wait)
    return wait


def _end(scope: RegistryScope, since: date) -> datetime:
    return max(scope.now, start_of(since)) + timedelta(days=scope.current_community.policy.spending_wait_days)
