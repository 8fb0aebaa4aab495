"""Who may do what in the registry, beyond what `directory.permissions` says of roles."""

from collections.abc import Iterable

from contracts.errors import (
    Forbidden,
    Invalid,
    InvitationRequired,
    NotFound,
    Recused,
    RoleMissing,
    SelfAppointment,
    WrongState,
)
from contracts.registry import CardActivatedAs, Role
from directory.permissions import (
    ACTIVATE_CARDS,
    APPOINT,
    APPOINT_ADMINISTRATORS,
    DECIDE_ON_PROPOSALS,
    DECIDE_ON_RESETS,
    FOUND_COMMUNITIES,
    INVITE_HEADS,
    INVITE_RESIDENTS,
    INVITE_STAFF,
    ISSUE_CARDS,
    MANAGE_RESIDENTS,
    MANAGE_SETTINGS,
    READ_PROPOSALS,
    READ_PUBLICITY,
    RESET_STAFF_SIGN_IN,
    RULE_ON_SPENDING_WAITS,
    SET_PASSWORDS,
    Action,
)
from services.registry.domain.cards import Card
from services.registry.domain.communities import PLATFORM
from services.registry.domain.consents import is_adult
from services.registry.domain.people import Person
from services.registry.domain.places import Courtyard, Household
from services.registry.domain.proposals import Proposal
from services.registry.domain.spending_waits import SpendingWait
from services.registry.store import RegistryScope


def require_founding(scope: RegistryScope) -> None:
    """Raise `Forbidden` outside the platform's community, `RoleMissing` unless the caller is its administrator."""
    if scope.community != PLATFORM:
        raise Forbidden()
    scope.require(FOUND_COMMUNITIES)


def require_settings(scope: RegistryScope, community: str) -> None:
    """Raise `NotFound` for another community than the caller's, `RoleMissing` unless they may manage settings."""
    if community != scope.community:
        raise NotFound("没有这个社区")
    scope.require(MANAGE_SETTINGS)


def require_publicity(scope: RegistryScope, community: str) -> None:
    """Raise `NotFound` for another community than the caller's, `RoleMissing` unless they may read its report."""
    if community != scope.community:
        raise NotFound("没有这个社区")
    scope.require(READ_PUBLICITY)


def managed_person(scope: RegistryScope, person: str) -> Person:
    """Return a person whom the caller may see and manage. Raises `NotFound`, `RoleMissing`."""
    row = scope.people.row(person, scope.viewer)
    scope.require(MANAGE_RESIDENTS, courtyard=row.courtyard_id)
    return scope.people.get(person)


def managed_household(scope: RegistryScope, household: str) -> Household:
    """Return a household that the caller may see and manage. Raises `NotFound`, `RoleMissing`."""
    row = scope.households.row(household, scope.viewer)
    scope.require(MANAGE_RESIDENTS, courtyard=row.courtyard_id)
    return scope.households.get(household)


def managed_courtyard(scope: RegistryScope, courtyard: str) -> Courtyard:
    """Return a courtyard whose residents the caller manages. Raises `NotFound`, `RoleMissing`, `CourtyardGone`."""
    found = scope.courtyards.get(courtyard)
    scope.require(MANAGE_RESIDENTS, courtyard=found.id)
    return found.require_existing()


def require_moving_others(scope: RegistryScope, people: Iterable[Person], *households: Household | None) -> None:
    """Raise `Recused` when the caller is among those who move, or one of the households is their own.

    Members spend their household's points: who moves themselves, or one of their own, takes what others earned.
    """
    is_own = scope.household in {household.id for household in households if household is not None}
    if is_own or any(person.id == scope.person for person in people):
        raise Recused("不能为本人或本户办理搬迁，请由其他网格员或社区办理")


def household_for_card(scope: RegistryScope, household: str, action: Action = ISSUE_CARDS) -> Household:
    """Return a household whose card the caller may issue and print. Raises `NotFound`, `RoleMissing`."""
    row = scope.households.row(household, scope.viewer)
    scope.require(action, courtyard=row.courtyard_id)
    return scope.households.get(household)


def require_revoking_card(scope: RegistryScope, household: str) -> None:
    """Raise `NotFound` or `RoleMissing` unless the caller is a member of the household or may issue its card."""
    if household != scope.household or scope.spending_waits.blocking(scope.person):
        household_for_card(scope, household)


