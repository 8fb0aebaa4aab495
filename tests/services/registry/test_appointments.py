"""Who holds which role, and what he may do by it (R2, R4)."""

from datetime import date

import pytest

from contracts import errors
from contracts.registry import Role
from services.registry.domain.appointments import Appointment
from services.registry.domain.standing import Standing

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def appointed(
    person: str, since: date, until: date | None = None, others: tuple[Appointment, ...] = (), role: Role = "head"
) -> Appointment:
    return Appointment.appoint("com_1", person, role, "cty_1", since, until, others)[0]


def standing(*seats: tuple[Role, str]) -> Standing:
    return Standing(person="per_1", community="com_1", seats=frozenset(seats))


def test_a_courtyard_has_one_head_at_a_time() -> None:
    first = appointed("per_1", MARCH)

    with pytest.raises(errors.AppointmentConflict):
        appointed("per_2", APRIL, others=(first,))


def test_a_head_may_follow_on_the_day_another_ends() -> None:
    first = appointed("per_1", MARCH, APRIL)

    assert appointed("per_2", APRIL, others=(first,)).since == APRIL


def test_a_head_cannot_be_put_before_one_who_already_holds_the_seat() -> None:
    first = appointed("per_1", APRIL)

    with pytest.raises(errors.AppointmentConflict):
        appointed("per_2", MARCH, others=(first,))
    assert appointed("per_2", MARCH, APRIL, others=(first,)).until == APRIL


def test_many_may_sit_in_the_working_group_but_nobody_twice() -> None:
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


def test_an_officer_runs_his_grid_and_no_other() -> None:
    officer = standing(("grid_officer", "grd_1"))

    officer.must_run("grd_1")
    for grid in ("grd_2", None):
        with pytest.raises(errors.RoleMissing):
            officer.must_run(grid)


def test_the_committee_runs_every_grid() -> None:
    standing(("committee", "com_1")).must_run(None)


def test_a_head_answers_for_his_courtyard_only() -> None:
    head = standing(("head", "cty_1"))

    head.must_answer_for("cty_1", "grd_1")
    with pytest.raises(errors.RoleMissing):
        head.must_answer_for("cty_2", "grd_1")


def test_a_resident_holds_no_role() -> None:
    with pytest.raises(errors.RoleMissing):
        standing().must_be("committee")
    assert not standing().sees_all
