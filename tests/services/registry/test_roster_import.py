"""Importing a roster at once, on a real store (R5)."""

from collections import Counter
from datetime import date
from typing import Any

import pytest

from contracts import errors
from deploy.demo.community import DemoCommunity
from tests.services.registry.conftest import Registry

COLUMNS = ["院落号", "排", "网格", "户号", "姓名", "手机号", "身份", "院长", "在外", "入住日期", "出生年"]


def demo_rows() -> list[list[Any]]:
    """Return the demo community as a roster."""
    return [
        [
            courtyard.number,
            courtyard.row,
            courtyard.grid,
            household.code,
            resident.name,
            resident.phone,
            "房东" if resident.tenure == "owner" else "租户",
            "是" if resident.is_head else "否",
            "是" if resident.away else "否",
            resident.since.isoformat(),
            resident.birth_year,
        ]
        for courtyard in DemoCommunity(date(2026, 11, 20)).courtyards
        for household in courtyard.households
        for resident in household.residents
    ]


def test_the_demo_community_is_imported_once(registry: Registry) -> None:
    rows = demo_rows()
    rows = [row for row in rows if row[0] not in (12, 40)]
    households = len({row[3] for row in rows})

    report = registry.by("he", "import_roster", columns=COLUMNS, rows=rows)

    assert report == {
        "lines": len(rows),
        "grids": 2,
        "courtyards": 88,
        "households": households,
        "residents": len(rows),
        "heads": 88,
        "errors": [],
        "notes": [],
    }
    assert Counter(registry.new_event_names()) == {
        "CourtyardRegistered": 88,
        "HouseholdRegistered": households,
        "ResidentRegistered": len(rows),
        "Appointed": 88,
    }
    again = registry.by("he", "import_roster", columns=COLUMNS, rows=rows)
    assert (again["residents"], again["notes"], registry.new_event_names()) == (0, [], [])


def test_a_roster_with_one_bad_line_is_not_imported(registry: Registry) -> None:
    good = [50, 5, "第三网格", "1", "张三", "13700000001", "房东", "是", "否", "2024-03-01", 1980]
    bad = [50, 5, "第三网格", "2", "", "13700000001", "房客", "", "", "", ""]

    report = registry.by("he", "check_roster", columns=COLUMNS, rows=[good, bad])
    with pytest.raises(errors.RosterInvalid) as refused:
        registry.by("he", "import_roster", columns=COLUMNS, rows=[good, bad])

    assert [(error["row"], error["column"]) for error in report["errors"]] == [(3, "姓名"), (3, "身份")]
    assert [error["pointer"] for error in refused.value.errors] == ["/rows/3/姓名", "/rows/3/身份"]
    assert registry.new_event_names() == []
    assert [c["number"] for c in registry.by("he", "list_courtyards")["data"]] == [12, 40]


def test_a_dry_run_reports_additions_and_adds_nothing(registry: Registry) -> None:
    line = [50, 5, "第三网格", "1", "张三", "13700000001", "房东", "是", "否", "2024-03-01", 1980]

    report = registry.by("he", "check_roster", columns=COLUMNS, rows=[line])

    assert [report[kind] for kind in ("grids", "courtyards", "households", "residents", "heads")] == [1] * 5
    assert registry.new_event_names() == []
    assert len(registry.by("he", "list_courtyards")["data"]) == 2


def test_an_import_finds_existing_people_by_phone_and_by_household_and_name(registry: Registry) -> None:
    lines = [
        [12, 2, "第一网格", "1", "wang", "13800000001", "房东", "是", "否", "2020-01-01", ""],
        [12, 2, "第一网格", "2", "li", "", "租户", "否", "否", "2020-01-01", ""],
        [12, 2, "第一网格", "2", "new", "", "租户", "否", "否", "2026-01-01", ""],
    ]

    report = registry.by("he", "import_roster", columns=COLUMNS, rows=lines)

    assert (report["residents"], report["heads"], report["notes"]) == (1, 0, [])


def test_only_the_committee_imports_rosters(registry: Registry) -> None:
    for method in ("check_roster", "import_roster"):
        with pytest.raises(errors.RoleMissing):
            registry.by("zhou", method, columns=COLUMNS, rows=[])