def spends_for_household(scope: RegistryScope, household: str) -> bool:
    """Return whether the caller is an adult member of a household who does not wait before spending its points."""
    if household != scope.household or scope.spending_waits.is_blocked(scope.person):
        return False
    return is_adult(scope.people.get(scope.person).birth_year, scope.today)


def activating_card(scope: RegistryScope, household: str) -> CardActivatedAs:
    """Return as what the caller may let a household's card pay.

    Raises `NotFound`, `RoleMissing`, and `Recused` for members who are children or wait before they spend.
    """
    if household != scope.household:
        household_for_card(scope, household, ACTIVATE_CARDS)
        return "witness"
    if not spends_for_household(scope, household):
        raise Recused("您暂不能使用本户积分，不能启用户码卡，请由本户其他成年人办理")
    return "member"


def require_witness(scope: RegistryScope, card: Card) -> None:
    """Raise `Recused` for who issued the card, has seen its PIN, or lives in the household of who did."""
    if scope.person == card.by:
        raise Recused("本人办的户码卡须由本户成员或另一位工作人员确认启用")
    if scope.household and scope.household == scope.people.household_of(card.by):
        raise Recused("您与办卡人同户，请由其他工作人员确认启用")


def may_activate_card(scope: RegistryScope, household: str) -> bool:
    """Return whether a household has a card that waits and that the caller may activate."""
    card = scope.cards.find(household)
    if card is None or card.is_active(scope.now):
        return False
    try:
        if activating_card(scope, household) == "witness":
            require_witness(scope, card)
    except (NotFound, RoleMissing, Recused):
        return False
    return True


def wait_to_decide(scope: RegistryScope, wait: str) -> SpendingWait:
    """Return a wait that the caller answers for their household.

    Raises `NotFound` for everybody whom it does not ask, `Recused` while the caller has to wait themselves.
    """
    found = scope.spending_waits.get(wait)
    if scope.person not in found.deciders:
        raise NotFound("没有这一等待事项")
    if scope.spending_waits.blocking(scope.person):
        raise Recused("您本人的等待期未满，暂不能代表本户答复")
    return found


def wait_to_rule_on(scope: RegistryScope, wait: str) -> SpendingWait:
    """Return a wait that the caller's office may rule on. Raises `RoleMissing`, `NotFound`, `Recused`."""
    scope.require(RULE_ON_SPENDING_WAITS)
    found = scope.spending_waits.get(wait)
    require_no_interest(scope, found.household)
    return found


def require_no_interest(scope: RegistryScope, *households: str) -> None:
    """Raise `Recused` when one of these is the caller's own household: nobody merges its balance with another."""
    if scope.household in households:
        raise Recused()


def require_inviting(scope: RegistryScope, person: str) -> None:
    """Raise `NotFound`, `WrongState` or `RoleMissing` unless the caller may invite a person or set their phone.

    A phone number lets its owner sign in, as an invitation does. People who have or will have roles are invited only
    from above: a head could otherwise sign in as the committee member who lives in the courtyard.
    """
    row = scope.people.row(person, scope.viewer)
    scope.people.get(person).require_not_erased()
    roles = scope.appointments.roles_of(person)
    if roles - {"head"}:
        scope.require(INVITE_STAFF)
    elif roles:
        scope.require(INVITE_HEADS, courtyard=row.courtyard_id)
    else:
        scope.require(INVITE_RESIDENTS, courtyard=row.courtyard_id)


def may_invite(scope: RegistryScope, person: str) -> bool:
    """Return whether the scope's caller may invite a person, with the roles that both have now."""
    try:
        require_inviting(scope, person)
    except (NotFound, WrongState, RoleMissing):
        return False
    return True


def require_no_office(scope: RegistryScope, person: str) -> None:
    """Raise `InvitationRequired` when a person has a role, or will have, that a phone number must not give access to.

    Numbers are given up and given to others, and are recorded by officers. A head's number is recorded by superiors.
    """
    if has_office(scope, person):
        raise InvitationRequired()


def require_setting_password(scope: RegistryScope, is_set: bool, person: str | None = None) -> None:
    """Raise unless the caller may set a password, when one is set: an officer could sign in as a superior.

    Raises `RoleMissing`, and for a `person` who is registered already like `require_resetting_sign_in`.
    """
    if is_set:
        scope.require(SET_PASSWORDS)
        if person is not None:
            require_resetting_sign_in(scope, person)


