"""Registering, correcting, moving, inviting and erasing people (R1, R3, R4)."""

from datetime import date
from typing import TypedDict

from contracts.calls.registry.residents import Destination
from contracts.errors import Invalid, WrongState
from contracts.registry import Tenure
from directory.permissions import MANAGE_RESIDENTS
from messaging.sql.redaction import redact_replies
from services.registry import permissions
from services.registry.domain.moves import Movers
from services.registry.domain.people import EncryptedPhone, Home, Person, require_possible_birth
from services.registry.domain.proposals import merge_needs_approval
from services.registry.domain.sessions import Invitation
from services.registry.store import RegistryScope
from services.registry.use_cases import accounts
from services.registry.use_cases.cards import revoke_card
from services.registry.use_cases.households import require_merge, save_move
from services.registry.use_cases.proposing import ABOUT_PEOPLE, lapse
from services.registry.use_cases.spending_waits import (
    end_for_erased,
    open_for_newcomers,
    open_for_signing_in,
    require_say_remains,
)


class PersonalData(TypedDict, total=False):
    """Personal data to be changed; what is left out stays."""

    name: str
    birth_year: int | None
    phone: EncryptedPhone | None
    password_hash: str | None


def register(
    scope: RegistryScope,
    name: str,
    since: date,
    home: Home | None = None,
    phone: EncryptedPhone | None = None,
    password_hash: str | None = None,
    birth_year: int | None = None,
) -> Person:
    """Register a person. Raises `AlreadyExists` when somebody else has the phone, `Invalid` for the birth year."""
    require_possible_birth(birth_year, scope.today)
    _require_free_phone(scope, phone, password_hash)
    person, registered = Person.register(scope.community, name, since, home, phone, password_hash, birth_year)
    if phone:
        person.record_phone(scope.person or None, scope.now)
    scope.people.add(person)
    if home:
        scope.tx.emit(*open_for_newcomers(scope, home.household, [person.id], "registered", [registered]))
    else:
        scope.tx.emit(registered)
    return person


def require_home(scope: RegistryScope, household_id: str | None, tenure: Tenure | None, away: bool) -> Home | None:
    """Return the home of a person to be registered in a household; None for staff, who have none here.

    Raises `NotFound`, `WrongState`, and `RoleMissing` unless the caller manages the household's courtyard.
    """
    courtyard = None
    if household_id:
        household = scope.households.get(household_id)
        household.require_not_merged()
        courtyard = household.courtyard_on(scope.today)
    scope.require(MANAGE_RESIDENTS, courtyard=courtyard)
    return Home(household=household_id, tenure=tenure, away=away) if household_id and tenure else None


def correct(scope: RegistryScope, person_id: str, changes: PersonalData) -> None:
    """Change some of a person's data.

    Raises `NotFound`, `RoleMissing`, `WrongState`, `AlreadyExists`, and `Invalid` for the birth year.
    """
    require_possible_birth(changes.get("birth_year"), scope.today)
    person = permissions.managed_person(scope, person_id)
    permissions.require_setting_password(scope, "password_hash" in changes, person_id)
    if "phone" in changes:
        permissions.require_inviting(scope, person_id)
    phone = changes.get("phone", person.phone)
    password_hash = changes.get("password_hash", person.password_hash)
    _require_free_phone(scope, phone, password_hash, person.id)
    could_sign_in = accounts.can_sign_in(scope, person_id)
    if "password_hash" in changes and (could_sign_in or permissions.has_seat(scope, person_id)):
        raise WrongState(
            "此人已能登录或担任职务，请办理登录重置", [{"pointer": "/password", "detail": "请办理登录重置"}]
        )
    person.correct(changes.get("name", person.name), changes.get("birth_year", person.birth_year), phone, password_hash)
    if "phone" in changes:
        person.record_phone(scope.person, scope.now)
    scope.session.flush()
    if "password_hash" in changes:
        accounts.password_was_set(scope, person_id)
        open_for_signing_in(scope, person_id, "password_set", by=scope.person)
    if "phone" in changes:
        if phone and not could_sign_in:
            open_for_signing_in(scope, person_id, "phone_changed", by=scope.person)
        accounts.record(scope, person_id, "phone_changed", by=scope.person)


