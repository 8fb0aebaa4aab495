"""Opening, answering and ending the waits of people who newly get a say over a household's points (R6)."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from contracts.calendar import start_of
from contracts.errors import WrongState
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
        _end_all(scope, scope.spending_waits.blocking_in(person, household))


def require_say_remains(scope: RegistryScope, household: str, leavers: Collection[str], on: date) -> None:
    """Raise `WrongState` when all with a say over a household's points would leave it to others, who wait (R6).

    Who leaves alone takes no points along: they would be left to somebody whom nobody of the household agreed to.
    """
    waiting = scope.spending_waits.who_wait(household)
    members = {member.id for day in (scope.today, on) for member in scope.people.members_of(household, day)}
    staying = members.difference(leavers)
    if staying and staying <= waiting and not waiting.issuperset(leavers):
        raise WrongState("留下的成员都在等待期内，积分将无人可用。请全户一起搬迁，或先由本户成年成员同意他们使用积分")


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


def _has_to_wait(scope: RegistryScope, household: str, besides: Collection[str]) -> bool:
    if scope.current_community.policy.spending_wait_days <= 0:
        return False
    return scope.spending_waits.was_lived_in(household, besides)


def _deciders(scope: RegistryScope, household: str, newcomers: Collection[str]) -> list[str]:
    waiting = scope.spending_waits.who_wait(household)
    members = scope.people.members_of(household, scope.today)
    return [
        member.id
        for member in members
        if member.id not in waiting and member.id not in newcomers and is_adult(member.birth_year, scope.today)
    ]


def open_for_signing_in(scope: RegistryScope, person: str, cause: SpendingWaitCause, *, by: str) -> None:
    """Open the wait of a resident for whom `by` chose how they sign in, or let it begin anew if they have it.

    The wait of who was invited begins when they sign in. A new member who waits already is not asked about twice for
    their first sign-in.
    """
    household = scope.people.household_of(person)
    days = scope.current_community.policy.spending_wait_days
    if household is None or days <= 0:
        return
    if cause in ("invited", "phone_changed") and scope.spending_waits.blocking_in(person, household):
        return
    ends_at = None if cause == "invited" else _end(scope, scope.today)
    for before in scope.spending_waits.blocking_sign_in(person):
        if before.cause == cause and before.state == "open":
            if ends_at:
                scope.tx.emit(before.start(ends_at, scope.now))
            return
    wait = _new(scope, person, household, _deciders(scope, household, [person]), cause, ends_at, by)
    scope.tx.emit(wait.opened())


def start_after_invitation(scope: RegistryScope, person: str, by: str, invited_at: datetime) -> None:
    """Let the wait of somebody begin who has signed in with the invitation of `by`."""
    if not scope.spending_waits.was_opened("invited", person, invited_at):
        open_for_signing_in(scope, person, "invited", by=by)
    for wait in scope.spending_waits.blocking_sign_in(person):
        if wait.state == "open" and wait.ends_at is None:
            scope.tx.emit(wait.start(_end(scope, scope.today), scope.now))


def end_by_phone(scope: RegistryScope, person: str) -> None:
    """End what an invitation or a reset made somebody wait for who signs in by their own phone number.

    A number that somebody else recorded is theirs once they have waited for it: the wait is opened now if they could
    sign in otherwise when it was recorded. It ends nothing while that wait lasts, nor does any number after a reset
    that gave somebody else a password of theirs.
    """
    changed = scope.sign_in_changes.latest(person, "phone_changed")
    if (
        changed
        and changed.by
        and changed.by != person
        and not scope.spending_waits.was_opened("phone_changed", person, changed.at)
    ):
        open_for_signing_in(scope, person, "phone_changed", by=changed.by)
    waits = [wait for wait in scope.spending_waits.blocking_sign_in(person) if wait.state == "open"]
    if any(wait.cause == "phone_changed" for wait in waits):
        return
    proved = {"invited"} if scope.people.get(person).password_hash else {"invited", "reset"}
    _end_all(scope, [wait for wait in waits if wait.cause in proved])


def _wait_of(
    scope: RegistryScope, person: str, household: str, deciders: list[str], cause: SpendingWaitCause, since: date
) -> SpendingWait:
    """Return the wait that a person has as a member of a household already, or a new one."""
    for before in scope.spending_waits.blocking_in(person, household):
        return before
    return _new(scope, person, household, deciders, cause, _end(scope, since), scope.person)


def _new(
    scope: RegistryScope,
    person: str,
    household: str,
    deciders: list[str],
    cause: SpendingWaitCause,
    ends_at: datetime | None,
    by: str,
) -> SpendingWait:
    wait = SpendingWait(
        community=scope.community,
        cause=cause,
        person=person,
        household=household,
        deciders=deciders,
        recorded_by=by,
        recorded_at=scope.now,
        ends_at=ends_at,
    )
    scope.spending_waits.add(wait)
    return wait


def _end(scope: RegistryScope, since: date) -> datetime:
    return max(scope.now, start_of(since)) + timedelta(days=scope.current_community.policy.spending_wait_days)
