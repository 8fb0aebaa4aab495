"""Inspection as its callers see it, on a real store (R18, R19)."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts import errors, registry
from contracts.inspection import AwardProposed, InspectionClosed
from messaging.testing import ServiceHarness
from services.inspection.service import InspectionService

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SINCE = date(2025, 1, 1)
CHAIR, OFFICER, HEAD = "per_chair", "per_officer", "per_head"
CRITERIA = [{"code": "yard", "title": "院内整洁", "weight": 1, "max_mark": 10}]


def acting(person: str, community: str = "com_1") -> dict[str, Any]:
    return {"person": person, "community": community, "merchant": None}


@pytest.fixture
def inspection(empty_store: Callable[[str], str]) -> ServiceHarness:
    """Three courtyards in one grid; the first two have the same head."""
    service = ServiceHarness(InspectionService, empty_store("inspection")).at(NOW)
    com = {"community": "com_1"}
    service.handle(
        registry.CommunityFounded(**com),
        *(registry.CourtyardRegistered(**com, courtyard=f"cty_{n}", grid="grd_1", row=1, number=n) for n in (1, 2, 3)),
        appointed(CHAIR, "working_group_chair", "com_1"),
        appointed(OFFICER, "grid_officer", "grd_1"),
        appointed(HEAD, "head", "cty_1"),
        appointed(HEAD, "head", "cty_2"),
        registry.ResidentRegistered(**com, person=HEAD, household="hou_1", tenure="owner", since=SINCE),
    )
    service.call("put_checklist", actor=acting(CHAIR), criteria=CRITERIA)
    return service


def appointed(person: str, role: registry.Role, scope: str) -> registry.Appointed:
    return registry.Appointed(
        community="com_1", appointment=f"apt_{person}_{scope}", person=person, role=role, scope=scope, since=SINCE
    )


def opened(inspection: ServiceHarness) -> str:
    return str(inspection.call("open_inspection", actor=acting(CHAIR), period="2026-11")["id"])


def record(inspection: ServiceHarness, round_: str, courtyard: str, mark: int, version: int = 1) -> dict[str, Any]:
    return dict(
        inspection.call(
            "record_score",
            actor=acting(OFFICER),
            inspection_id=round_,
            courtyard_id=courtyard,
            version=version,
            marks={"yard": mark},
            evidence_ids=[],
            note="",
        )
    )


def test_a_round_shows_which_courtyards_are_still_missing(inspection: ServiceHarness) -> None:
    round_ = opened(inspection)
    record(inspection, round_, "cty_2", 9)

    progress = inspection.call("get_inspection", actor=acting(OFFICER), inspection_id=round_)

    assert [score["courtyard_id"] for score in progress["scores"]] == ["cty_2"]
    assert [missing["number"] for missing in progress["missing"]] == [1, 3]


def test_an_upload_that_arrives_twice_stands_once(inspection: ServiceHarness) -> None:
    round_ = opened(inspection)

    assert record(inspection, round_, "cty_1", 9) == record(inspection, round_, "cty_1", 9)


def test_an_upload_that_arrives_late_does_not_undo_a_newer_one(inspection: ServiceHarness) -> None:
    round_ = opened(inspection)
    record(inspection, round_, "cty_1", 9, version=2)

    with pytest.raises(errors.StaleVersion) as refused:
        record(inspection, round_, "cty_1", 3, version=1)

    assert refused.value.facts == {"version": 2}


def test_closing_tells_the_ranking_and_proposes_awards_to_heads(inspection: ServiceHarness) -> None:
    round_ = opened(inspection)
    for courtyard, mark in (("cty_1", 9), ("cty_2", 9), ("cty_3", 10)):
        record(inspection, round_, courtyard, mark)

    inspection.call("close_inspection", actor=acting(CHAIR), inspection_id=round_)

    (closed,) = (event for event in inspection.emitted if isinstance(event, InspectionClosed))
    assert [(place.courtyard, place.rank) for place in closed.ranking] == [("cty_3", 1), ("cty_1", 2), ("cty_2", 2)]
    awards = [event for event in inspection.emitted if isinstance(event, AwardProposed)]
    assert [(award.person, award.household, award.courtyard) for award in awards] == [
        (HEAD, "hou_1", "cty_1"),
        (HEAD, "hou_1", "cty_2"),
    ]


def test_a_month_has_one_round(inspection: ServiceHarness) -> None:
    opened(inspection)

    with pytest.raises(errors.AlreadyExists):
        opened(inspection)


def test_a_round_keeps_the_checklist_it_was_opened_with(inspection: ServiceHarness) -> None:
    round_ = opened(inspection)
    stricter = [{"code": "roof", "title": "房顶", "weight": 1, "max_mark": 5}]
    inspection.call("put_checklist", actor=acting(CHAIR), criteria=stricter)

    assert record(inspection, round_, "cty_1", 9)["score"] == 90.0


def test_the_ranking_is_not_public_before_the_round_is_closed(inspection: ServiceHarness) -> None:
    with pytest.raises(errors.NotFound):
        inspection.call("get_ranking", inspection_id=opened(inspection))


@pytest.mark.parametrize("person", [OFFICER, HEAD, "per_nobody"])
def test_only_the_working_group_and_the_committee_open_a_round(inspection: ServiceHarness, person: str) -> None:
    with pytest.raises(errors.RoleMissing):
        inspection.call("open_inspection", actor=acting(person), period="2026-11")


def test_a_head_records_no_scores(inspection: ServiceHarness) -> None:
    with pytest.raises(errors.RoleMissing):
        inspection.call("get_inspection", actor=acting(HEAD), inspection_id=opened(inspection))


def test_another_community_s_round_is_not_found(inspection: ServiceHarness) -> None:
    round_ = opened(inspection)
    inspection.handle(
        registry.CommunityFounded(community="com_2"),
        registry.Appointed(
            community="com_2", appointment="apt_2", person=CHAIR, role="committee", scope="com_2", since=SINCE
        ),
    )

    with pytest.raises(errors.NotFound):
        inspection.call("get_inspection", actor=acting(CHAIR, "com_2"), inspection_id=round_)
