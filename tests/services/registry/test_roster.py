"""Parsing a roster and planning its import (R5)."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from services.registry.domain.people import EncryptedPhone
from services.registry.domain.places import Household
from services.registry.domain.roster import Flaw, columns, parse
from services.registry.domain.roster_import import Additions, KnownObjects, RosterImport
from tabular import Table
from tabular.cells import Cell

TODAY = date(2026, 11, 20)
HEADINGS = ("院落号", "排", "网格", "户号", "姓名", "手机号", "身份", "院长", "在外", "入住日期")
OWNER = (12, 2, "第一网格", "1", "张三", "13800000001", "房东", "是", "否", "2020-05-01")
WIFE = (12, 2, "第一网格", "1", "李四", None, "房东", None, "是", "2021-05-01")
TENANT = (12, "2排", "第一网格", 2, "王五", 13800000003, "租户", "否", "否", "2025/3/9")


def encrypt(phone: str) -> EncryptedPhone:
    return EncryptedPhone(phone[::-1].encode(), phone.encode())


def planned(*rows: Sequence[Cell], known: KnownObjects | None = None) -> Additions:
    lines, flaws = parse(Table([*HEADINGS], rows, 2), TODAY)
    assert flaws == []
    return RosterImport(known or KnownObjects(community="com_1"), TODAY, encrypt).plan(lines)


def places(flaws: Sequence[Flaw]) -> list[tuple[int, str]]:
    return [(flaw.row, flaw.column) for flaw in flaws]


def test_a_roster_registers_grids_courtyards_households_people_and_heads() -> None:
    added = planned(OWNER, WIFE, TENANT)

    assert added.flaws == []
    assert Counter(event.name() for event in added.events) == {
        "CourtyardRegistered": 1,
        "HouseholdRegistered": 2,
        "ResidentRegistered": 3,
        "Appointed": 1,
    }
    assert [h.code for h in added.households] == ["02-012-1", "02-012-2"]
    assert added.appointments[0].since == date(2020, 5, 1)
    assert added.people[1].memberships[0].away is True


def test_a_households_stay_begins_with_its_first_member() -> None:
    assert planned(WIFE, OWNER).households[0].stays[0].since == date(2020, 5, 1)


def test_the_same_file_again_changes_nothing() -> None:
    known = KnownObjects(community="com_1")
    planned(OWNER, WIFE, TENANT, known=known)

    again = planned(OWNER, WIFE, TENANT, known=known)

    assert again == Additions()


def test_a_household_that_has_moved_since_is_not_moved_back_but_noted() -> None:
    known = KnownObjects(community="com_1")
    family: Household = planned(TENANT, known=known).households[0]
    family.move("cty_other", date(2026, 1, 1))

    again = planned(TENANT, known=known)

    assert (again.events, again.flaws) == ([], [])
    assert places(again.notes) == [(2, "户号")]
    assert family.courtyard_on(TODAY) == "cty_other"


def test_a_former_head_in_an_old_file_is_not_appointed_again() -> None:
    known = KnownObjects(community="com_1")
    planned(OWNER, known=known).appointments[0].end(date(2026, 1, 1))

    assert planned(OWNER, known=known) == Additions()


def test_every_bad_cell_is_reported_by_row_and_column() -> None:
    bad = ("零", 2, "第一网格", "1/2", "", "138", "房客甲", "也许", None, "2027-01-01")

    lines, flaws = parse(Table([*HEADINGS], [OWNER, (), bad, TENANT], 2), TODAY)

    assert [line.row for line in lines] == [2, 5]
    columns = {"院落号", "户号", "姓名", "手机号", "身份", "院长", "入住日期"}
    assert set(places(flaws)) == {(4, column) for column in columns}


def test_missing_unknown_and_repeated_headings_are_reported() -> None:
    names = ["院落号", "排", "排", "网格", "户号", "姓名", "工作", "备注", ""]
    _, flaws = parse(Table(names, [], 2), TODAY)

    assert places(flaws) == [(1, "身份"), (1, "工作"), (1, "排")]


def test_cells_are_understood_as_people_write_them() -> None:
    names = [*HEADINGS, "出生年"]
    row = ("第12号院", "第二排", "第一网格", "１户", "张三", "+86 139-0000-0001", "业主", "√", "×", 45352, "1980年")

    (line,), flaws = parse(Table(names, [row], 2), TODAY)

    assert flaws == []
    assert (line.number, line.courtyard_row, line.code, line.phone) == (12, 2, "1", "13900000001")
    assert (line.tenure, line.head, line.away) == ("owner", True, False)
    assert (line.since, line.birth_year) == (date(2024, 3, 1), 1980)


def test_the_example_of_the_template_is_refused_and_its_cell_named() -> None:
    example = [column.example for column in columns(TODAY)]

    lines, flaws = parse(Table([column.name for column in columns(TODAY)], [example], 2), TODAY)

    assert (lines, [flaw.cell for flaw in flaws]) == ([], ["E2"])


def test_a_roster_without_lines_is_refused() -> None:
    lines, flaws = parse(Table([*HEADINGS], [(), ()], 2), TODAY)

    assert (lines, [flaw.detail for flaw in flaws]) == ([], ["表头下面没有居民"])


def test_nobody_is_born_after_this_year() -> None:
    _, flaws = parse(Table([*HEADINGS, "出生年"], [(*OWNER, 2030)], 2), TODAY)

    assert [(flaw.cell, flaw.column) for flaw in flaws] == [("K2", "出生年")]


def test_lines_that_contradict_each_other_are_reported() -> None:
    other_row = (12, 3, "第二网格", "2", "赵六", None, "租户")
    same_phone = (12, 2, "第一网格", "3", "钱七", "13800000001", "租户")
    second_head = (12, 2, "第一网格", "4", "孙八", None, "房东", "是")
    elsewhere = (13, 2, "第一网格", "02-012-1", "周九", None, "租户")

    added = planned(OWNER, other_row, same_phone, second_head, elsewhere)

    assert places(added.flaws) == [(3, "排"), (3, "网格"), (4, "手机号"), (5, "院长"), (6, "户号")]


def test_people_of_one_name_in_a_household_are_distinguished_by_phone_or_year_of_birth() -> None:
    headings = [*HEADINGS, "出生年"]
    father = (12, 2, "第一网格", "1", "张三", "13800000001", "房东", "是", "否", "2020-05-01", 1960)
    son = (12, 2, "第一网格", "1", "张三", "", "房东", "否", "否", "2020-05-01", 1990)
    grandson = (12, 2, "第一网格", "1", "张三", "13800000002", "房东", "否", "否", "2020-05-01", 2010)
    twice = (12, 2, "第一网格", "1", "张三", "", "房东", "否", "否", "2020-05-01", None)
    known = KnownObjects(community="com_1")
    lines, _ = parse(Table(headings, [father, son, grandson], 2), TODAY)

    assert len(RosterImport(known, TODAY, encrypt).plan(lines).people) == 3
    assert RosterImport(known, TODAY, encrypt).plan(lines) == Additions()
    lines, _ = parse(Table(headings, [father, twice], 2), TODAY)
    assert places(RosterImport(KnownObjects(community="com_1"), TODAY, encrypt).plan(lines).flaws) == [(3, "姓名")]


def test_a_phone_number_of_another_person_is_reported() -> None:
    known = KnownObjects(community="com_1")
    planned(OWNER, known=known)

    added = planned((13, 2, "第一网格", "1", "钱七", "13800000001", "租户"), known=known)

    assert places(added.flaws) == [(2, "手机号")]
