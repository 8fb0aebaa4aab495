"""Rules of households and people who register, move, split and merge (R1, R3)."""

from datetime import UTC, date, datetime

import pytest

from contracts import errors
from contracts.registry import HouseholdMerged, HouseholdMoved, HouseholdRegistered, ResidentErased, ResidentMoved
from services.registry.domain.moves import Movers, merge, split
from services.registry.domain.people import (
    EncryptedPhone,
    Home,
    Person,
    masked_phone,
    phone_number,
    shown_name,
)
from services.registry.domain.places import Courtyard, Household

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
TWELVE = Courtyard(community="com_1", number=12, row=2, grid="grd_1")
FORTY = Courtyard(community="com_1", number=40, row=4, grid="grd_2")


def household(since: date = MARCH) -> Household:
    return Household.register("com_1", "02-012-1", TWELVE.id, since)[0]


def member(of: Household, since: date = MARCH) -> Person:
    return Person.register("com_1", "张三", since, Home(household=of.id, tenure="tenant"))[0]


def test_a_household_that_moves_keeps_its_code_and_its_history() -> None:
    family = household()

    moved = family.move(FORTY.id, APRIL)

    assert moved == HouseholdMoved(community="com_1", sequence=2, household=family.id, courtyard=FORTY.id, since=APRIL)
    assert family.code == "02-012-1"
    assert family.courtyard_on(date(2026, 3, 31)) == TWELVE.id
    assert family.courtyard_on(APRIL) == FORTY.id
    assert family.courtyard_on(date(2026, 2, 28)) is None


def test_a_household_can_leave_and_return() -> None:
    family = household()

    family.move(None, APRIL)
    assert family.courtyard_on(APRIL) is None
    family.move(TWELVE.id, MAY)

    assert family.courtyard_on(date(2026, 4, 15)) is None
    assert family.courtyard_on(MAY) == TWELVE.id


def test_a_second_move_on_the_same_day_replaces_the_first() -> None:
    family = household()
    family.move(FORTY.id, APRIL)
    family.move(None, APRIL)
    assert family.courtyard_on(APRIL) is None

    family.move(FORTY.id, APRIL)

    assert family.courtyard_on(APRIL) == FORTY.id
    assert family.courtyard_on(MARCH) == TWELVE.id
    assert family.version == 4


def test_a_move_before_the_last_one_is_refused() -> None:
    family = household(since=APRIL)
    with pytest.raises(errors.MoveTooEarly):
        family.move(FORTY.id, MARCH)

    family.move(None, MAY)
    with pytest.raises(errors.MoveTooEarly):
        family.move(FORTY.id, date(2026, 4, 20))


def test_a_move_to_the_same_courtyard_is_refused() -> None:
    with pytest.raises(errors.WrongState):
        household().move(TWELVE.id, APRIL)


def test_a_household_moves_as_a_whole_with_one_event() -> None:
    family = household()
    one, other = member(family), member(family)

    moved = Movers(person=one, household=family, others=[other], whole=True).to_courtyard(FORTY, "x", None, APRIL)

    assert [type(event) for event in moved.events] == [HouseholdMoved]
    assert moved.household is family
    assert one.home_on(APRIL) == one.home_on(MARCH)


def test_a_member_who_moves_alone_founds_a_new_household() -> None:
    family = household()
    one, other = member(family), member(family)

    moved = Movers(person=one, household=family, others=[other], whole=False).to_courtyard(
        FORTY, FORTY.household_code(7), "owner", APRIL
    )

    assert [type(event) for event in moved.events] == [HouseholdRegistered, ResidentMoved]
    assert moved.household is not None
    assert moved.household.code == "04-040-7"
    assert one.home_on(APRIL) == Home(household=moved.household.id, tenure="owner")
    assert family.courtyard_on(APRIL) == TWELVE.id


def test_the_household_moves_with_its_last_member() -> None:
    family = household()

    moved = Movers(person=member(family), household=family, others=[], whole=False).to_courtyard(
        FORTY, "x", None, APRIL
    )

    assert moved.household is family
    assert family.courtyard_on(APRIL) == FORTY.id


def test_households_merge_when_all_of_one_join_another() -> None:
    family, other_family = household(), household()
    one, other = member(family), member(family)

    moved = Movers(person=one, household=family, others=[other], whole=True).to_household(other_family, None, APRIL)

    assert [type(event) for event in moved.events] == [ResidentMoved, ResidentMoved, HouseholdMoved, HouseholdMerged]
    assert family.courtyard_on(APRIL) is None
    assert {p.home_on(APRIL) for p in (one, other)} == {Home(household=other_family.id, tenure="tenant")}


