"""Dissolving a courtyard, and what is refused afterwards (R1, R2, R18)."""

from datetime import date
from typing import Any

import pytest

from contracts import errors
from contracts.registry import CourtyardDissolved
from tests.services.registry.conftest import Registry
from tests.services.registry.test_roster_import import COLUMNS

TODAY, YESTERDAY, TOMORROW = "2026-11-20", "2026-11-19", "2026-11-21"


def dissolve(registry: Registry, number: int = 40, by: str = "he", **form: Any) -> dict[str, Any]:
    return dict(registry.by(by, "dissolve_courtyard", courtyard_id=registry.ids[f"courtyard {number}"], **form))


def numbers(registry: Registry, **query: Any) -> list[int]:
    return [each["number"] for each in registry.by("he", "list_courtyards", **query)["data"]]


def test_the_committee_dissolves_an_empty_courtyard(registry: Registry) -> None:
    with pytest.raises(errors.RoleMissing):
        dissolve(registry, by="zhou")

    assert dissolve(registry)["dissolved_on"] == TODAY

    [event] = registry.new_events()
    assert event == CourtyardDissolved(
        community=registry.ids["community"],
        sequence=2,
        courtyard=registry.ids["courtyard 40"],
        grid=registry.ids["grid 40"],
        row=4,
        number=40,
        dissolved_on=date(2026, 11, 20),
    )
    assert (numbers(registry), numbers(registry, dissolved=True)) == ([12], [40])
    with pytest.raises(errors.CourtyardGone):
        dissolve(registry)


def test_a_courtyard_with_residents_or_a_head_cannot_be_dissolved(registry: Registry) -> None:
    with pytest.raises(errors.CourtyardInUse) as refused:
        dissolve(registry, 12)
    assert refused.value.facts == {"households": 2, "heads": 1}
    for name, household in (("wang", "wang's"), ("li", "li's")):
        to = {"courtyard_id": registry.ids["courtyard 40"]} if name == "wang" else {"left_community": True}
        registry.by("he", "move_resident", resident_id=registry.ids[name], on=YESTERDAY, to=to)
        assert registry.by("he", "get_household", household_id=registry.ids[household])["stays"]
    with pytest.raises(errors.CourtyardInUse) as refused:
        dissolve(registry, 12)
    assert refused.value.facts == {"households": 0, "heads": 1}
    [head] = registry.by("he", "list_appointments", role="head")["data"]
    registry.by("he", "end_appointment", appointment_id=head["id"], on=TODAY)
    with pytest.raises(errors.CourtyardInUse):
        dissolve(registry, 12, on=YESTERDAY)

    assert dissolve(registry, 12)["dissolved_on"] == TODAY


def test_a_courtyard_with_a_future_move_cannot_be_dissolved(registry: Registry) -> None:
    to = {"courtyard_id": registry.ids["courtyard 40"]}
    registry.by("he", "move_resident", resident_id=registry.ids["li"], on=TOMORROW, to=to)

    with pytest.raises(errors.CourtyardInUse):
        dissolve(registry)


def test_a_courtyard_cannot_be_dissolved_in_the_future(registry: Registry) -> None:
    with pytest.raises(errors.Invalid) as refused:
        dissolve(registry, on=TOMORROW)
    assert refused.value.errors[0]["pointer"] == "/on"


@pytest.mark.parametrize(
    ("method", "form"),
    [
        ("register_household", {"courtyard_id": "courtyard 40"}),
        ("move_resident", {"resident_id": "li", "on": TODAY, "to": {"courtyard_id": "courtyard 40"}}),
        (
            "split_household",
            {"household_id": "li's", "on": TODAY, "resident_ids": ["sun"], "courtyard_id": "courtyard 40"},
        ),
        ("appoint", {"person_id": "li", "role": "head", "scope_id": "courtyard 40"}),
    ],
)
def test_nobody_moves_into_a_dissolved_courtyard_or_becomes_its_head(
    registry: Registry, method: str, form: dict[str, Any]
) -> None:
    dissolve(registry)
    registry.new_events()

    with pytest.raises(errors.CourtyardGone) as refused:
        registry.by("he", method, **_with_ids(registry, form))

    assert refused.value.facts == {"dissolved_on": TODAY}
    assert registry.new_events() == []


def test_the_number_of_a_dissolved_courtyard_stays_taken(registry: Registry) -> None:
    dissolve(registry)

    with pytest.raises(errors.AlreadyExists):
        registry.by("he", "register_courtyard", number=40, row=4, grid="第二网格")


def test_a_roster_adds_nothing_to_a_dissolved_courtyard_but_may_list_former_residents(registry: Registry) -> None:
    line = [40, 4, "第二网格", "1", "赵六", "13700000009", "房东", "否", "否", "2024-03-01", 1980]
    registry.by("he", "import_roster", columns=COLUMNS, rows=[line])
    [person] = registry.by("he", "list_residents", name="赵六")["data"]
    registry.by("he", "move_resident", resident_id=person["id"], on=TODAY, to={"left_community": True})
    dissolve(registry)

    new = [*line[:3], "2", "孙八", "", *line[6:]]
    report = registry.by("he", "check_roster", columns=COLUMNS, rows=[line, new])

    assert [(error["row"], error["column"]) for error in report["errors"]] == [(3, "院落号")]
    assert [(note["row"], note["column"]) for note in report["notes"]] == [(2, "户号")]


def _with_ids(registry: Registry, form: Any) -> Any:
    if isinstance(form, dict):
        return {name: _with_ids(registry, value) for name, value in form.items()}
    if isinstance(form, list):
        return [_with_ids(registry, value) for value in form]
    return registry.ids.get(form, form)