def require_resetting_sign_in(scope: RegistryScope, person: str) -> None:
    """Raise `Recused` for oneself, `RoleMissing` unless the caller may reset how a person of their community signs in.

    The committee resets nobody with an office: one login could otherwise act as every office that has to agree.
    """
    in_platform = scope.community == PLATFORM
    scope.require(RESET_STAFF_SIGN_IN if in_platform else SET_PASSWORDS)
    if person == scope.person:
        raise Recused("请用原密码修改自己的密码")
    if has_office(scope, person) and not in_platform:
        raise RoleMissing("担任职务的人员的登录只能由平台管理员申请重置")


def scope_for_reset(scope: RegistryScope, person: str) -> RegistryScope:
    """Return the scope of a person's community, locked, if the caller may reset or request to reset their sign-in.

    The committee resets its community's residents and heads, the platform everybody with another role. Raises
    `RoleMissing`, `Recused`, `NotFound`.
    """
    if scope.community != PLATFORM:
        require_resetting_sign_in(scope, person)
        return scope
    scope.require(RESET_STAFF_SIGN_IN)
    theirs = scope.tx.scope_of(scope.tx.identities.community_of(person))
    if theirs.community == PLATFORM:
        require_resetting_sign_in(scope, person)
    elif not has_office(theirs, person):
        raise NotFound("没有此人")
    theirs.load_community(for_update=True)
    return theirs


def has_seat(scope: RegistryScope, person: str) -> bool:
    """Return whether a person has, or will have, any role, also that of a head."""
    return bool(scope.appointments.roles_of(person))


def has_office(scope: RegistryScope, person: str) -> bool:
    """Return whether a person has, or will have, another role than head."""
    return bool(scope.appointments.roles_of(person) - {"head"})


def require_appointing(scope: RegistryScope, role: Role, person: str | None = None) -> None:
    """Raise `RoleMissing` unless the caller may appoint, `Invalid` for a role that this community does not have.

    Raises `SelfAppointment` when `person` is the caller or lives in their household.
    """
    in_platform = scope.community == PLATFORM
    scope.require(APPOINT_ADMINISTRATORS if in_platform else APPOINT)
    if (role == "platform") != in_platform:
        raise Invalid("本社区没有这个职务", [{"pointer": "/role", "detail": "本社区没有这个职务"}])
    if person and (
        person == scope.person or (scope.household and scope.people.household_of(person) == scope.household)
    ):
        raise SelfAppointment()


def proposals_of(caller: RegistryScope, community: str, *, reading: bool = False) -> RegistryScope:
    """Return the scope of a community whose proposals the caller may decide on, or read if `reading`.

    The platform's administrators decide in every community. Locks the community to decide. Raises `NotFound`,
    `RoleMissing`.
    """
    scope = caller
    if caller.community == community:
        if reading:
            caller.require(READ_PROPOSALS)
        elif not caller.may(DECIDE_ON_RESETS):
            caller.require(DECIDE_ON_PROPOSALS)
    elif caller.community == PLATFORM and caller.may(DECIDE_ON_PROPOSALS):
        scope = caller.tx.scope_of(community)
    else:
        raise NotFound("没有这个社区")
    scope.load_community(for_update=not reading)
    return scope


def require_deciding(caller: RegistryScope, scope: RegistryScope, proposal: Proposal) -> None:
    """Raise `RoleMissing` unless the caller's office decides on the proposal.

    Raises `Recused` when it is about a member of the caller's household, merges that household, or binds an account
    that a member of it invited.
    """
    if "approvers" not in proposal.content:
        caller.require(DECIDE_ON_PROPOSALS)
    elif not _holds_one_of(caller, proposal.content["approvers"]):
        raise RoleMissing(DECIDE_ON_RESETS.refusal)
    household = scope.people.household_of(caller.person)
    if household and proposal.kind == "binding" and scope.people.household_of(proposal.proposed_by) == household:
        raise Recused()
    if household and household in (proposal.content.get("household"), proposal.content.get("into")):
        raise Recused()
    person = proposal.content.get("person")
    if household and person and scope.people.household_of(person) == household:
        raise Recused()


def _holds_one_of(caller: RegistryScope, roles: Iterable[Role]) -> bool:
    return not {role for role, _ in caller.seats}.isdisjoint(roles)
