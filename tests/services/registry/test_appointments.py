"""Appointments to roles, and which residents these allow to manage (R2, R4)."""

from datetime import date

import pytest

from contracts import errors
from contracts.policy import INCOMPATIBLE_OFFICES, OFFICES, Policy
from contracts.registry import Role
from directory.permissions import INVITE_RESIDENTS, MANAGE_RESIDENTS, READ_RESIDENTS
from directory.roles import Roles
from services.registry.domain.appointments import Appointment, require_compatible

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def appointed(
    person: str, since: date, until: date | None = None, others: tuple[Appointment, ...] = (), role: Role = "head"
) -> Appointment:
    return Appointment.appoint("com_1", person, role, "cty_1", since, until, others)[0]


def holding(*seats: tuple[Role, str]) -> Roles:
    return Roles.of("com_1", seats)


def test_a_courtyard_has_one_head_at_a_time() -> None:
    first = appointed("per_1", MARCH)

    with pytest.raises(errors.AppointmentConflict):
        appointed("per_2", APRIL, others=(first,))


def test_a_head_may_begin_on_the_day_another_ends() -> None:
    first = appointed("per_1", MARCH, APRIL)

    assert appointed("per_2", APRIL, others=(first,)).since == APRIL


def test_a_term_may_not_overlap_a_later_one_of_the_same_seat() -> None:
    first = appointed("per_1", APRIL)

    with pytest.raises(errors.AppointmentConflict):
        appointed("per_2", MARCH, others=(first,))
    assert appointed("per_2", MARCH, APRIL, others=(first,)).until == APRIL


def test_the_working_group_has_many_members_but_nobody_twice() -> None:
    first = appointed("per_1", MARCH, role="working_group")

    appointed("per_2", MARCH, others=(first,), role="working_group")
    with pytest.raises(errors.AppointmentConflict):
        appointed("per_1", APRIL, others=(first,), role="working_group")


def test_an_appointment_ends_once_and_not_before_it_began() -> None:
    head = appointed("per_1", MARCH)
    with pytest.raises(errors.Invalid):
        head.end(date(2026, 2, 1))

    assert head.end(APRIL).until == APRIL
    with pytest.raises(errors.WrongState):
        head.end(MAY)
    assert head.end(MARCH).sequence == 3


def test_a_term_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(errors.Invalid):
        appointed("per_1", APRIL, APRIL)


def test_nobody_appoints_themselves() -> None:
    with pytest.raises(errors.SelfAppointment):
        Appointment.appoint("com_1", "per_1", "branch", "com_1", MARCH, by="per_1")

    appointment, event = Appointment.appoint("com_1", "per_1", "branch", "com_1", MARCH, by="per_2")
    assert (appointment.appointed_by, event.by) == ("per_2", "per_2")


@pytest.mark.parametrize("pair", sorted(INCOMPATIBLE_OFFICES))
def test_nobody_holds_two_incompatible_offices_on_one_day(pair: tuple[Role, Role]) -> None:
    for one, other in (pair, pair[::-1]):
        held = [appointed("per_1", MARCH, MAY, role=one)]

        with pytest.raises(errors.OfficesIncompatible):
            require_compatible(other, APRIL, None, held, Policy())
        require_compatible(other, MAY, None, held, Policy())


def test_an_exception_of_the_community_allows_one_pair_of_offices() -> None:
    held = [appointed("per_1", MARCH, role="branch")]
    small = Policy(office_exceptions=(("committee", "branch"),))

    require_compatible("committee", MARCH, None, held, small)
    with pytest.raises(errors.OfficesIncompatible):
        require_compatible("working_group_chair", MARCH, None, held, small)


def test_heads_and_grid_officers_may_hold_any_office() -> None:
    held = [appointed("per_1", MARCH, role="head"), appointed("per_1", MARCH, role="grid_officer")]

    for office in sorted(OFFICES):
        require_compatible(office, MARCH, None, held, Policy())


def test_a_grid_officer_manages_residents_of_their_own_grid_only() -> None:
    officer = holding(("grid_officer", "grd_1"))

    MANAGE_RESIDENTS.require(officer, grid="grd_1")
    for grid in ("grd_2", None):
        with pytest.raises(errors.RoleMissing):
            MANAGE_RESIDENTS.require(officer, grid=grid)


def test_the_committee_manages_residents_everywhere() -> None:
    MANAGE_RESIDENTS.require(holding(("committee", "com_1")), grid=None)


def test_a_head_invites_residents_of_their_own_courtyard_only() -> None:
    head = holding(("head", "cty_1"))

    INVITE_RESIDENTS.require(head, courtyard="cty_1", grid="grd_1")
    with pytest.raises(errors.RoleMissing):
        INVITE_RESIDENTS.require(head, courtyard="cty_2", grid="grd_1")


def test_a_resident_without_a_role_manages_nothing() -> None:
    with pytest.raises(errors.RoleMissing):
        MANAGE_RESIDENTS.require(holding(), courtyard="cty_1", grid="grd_1")
    assert not READ_RESIDENTS.allows(holding())