def move(
    scope: RegistryScope,
    person_id: str,
    on: date,
    to: Destination,
    whole_household: bool,
    tenure: Tenure | None,
    away: bool | None,
) -> list[str]:
    """Move a person, with their household or alone: to a courtyard, to a household or out of the community.

    Return the ids of everybody who moved.

    The caller manages both the place they leave and the place they arrive at; neither they nor their own household are
    concerned. The household may be the person's own, to change `tenure` or `away`. Raises `NotFound`, `RoleMissing`,
    `Recused`, `Invalid`, `WrongState`, `CourtyardGone`, `MoveTooEarly`.
    """
    person = permissions.managed_person(scope, person_id)
    if away is not None and "household_id" not in to:
        raise Invalid("迁入某户时才能说明是否身处异乡", [{"pointer": "/away", "detail": "只用于 household_id"}])
    movers = _movers(scope, person, on, whole_household)
    permissions.require_moving_others(scope, movers.people, movers.household)
    if courtyard_id := to.get("courtyard_id"):
        courtyard = permissions.managed_courtyard(scope, courtyard_id)
        moved = movers.to_courtyard(courtyard, scope.households.next_code(courtyard), tenure, on)
    elif household_id := to.get("household_id"):
        household = permissions.managed_household(scope, household_id)
        permissions.require_moving_others(scope, [], household)
        if movers.household is not None and movers.household is not household and movers.household_moves:
            require_merge(scope, movers.household, household_id, on)
            if merge_needs_approval(scope.current_community.policy, scope.in_set_up):
                raise WrongState("全户迁入他户即并户，须经批准，请办理并户", facts={"household": movers.household.id})
        moved = movers.to_household(household, tenure, on, away)
    else:
        moved = movers.leave(on)
    save_move(scope, moved.household, moved.events, movers.people, movers.household, on)
    return [person.id for person in movers.people]


def invite(scope: RegistryScope, person_id: str, code_index: bytes) -> Invitation:
    """Create an invitation; earlier ones not accepted are deleted. Raises `NotFound`, `RoleMissing`, `WrongState`."""
    permissions.require_inviting(scope, person_id)
    invitation = Invitation.create(scope.community, person_id, scope.person, code_index, scope.now)
    scope.invitations.add(invitation)
    if not accounts.can_sign_in(scope, person_id):
        open_for_signing_in(scope, person_id, "invited", by=scope.person)
    return invitation


def require_erasable(scope: RegistryScope, person_id: str) -> None:
    """Raise `NotFound`, or `WrongState` for who was erased, or whose household's points would be left to who waits."""
    person = scope.people.get(person_id)
    person.require_not_erased()
    household = scope.people.household_of(person_id)
    if household is not None:
        require_say_remains(scope, household, [person_id], scope.today)


def erase(scope: RegistryScope, person_id: str) -> None:
    """Delete a person's data, end their roles and sign-ins, and end a household that becomes empty.

    Raises as `require_erasable` does.
    """
    require_erasable(scope, person_id)
    person = scope.people.get(person_id)
    movers = _movers(scope, person, scope.today, whole=False)
    scope.tx.emit(*person.erase(scope.now))
    if movers.household is not None and movers.household_moves:
        revoke_card(scope, movers.household.id)
        scope.tx.emit(*movers.household.end(scope.today))
    for appointment in scope.appointments.not_ended(person.id):
        scope.tx.emit(appointment.end(max(scope.today, appointment.since)))
    end_for_erased(scope, person.id)
    lapse(scope, person.id, ABOUT_PEOPLE, "本人资料已删除")
    scope.tx.sessions.delete_person(person.id, scope.community, scope.now)
    redact_replies(scope.session, person.id)


def _require_free_phone(
    scope: RegistryScope, phone: EncryptedPhone | None, password_hash: str | None, holder: str | None = None
) -> None:
    """Raise `AlreadyExists` when somebody else has the number here, or signs in with it anywhere on the platform."""
    scope.people.require_free(phone, holder)
    scope.tx.identities.require_free(phone, password_hash, holder)


def _movers(scope: RegistryScope, person: Person, on: date, whole: bool) -> Movers:
    home = person.home_on(on)
    members = scope.people.members_of(home.household, on) if home else []
    return Movers(
        person=person,
        household=scope.households.get(home.household) if home else None,
        others=[member for member in members if member is not person],
        whole=whole,
    )
