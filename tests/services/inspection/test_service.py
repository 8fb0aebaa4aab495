"""Inspection as its callers see it, on a real store (R18, R19)."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from threading import Thread
from typing import Any

import pytest

from contracts import errors, registry
from contracts.inspection import AwardProposed, InspectionClosed, RectificationChecked, RectificationOrdered
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
        registry.ResidentRegistered(**com, person=OFFICER, household=None, tenure=None, since=SINCE),
    )
    service.call("put_checklist", actor=acting(CHAIR), criteria=CRITERIA)
    return service


def appointed(person: str, role: registry.Role, scope: str) -> registry.Appointed:
    return registry.Appointed(
        community="com_1", appointment=f"apt_{person}_{scope}", person=person, role=role, scope=scope, since=SINCE
    )


def opened(inspection: ServiceHarness) -> str:
    return str(inspection.call("open_inspection", actor=acting(CHAIR), period="2026-11")["id"])


def sheet(mark: int, version: int = 1, **more: Any) -> dict[str, Any]:
    return {"version": version, "marks": {"yard": mark}, "evidence_ids": [], "note": ""} | more


def record(
    inspection: ServiceHarness, round_: str, courtyard: str, mark: int, version: int = 1, by: str = OFFICER, **more: Any
) -> dict[str, Any]:
    where = {"actor": acting(by), "inspection_id": round_, "courtyard_id": courtyard}
    return dict(inspection.call("record_score", **where, **sheet(mark, version, **more)))


def ended(inspection: ServiceHarness, period: str = "2026-11", **marks: int) -> str:
    """A closed round with these marks."""
    round_ = str(inspection.call("open_inspection", actor=acting(CHAIR), period=period)["id"])
    for courtyard, mark in marks.items():
        record(inspection, round_, courtyard, mark)
    inspection.call("close_inspection", actor=acting(CHAIR), inspection_id=round_, accept_missing=True)
    return round_


def shared(inspection: ServiceHarness, round_: str, *assignments: dict[str, Any]) -> dict[str, Any]:
    where = {"actor": acting(CHAIR), "inspection_id": round_}
    return dict(inspection.call("assign_inspectors", **where, assignments=list(assignments)))


def order(inspection: ServiceHarness, round_: str, courtyard: str = "cty_2", by: str = OFFICER, **more: Any) -> Any:
    where = {"actor": acting(by), "inspection_id": round_, "courtyard_id": courtyard}
    return inspection.call("order_rectification", **where, **{"reason": "清理杂物", "due": "2026-11-27"} | more)


def look_again(inspection: ServiceHarness, round_: str, mark: int, passed: bool, version: int = 1) -> Any:
    where = {"actor": acting(OFFICER), "inspection_id": round_, "courtyard_id": "cty_2"}
    return inspection.call("record_reinspection", **where, **sheet(mark, version), passed=passed)


def places(inspection: ServiceHarness, round_: str) -> dict[str, dict[str, Any]]:
    """The public ranking, by courtyard."""
    shown = inspection.call("get_ranking", inspection_id=round_)
    return {place["courtyard_id"]: place for place in shown["ranking"]}


def told(inspection: ServiceHarness, kind: type) -> list[Any]:
    return [event for event in inspection.emitted if isinstance(event, kind)]


def test_a_round_shows_which_courtyards_are_still_missing(inspection: ServiceHarness) -> None:
    round_ = opened(inspection)
    record(inspection, round_, "cty_2", 9)

    progress = inspection.call("get_inspection", actor=acting(OFFICER), inspection_id=round_)

    assert [score["courtyard_id"] for score in progress["scores"]] == ["cty_2"]
    assert [missing["number"] for missing in progress["missing"]] == [1, 3]


def test_a_round_shows_the_criteria_of_its_own_checklist(inspection: ServiceHarness) -> None:
    round_ = opened(inspection)
    later = [{"code": "gate", "title": "门前三包", "weight": 2, "max_mark": 5}]
    inspection.call("put_checklist", actor=acting(CHAIR), criteria=later)

    assert inspection.call("get_inspection", actor=acting(OFFICER), inspection_id=round_)["criteria"] == CRITERIA


def test_its_own_people_read_why_a_courtyard_has_its_score_and_nobody_else(inspection: ServiceHarness) -> None:
    round_ = ended(inspection, cty_2=7)
    order(inspection, round_)

    def read(by: str, courtyard: str = "cty_2") -> Any:
        where = {"inspection_id": round_, "courtyard_id": courtyard}
        return inspection.call("get_record", actor=acting(by), **where)

    for by in (HEAD, OFFICER, CHAIR):
        record = read(by)
        assert (record["score"]["marks"], record["criteria"]) == ({"yard": 7}, CRITERIA)
        assert (record["rectification"]["reason"], record["inspection"]["period"]) == ("清理杂物", "2026-11")
    for by, courtyard in ((HEAD, "cty_3"), (HEAD, "cty_1"), ("per_neighbour", "cty_2")):
        with pytest.raises(errors.NotFound):
            read(by, courtyard)


def dissolve(inspection: ServiceHarness, number: int, on: date = date(2026, 11, 20)) -> None:
    place = {"community": "com_1", "courtyard": f"cty_{number}", "grid": "grd_1", "row": 1, "number": number}
    inspection.handle(registry.CourtyardDissolved(**place, sequence=2, dissolved_on=on))


def test_a_round_neither_expects_nor_accepts_a_courtyard_dissolved_before_it(inspection: ServiceHarness) -> None:
    dissolve(inspection, 3, on=date(2026, 11, 1))
    round_ = opened(inspection)

    with pytest.raises(errors.CourtyardGone) as refused:
        record(inspection, round_, "cty_3", 9)

    assert refused.value.facts == {"dissolved_on": "2026-11-01"}
    progress = inspection.call("get_inspection", actor=acting(OFFICER), inspection_id=round_)
    assert (progress["total"], [missing["number"] for missing in progress["missing"]]) == (2, [1, 2])


def test_a_courtyard_dissolved_during_a_round_is_neither_missed_nor_ranked(inspection: ServiceHarness) -> None:
    round_ = opened(inspection)
    shared(inspection, round_, {"inspector_id": OFFICER, "courtyard_ids": ["cty_2", "cty_3"]})
    for courtyard, mark in (("cty_1", 5), ("cty_2", 9)):
        record(inspection, round_, courtyard, mark)
    dissolve(inspection, 2)
    dissolve(inspection, 3)

    for late in ("cty_2", "cty_3"):
        with pytest.raises(errors.CourtyardGone):
            record(inspection, round_, late, 7, version=2)
    [share] = inspection.call("get_inspection", actor=acting(OFFICER), inspection_id=round_)["assignments"]
    assert (share["total"], share["missing"]) == (0, [])
    inspection.call("close_inspection", actor=acting(CHAIR), inspection_id=round_)

    assert list(places(inspection, round_)) == ["cty_1"]
    assert [award.courtyard for award in told(inspection, AwardProposed)] == ["cty_1"]


def test_a_courtyard_keeps_its_places_when_it_is_no_more_but_is_told_nothing_any_more(
    inspection: ServiceHarness,
) -> None:
    round_ = ended(inspection, cty_1=5, cty_2=9)
    dissolve(inspection, 2)

    assert places(inspection, round_)["cty_2"]["number"] == 2
    asked = {"actor": acting(OFFICER), "courtyard_id": "cty_2"}
    [visit] = inspection.call("get_courtyard_history", **asked)["data"]
    assert visit["rank"] == 1
    with pytest.raises(errors.CourtyardGone):
        order(inspection, round_)


def test_an_upload_that_arrives_twice_stands_once(inspection: ServiceHarness) -> None:
    round_ = opened(inspection)

    assert record(inspection, round_, "cty_1", 9) == record(inspection, round_, "cty_1", 9)


def test_an_upload_that_arrives_late_does_not_undo_a_newer_one(inspection: ServiceHarness) -> None:
    round_ = opened(inspection)
    record(inspection, round_, "cty_1", 9, version=2)

    with pytest.raises(errors.StaleVersion) as refused:
        record(inspection, round_, "cty_1", 3, version=1)

    newest = refused.value.facts["newest"]
    assert (refused.value.facts["version"], newest["marks"], newest["inspector_id"]) == (2, {"yard": 9}, OFFICER)


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


def test_a_late_upload_after_the_end_is_refused_and_a_repeat_is_not(inspection: ServiceHarness) -> None:
    round_ = ended(inspection, cty_1=9)

    assert record(inspection, round_, "cty_1", 9)["score"] == 90.0
    for courtyard, mark, version in (("cty_1", 10, 2), ("cty_2", 9, 1)):
        with pytest.raises(errors.InspectionClosedAlready):
            record(inspection, round_, courtyard, mark, version)


def test_a_month_is_closed_once(inspection: ServiceHarness) -> None:
    round_ = ended(inspection, cty_1=9)

    with pytest.raises(errors.InspectionClosedAlready):
        inspection.call("close_inspection", actor=acting(CHAIR), inspection_id=round_, accept_missing=True)
    assert len(told(inspection, InspectionClosed)) == 1


def test_phones_that_upload_at_once_leave_one_record(inspection: ServiceHarness) -> None:
    round_, outcomes = opened(inspection), []

    def upload(mark: int) -> None:
        try:
            outcomes.append(record(inspection, round_, "cty_1", mark)["score"])
        except errors.StaleVersion as late:
            outcomes.append(late.facts["newest"]["score"])

    phones = [Thread(target=upload, args=(mark,)) for mark in (5, 6, 7, 8)]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join()

    assert len(outcomes) == 4
    assert len(set(outcomes)) == 1


# Sharing a round out


def test_a_share_shows_what_is_left_of_it(inspection: ServiceHarness) -> None:
    round_ = opened(inspection)
    record(inspection, round_, "cty_2", 9)

    shown = shared(inspection, round_, {"inspector_id": OFFICER, "rows": [1]})

    [share] = shown["assignments"]
    assert (share["total"], share["recorded"], [missing["number"] for missing in share["missing"]]) == (3, 1, [1, 3])


def test_whoever_has_a_share_records_in_it_and_nowhere_else(inspection: ServiceHarness) -> None:
    round_ = opened(inspection)
    shared(inspection, round_, {"inspector_id": HEAD, "courtyard_ids": ["cty_3"]})

    assert record(inspection, round_, "cty_3", 8, by=HEAD)["inspector_id"] == HEAD
    assert inspection.call("get_inspection", actor=acting(HEAD), inspection_id=round_)["total"] == 3
    with pytest.raises(errors.RoleMissing):
        record(inspection, round_, "cty_2", 8, by=HEAD)


def test_nobody_scores_the_courtyard_he_heads_or_lives_in(inspection: ServiceHarness) -> None:
    round_ = opened(inspection)
    shared(inspection, round_, {"inspector_id": HEAD, "grid_ids": ["grd_1"]})

    for own in ("cty_1", "cty_2"):
        with pytest.raises(errors.Recused):
            record(inspection, round_, own, 10, by=HEAD)
    assert record(inspection, round_, "cty_3", 8, by=HEAD)


def test_shares_that_do_not_fit_are_refused_with_every_fault_pointed_out(inspection: ServiceHarness) -> None:
    round_ = opened(inspection)

    with pytest.raises(errors.Invalid) as refused:
        shared(
            inspection,
            round_,
            {"inspector_id": OFFICER, "rows": [9], "grid_ids": ["grd_9"], "courtyard_ids": ["cty_9"]},
            {"inspector_id": OFFICER},
            {"inspector_id": "per_nobody", "rows": [1]},
        )

    assert {error["pointer"] for error in refused.value.errors} == {
        "/assignments/0/rows",
        "/assignments/0/grid_ids",
        "/assignments/0/courtyard_ids",
        "/assignments/1",
        "/assignments/1/inspector_id",
        "/assignments/2/inspector_id",
    }


# Lists, putting right, history


def test_the_red_and_black_lists_are_as_long_as_the_community_says_and_stay(inspection: ServiceHarness) -> None:
    lists = {"inspection_red_places": 1, "inspection_black_places": 1}
    inspection.handle(registry.PolicySet(community="com_1", sequence=2, settings=lists))
    round_ = ended(inspection, cty_1=9, cty_2=7, cty_3=5)
    inspection.handle(registry.PolicySet(community="com_1", sequence=3, settings={}))

    listed = {courtyard: place["listed"] for courtyard, place in places(inspection, round_).items()}

    assert listed == {"cty_1": "red", "cty_2": None, "cty_3": "black"}


def test_what_was_put_right_is_shown_and_the_rank_stays(inspection: ServiceHarness) -> None:
    round_ = ended(inspection, cty_1=9, cty_2=2, cty_3=5)
    before = places(inspection, round_)["cty_2"]
    order(inspection, round_)
    assert places(inspection, round_)["cty_2"]["rectification"]["state"] == "ordered"

    assert look_again(inspection, round_, 4, passed=False)["state"] == "failed"
    assert look_again(inspection, round_, 10, passed=True, version=2)["state"] == "passed"

    after = places(inspection, round_)["cty_2"]
    assert after["rectification"] == {"due": "2026-11-27", "state": "passed", "overdue": False, "score": 100.0}
    assert (after["rank"], after["score"], after["points"]) == (before["rank"], before["score"], before["points"])
    assert [event.passed for event in told(inspection, RectificationChecked)] == [False, True]


def test_an_order_repeated_is_told_once_and_changed_is_told_again(inspection: ServiceHarness) -> None:
    round_ = ended(inspection, cty_2=2)

    assert order(inspection, round_) == order(inspection, round_)
    order(inspection, round_, due="2026-11-30")

    assert [event.due.day for event in told(inspection, RectificationOrdered)] == [27, 30]


def test_a_deadline_that_passed_is_shown(inspection: ServiceHarness) -> None:
    round_ = ended(inspection, cty_2=2)
    order(inspection, round_)

    inspection.later(days=8)

    assert places(inspection, round_)["cty_2"]["rectification"]["overdue"]


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"due": "2026-11-19"}, errors.Invalid),
        ({"due": "soon"}, errors.Invalid),
        ({"courtyard": "cty_3"}, errors.WrongState),
        ({"by": HEAD}, errors.RoleMissing),
    ],
    ids=["in the past", "no day", "not ranked", "a head"],
)
def test_an_order_that_makes_no_sense_is_refused(
    inspection: ServiceHarness, more: dict[str, Any], refusal: type[Exception]
) -> None:
    round_ = ended(inspection, cty_2=2)

    with pytest.raises(refusal):
        order(inspection, round_, **more)


def test_nothing_is_looked_at_again_without_an_order(inspection: ServiceHarness) -> None:
    round_ = ended(inspection, cty_2=2)

    with pytest.raises(errors.NotFound):
        look_again(inspection, round_, 9, passed=True)


def test_a_courtyard_s_history_shows_its_trend(inspection: ServiceHarness) -> None:
    ended(inspection, "2026-08", cty_1=5, cty_2=6)
    ended(inspection, "2026-09", cty_2=6)
    ended(inspection, "2026-10", cty_1=9, cty_2=6)
    asked = {"actor": acting("per_nobody"), "courtyard_id": "cty_1", "limit": 2}

    newest = inspection.call("get_courtyard_history", **asked)
    rest = inspection.call("get_courtyard_history", **asked, cursor=newest["next_cursor"])

    trend = [(row["period"], row["rank"], row["score_change"], row["rank_change"]) for row in newest["data"]]
    assert trend == [("2026-10", 1, 40.0, 1), ("2026-09", None, None, None)]
    assert [(row["period"], row["rank"], row["score_change"]) for row in rest["data"]] == [("2026-08", 2, None)]


def test_a_courtyard_nobody_knows_has_no_history(inspection: ServiceHarness) -> None:
    with pytest.raises(errors.NotFound):
        inspection.call("get_courtyard_history", actor=acting(CHAIR), courtyard_id="cty_9")


def test_closed_rounds_are_listed_for_everybody_and_open_ones_are_not(inspection: ServiceHarness) -> None:
    ended(inspection, "2026-10", cty_1=5)
    opened(inspection)

    listed = inspection.call("list_rankings", community_id="com_1")["data"]

    assert [round_["period"] for round_ in listed] == ["2026-10"]


@pytest.mark.parametrize("person", [CHAIR, OFFICER, HEAD])
def test_a_photo_is_for_inspectors_and_for_those_of_the_courtyard(inspection: ServiceHarness, person: str) -> None:
    round_ = opened(inspection)
    record(inspection, round_, "cty_1", 9, evidence_ids=["evd_1"])
    photo = {"inspection_id": round_, "courtyard_id": "cty_1", "evidence_id": "evd_1"}

    assert inspection.call("open_photo", actor=acting(person), **photo) == {"inspector_id": OFFICER}
    for others in ({"actor": acting("per_nobody")}, {"actor": acting(person), "evidence_id": "evd_2"}):
        with pytest.raises(errors.NotFound):
            inspection.call("open_photo", **photo | others)


def test_every_version_of_the_checklist_is_kept(inspection: ServiceHarness) -> None:
    stricter = [{"code": "roof", "title": "房顶", "weight": 1, "max_mark": 5}]
    inspection.call("put_checklist", actor=acting(CHAIR), criteria=stricter)

    listed = inspection.call("list_checklists", actor=acting(HEAD))["data"]

    assert [(each["version"], each["criteria"][0]["code"]) for each in listed] == [(2, "roof"), (1, "yard")]


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
