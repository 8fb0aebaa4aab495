"""Appointing people to roles and ending appointments (R2, R4)."""

from datetime import date

from contracts.errors import Invalid
from contracts.registry import Role
from services.registry import permissions
from services.registry.domain.appointments import Appointment, require_compatible
from services.registry.store import RegistryScope
from services.registry.use_cases import accounts


def appoint(
    scope: RegistryScope,
    person: str,
    role: Role,
    role_scope: str | None,
    since: date,
    until: date | None = None,
    by: str | None = None,
) -> Appointment:
    """Appoint a person from a day on, who has to sign in anew; `by` is nobody when the platform does it.

    Raises `NotFound`, `WrongState`, `Invalid`, `SelfAppointment`, `AppointmentConflict`, `OfficesIncompatible`.
    """
    over = check(scope, person, role, role_scope, since, until, by)
    others = scope.appointments.of_role(role, over)
    appointment, appointed = Appointment.appoint(scope.community, person, role, over, since, until, others, by)
    scope.appointments.add(appointment)
    scope.tx.emit(appointed)
    accounts.ask_for_fresh_sign_in(scope, person)
    return appointment


def check(
    scope: RegistryScope,
    person: str,
    role: Role,
    role_scope: str | None,
    since: date,
    until: date | None,
    by: str | None,
) -> str:
    """Return what the role is held over. Raises as `appoint` does."""
    scope.people.get(person).require_not_erased()
    over = _checked_scope(scope, role, role_scope)
    Appointment.appoint(scope.community, person, role, over, since, until, scope.appointments.of_role(role, over), by)
    require_compatible(role, since, until, scope.appointments.of_person(person), scope.current_community.policy)
    return over


def end_appointment(scope: RegistryScope, appointment_id: str, on: date) -> None:
    """End an appointment. Raises `NotFound`, `RoleMissing`, `Invalid`, `WrongState`."""
    appointment = scope.appointments.get(appointment_id)
    permissions.require_appointing(scope, appointment.role)
    scope.tx.emit(appointment.end(on, scope.person))
    scope.session.flush()


def _checked_scope(scope: RegistryScope, role: Role, role_scope: str | None) -> str:
    """Return what a role is held over, by default the community. Raises `Invalid`, `NotFound`, `CourtyardGone`."""
    match role:
        case "head":
            fits = bool(role_scope and scope.courtyards.get(role_scope).require_existing())
        case "grid_officer":
            fits = bool(role_scope and scope.courtyards.has_grid(role_scope))
        case "merchant_operator":
            fits = bool(role_scope and role_scope.startswith("mer_"))
        case _:
            fits = role_scope in (None, scope.community)
    if not fits:
        raise Invalid("任职范围与职务不符", [{"pointer": "/scope_id", "detail": "与职务不符"}])
    return role_scope or scope.community