def test_a_merge_publishes_that_the_household_left_and_which_one_it_joined() -> None:
    family, other_family = household(), household()
    one = member(family)

    events = merge(family, [one], other_family, APRIL)

    assert events[1:] == [
        HouseholdMoved(community="com_1", sequence=2, household=family.id, courtyard=None, since=APRIL),
        HouseholdMerged(community="com_1", sequence=3, household=family.id, into=other_family.id, since=APRIL),
    ]
    assert one.home_on(APRIL) == Home(household=other_family.id, tenure="tenant")
    assert one.home_on(MARCH) == Home(household=family.id, tenure="tenant")


def test_a_household_that_left_is_merged_without_moving_again() -> None:
    family, other_family = household(), household()
    family.move(None, APRIL)

    assert [type(event) for event in family.merge(other_family, MAY)] == [HouseholdMerged]


def test_a_merged_household_cannot_be_changed() -> None:
    family, other_family = household(), household()
    family.merge(other_family, APRIL)

    for act in (
        lambda: family.move(FORTY.id, MAY),
        lambda: family.merge(other_family, MAY),
        lambda: other_family.merge(family, MAY),
        lambda: Movers(person=member(other_family), household=other_family, others=[], whole=True).to_household(
            family, None, MAY
        ),
    ):
        with pytest.raises(errors.WrongState):
            act()
    assert other_family.courtyard_on(MAY) == TWELVE.id


def test_a_household_is_not_merged_into_itself_nor_into_one_that_left() -> None:
    family, gone = household(), household()
    gone.move(None, APRIL)

    for into in (family, gone):
        with pytest.raises(errors.WrongState):
            family.merge(into, APRIL)


def test_a_split_leaves_the_old_household_where_it_is() -> None:
    family = household()
    son, wife, father = (member(family) for _ in range(3))

    made, events = split(family, [son, wife], TWELVE, TWELVE.household_code(2), APRIL)

    assert [type(event) for event in events] == [HouseholdRegistered, ResidentMoved, ResidentMoved]
    assert made.code == "02-012-2"
    assert {p.home_on(APRIL) for p in (son, wife)} == {Home(household=made.id, tenure="tenant")}
    assert father.home_on(APRIL) == son.home_on(MARCH) == Home(household=family.id, tenure="tenant")
    assert family.courtyard_on(APRIL) == TWELVE.id


def test_a_tenant_becomes_an_owner_in_the_same_household() -> None:
    family = household()
    one = member(family)

    moved = Movers(person=one, household=family, others=[], whole=True).to_household(family, "owner", APRIL)

    assert [type(event) for event in moved.events] == [ResidentMoved]
    assert one.home_on(MARCH) == Home(household=family.id, tenure="tenant")
    assert one.home_on(APRIL) == Home(household=family.id, tenure="owner")
    assert family.courtyard_on(APRIL) == TWELVE.id


def test_staff_who_join_a_household_need_a_tenure() -> None:
    staff, _ = Person.register("com_1", "李四", MARCH)

    with pytest.raises(errors.Invalid):
        Movers(person=staff, household=None, others=[], whole=False).to_household(household(), None, APRIL)


def test_a_person_leaves_the_community_and_their_household_stays() -> None:
    family = household()
    one, other = member(family), member(family)

    Movers(person=one, household=family, others=[other], whole=False).leave(APRIL)

    assert one.home_on(APRIL) is None
    assert one.home_on(MARCH) is not None
    assert family.courtyard_on(APRIL) == TWELVE.id


def test_erasure_deletes_all_personal_data_except_the_id() -> None:
    person, _ = Person.register(
        "com_1",
        "张三",
        MARCH,
        Home(household="hou_1", tenure="owner"),
        EncryptedPhone(b"cipher", b"index"),
        "$argon2id$",
        1950,
    )

    events = person.erase(datetime(2026, 4, 1, 8, tzinfo=UTC))

    assert [type(event) for event in events] == [ResidentMoved, ResidentErased]
    assert [event.sequence for event in events] == [2, 3]
    assert (person.name, person.phone_cipher, person.phone_index) == ("", None, None)
    assert (person.password_hash, person.birth_year) == (None, None)
    with pytest.raises(errors.WrongState):
        person.erase(datetime(2026, 4, 2, tzinfo=UTC))


@pytest.mark.parametrize("text", ["13812341234", "+86 138 1234 1234", "86-138-1234-1234", " 138-1234-1234 "])
def test_a_phone_number_is_normalized_to_eleven_digits(text: str) -> None:
    assert phone_number(text) == "13812341234"


@pytest.mark.parametrize("text", ["", "12812341234", "1381234123", "138123412345", "abc"])
def test_a_text_that_is_not_a_mobile_number_is_refused(text: str) -> None:
    with pytest.raises(errors.Invalid):
        phone_number(text)


def test_names_and_phones_are_masked() -> None:
    assert masked_phone("13812341234") == "138****1234"
    assert shown_name("张三", masked=True) == "张*"
    assert shown_name("张三", masked=False) == "张三"
    assert shown_name("", masked=True, erased=True) == "已注销"
