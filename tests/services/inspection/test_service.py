"""Calls and events of the inspection service, on a real store (R18, R19)."""

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


def actor(person: str, community: str = "com_1") -> dict[str, Any]:
    return {"person": person, "community": community, "merchant": None}


@pytest.fixture
def service(empty_store: Callable[[str], str]) -> ServiceHarness:
    """The service with three courtyards in one grid; the first two have the same head."""
    harness = ServiceHarness(InspectionService, empty_store("inspection")).at(NOW)
    community = {"community": "com_1"}
    harness.handle(
        registry.CommunityFounded(**community),
        *(
            registry.CourtyardRegistered(**community, courtyard=f"cty_{n}", grid="grd_1", row=1, number=n)
            for n in (1, 2, 3)
        ),
        appointed(CHAIR, "working_group_chair", "com_1"),
        appointed(OFFICER, "grid_officer", "grd_1"),
        appointed(HEAD, "head", "cty_1"),
        appointed(HEAD, "head", "cty_2"),
        registry.ResidentRegistered(**community, person=HEAD, household="hou_1", tenure="owner", since=SINCE),
        registry.ResidentRegistered(**community, person=OFFICER, household=None, tenure=None, since=SINCE),
    )
    harness.call("put_checklist", actor=actor(CHAIR), criteria=CRITERIA)
    return harness


def appointed(person: str, role: registry.Role, scope: str) -> registry.Appointed:
    return registry.Appointed(
        community="com_1", appointment=f"apt_{person}_{scope}", person=person, role=role, scope=scope, since=SINCE
    )


def open_round(service: ServiceHarness) -> str:
    return str(service.call("open_inspection", actor=actor(CHAIR), period="2026-11")["id"])


def score_form(mark: int, version: int = 1, **more: Any) -> dict[str, Any]:
    return {"version": version, "marks": {"yard": mark}, "evidence_ids": [], "note": ""} | more


def record_score(
    service: ServiceHarness, round_id: str, courtyard: str, mark: int, version: int = 1, by: str = OFFICER, **more: Any
) -> dict[str, Any]:
    where = {"actor": actor(by), "inspection_id": round_id, "courtyard_id": courtyard}
    return dict(service.call("record_score", **where, **score_form(mark, version, **more)))


def closed_round(service: ServiceHarness, period: str = "2026-11", **marks: int) -> str:
    """Open a round, record these marks, and close it."""
    round_id = str(service.call("open_inspection", actor=actor(CHAIR), period=period)["id"])
    for courtyard, mark in marks.items():
        record_score(service, round_id, courtyard, mark)
    service.call("close_inspection", actor=actor(CHAIR), inspection_id=round_id, accept_missing=True)
    return round_id


def assign(service: ServiceHarness, round_id: str, *assignments: dict[str, Any]) -> dict[str, Any]:
    where = {"actor": actor(CHAIR), "inspection_id": round_id}
    return dict(service.call("assign_inspectors", **where, assignments=list(assignments)))


def order_rectification(
    service: ServiceHarness, round_id: str, courtyard: str = "cty_2", by: str = OFFICER, **more: Any
) -> Any:
    where = {"actor": actor(by), "inspection_id": round_id, "courtyard_id": courtyard}
    return service.call("order_rectification", **where, **{"reason": "清理杂物", "due": "2026-11-27"} | more)


def reinspect(service: ServiceHarness, round_id: str, mark: int, passed: bool, version: int = 1) -> Any:
    where = {"actor": actor(OFFICER), "inspection_id": round_id, "courtyard_id": "cty_2"}
    return service.call("record_reinspection", **where, **score_form(mark, version), passed=passed)


def ranking_by_courtyard(service: ServiceHarness, round_id: str) -> dict[str, dict[str, Any]]:
    """Return the public ranking by courtyard."""
    ranking = service.call("get_ranking", inspection_id=round_id)
    return {place["courtyard_id"]: place for place in ranking["ranking"]}


def emitted(service: ServiceHarness, kind: type) -> list[Any]:
    return [event for event in service.emitted if isinstance(event, kind)]


def test_a_round_shows_which_courtyards_are_still_missing(service: ServiceHarness) -> None:
    round_id = open_round(service)
    record_score(service, round_id, "cty_2", 9)

    progress = service.call("get_inspection", actor=actor(OFFICER), inspection_id=round_id)

    assert [score["courtyard_id"] for score in progress["scores"]] == ["cty_2"]
    assert [missing["number"] for missing in progress["missing"]] == [1, 3]


def test_a_round_shows_the_criteria_of_its_own_checklist(service: ServiceHarness) -> None:
    round_id = open_round(service)
    later = [{"code": "gate", "title": "门前三包", "weight": 2, "max_mark": 5}]
    service.call("put_checklist", actor=actor(CHAIR), criteria=later)

    assert service.call("get_inspection", actor=actor(OFFICER), inspection_id=round_id)["criteria"] == CRITERIA


def test_a_score_is_read_by_inspectors_and_people_of_the_courtyard_only(service: ServiceHarness) -> None:
    round_id = closed_round(service, cty_2=7)
    order_rectification(service, round_id)

    def read(by: str, courtyard: str = "cty_2") -> Any:
        where = {"inspection_id": round_id, "courtyard_id": courtyard}
        return service.call("get_record", actor=actor(by), **where)

    for by in (HEAD, OFFICER, CHAIR):
        record = read(by)
        assert (record["score"]["marks"], record["criteria"]) == ({"yard": 7}, CRITERIA)
        assert (record["rectification"]["reason"], record["inspection"]["period"]) == ("清理杂物", "2026-11")
    for by, courtyard in ((HEAD, "cty_3"), (HEAD, "cty_1"), ("per_neighbour", "cty_2")):
        with pytest.raises(errors.NotFound):
            read(by, courtyard)


def dissolve(service: ServiceHarness, number: int, on: date = date(2026, 11, 20)) -> None:
    place = {"community": "com_1", "courtyard": f"cty_{number}", "grid": "grd_1", "row": 1, "number": number}
    service.handle(registry.CourtyardDissolved(**place, sequence=2, dissolved_on=on))


def test_a_round_neither_expects_nor_accepts_a_courtyard_dissolved_before_it(service: ServiceHarness) -> None:
    dissolve(service, 3, on=date(2026, 11, 1))
    round_id = open_round(service)

    with pytest.raises(errors.CourtyardGone) as refused:
        record_score(service, round_id, "cty_3", 9)

    assert refused.value.facts == {"dissolved_on": "2026-11-01"}
    progress = service.call("get_inspection", actor=actor(OFFICER), inspection_id=round_id)
    assert (progress["total"], [missing["number"] for missing in progress["missing"]]) == (2, [1, 2])


def test_a_courtyard_dissolved_during_a_round_is_neither_missed_nor_ranked(service: ServiceHarness) -> None:
    round_id = open_round(service)
    assign(service, round_id, {"inspector_id": OFFICER, "courtyard_ids": ["cty_2", "cty_3"]})
    for courtyard, mark in (("cty_1", 5), ("cty_2", 9)):
        record_score(service, round_id, courtyard, mark)
    dissolve(service, 2)
    dissolve(service, 3)

    for late in ("cty_2", "cty_3"):
        with pytest.raises(errors.CourtyardGone):
            record_score(service, round_id, late, 7, version=2)
    [share] = service.call("get_inspection", actor=actor(OFFICER), inspection_id=round_id)["assignments"]
    assert (share["total"], share["missing"]) == (0, [])
    service.call("close_inspection", actor=actor(CHAIR), inspection_id=round_id)

    assert list(ranking_by_courtyard(service, round_id)) == ["cty_1"]
    assert [award.courtyard for award in emitted(service, AwardProposed)] == ["cty_1"]


def test_a_dissolved_courtyard_keeps_its_ranks_but_gets_no_rectification(
    service: ServiceHarness,
) -> None:
    round_id = closed_round(service, cty_1=5, cty_2=9)
    dissolve(service, 2)

    assert ranking_by_courtyard(service, round_id)["cty_2"]["number"] == 2
    [row] = service.call("get_courtyard_history", actor=actor(OFFICER), courtyard_id="cty_2")["data"]
    assert row["rank"] == 1
    with pytest.raises(errors.CourtyardGone):
        order_rectification(service, round_id)


def test_an_upload_that_arrives_twice_is_stored_once(service: ServiceHarness) -> None:
    round_id = open_round(service)

    assert record_score(service, round_id, "cty_1", 9) == record_score(service, round_id, "cty_1", 9)


def test_an_upload_that_arrives_late_does_not_replace_a_newer_one(service: ServiceHarness) -> None:
    round_id = open_round(service)
    record_score(service, round_id, "cty_1", 9, version=2)

    with pytest.raises(errors.StaleVersion) as refused:
        record_score(service, round_id, "cty_1", 3, version=1)

    newest = refused.value.facts["newest"]
    assert (refused.value.facts["version"], newest["marks"], newest["inspector_id"]) == (2, {"yard": 9}, OFFICER)


def test_closing_emits_the_ranking_and_proposes_awards_to_heads(service: ServiceHarness) -> None:
    round_id = open_round(service)
    for courtyard, mark in (("cty_1", 9), ("cty_2", 9), ("cty_3", 10)):
        record_score(service, round_id, courtyard, mark)

    service.call("close_inspection", actor=actor(CHAIR), inspection_id=round_id)

    [closed] = emitted(service, InspectionClosed)
    assert [(place.courtyard, place.rank) for place in closed.ranking] == [("cty_3", 1), ("cty_1", 2), ("cty_2", 2)]
    awards = emitted(service, AwardProposed)
    assert [(award.person, award.household, award.courtyard) for award in awards] == [
        (HEAD, "hou_1", "cty_1"),
        (HEAD, "hou_1", "cty_2"),
    ]
    assert {award.decided_by for award in awards} == {tuple(sorted((CHAIR, OFFICER)))}


def test_a_month_has_one_round(service: ServiceHarness) -> None:
    open_round(service)

    with pytest.raises(errors.AlreadyExists):
        open_round(service)


def test_a_round_keeps_the_checklist_it_was_opened_with(service: ServiceHarness) -> None:
    round_id = open_round(service)
    stricter = [{"code": "roof", "title": "房顶", "weight": 1, "max_mark": 5}]
    service.call("put_checklist", actor=actor(CHAIR), criteria=stricter)

    assert record_score(service, round_id, "cty_1", 9)["score"] == 90.0


def test_the_ranking_is_not_public_before_the_round_is_closed(service: ServiceHarness) -> None:
    with pytest.raises(errors.NotFound):
        service.call("get_ranking", inspection_id=open_round(service))


def test_after_closing_a_new_upload_is_refused_and_a_repeat_is_not(service: ServiceHarness) -> None:
    round_id = closed_round(service, cty_1=9)

    assert record_score(service, round_id, "cty_1", 9)["score"] == 90.0
    for courtyard, mark, version in (("cty_1", 10, 2), ("cty_2", 9, 1)):
        with pytest.raises(errors.InspectionClosedAlready):
            record_score(service, round_id, courtyard, mark, version)


def test_a_month_is_closed_once(service: ServiceHarness) -> None:
    round_id = closed_round(service, cty_1=9)

    with pytest.raises(errors.InspectionClosedAlready):
        service.call("close_inspection", actor=actor(CHAIR), inspection_id=round_id, accept_missing=True)
    assert len(emitted(service, InspectionClosed)) == 1


def test_concurrent_uploads_store_one_score(service: ServiceHarness) -> None:
    round_id, outcomes = open_round(service), []

    def upload(mark: int) -> None:
        try:
            outcomes.append(record_score(service, round_id, "cty_1", mark)["score"])
        except errors.StaleVersion as stale:
            outcomes.append(stale.facts["newest"]["score"])

    threads = [Thread(target=upload, args=(mark,)) for mark in (5, 6, 7, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(outcomes) == 4
    assert len(set(outcomes)) == 1


# Assignments


def test_a_share_shows_its_missing_courtyards(service: ServiceHarness) -> None:
    round_id = open_round(service)
    record_score(service, round_id, "cty_2", 9)

    assigned = assign(service, round_id, {"inspector_id": OFFICER, "rows": [1]})

    [share] = assigned["assignments"]
    assert (share["total"], share["recorded"], [missing["number"] for missing in share["missing"]]) == (3, 1, [1, 3])


def test_an_assigned_person_records_scores_in_their_share_only(service: ServiceHarness) -> None:
    round_id = open_round(service)
    assign(service, round_id, {"inspector_id": HEAD, "courtyard_ids": ["cty_3"]})

    assert record_score(service, round_id, "cty_3", 8, by=HEAD)["inspector_id"] == HEAD
    assert service.call("get_inspection", actor=actor(HEAD), inspection_id=round_id)["total"] == 3
    with pytest.raises(errors.RoleMissing):
        record_score(service, round_id, "cty_2", 8, by=HEAD)


def test_nobody_scores_a_courtyard_they_head_or_live_in(service: ServiceHarness) -> None:
    round_id = open_round(service)
    assign(service, round_id, {"inspector_id": HEAD, "grid_ids": ["grd_1"]})

    for own in ("cty_1", "cty_2"):
        with pytest.raises(errors.Recused):
            record_score(service, round_id, own, 10, by=HEAD)
    assert record_score(service, round_id, "cty_3", 8, by=HEAD)


def test_invalid_shares_are_refused_with_a_pointer_to_each_error(service: ServiceHarness) -> None:
    round_id = open_round(service)

    with pytest.raises(errors.Invalid) as refused:
        assign(
            service,
            round_id,
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


# Lists, rectification, history


def test_the_red_and_black_lists_follow_the_policy_at_closing(service: ServiceHarness) -> None:
    lists = {"inspection_red_places": 1, "inspection_black_places": 1}
    service.handle(registry.PolicySet(community="com_1", sequence=2, settings=lists))
    round_id = closed_round(service, cty_1=9, cty_2=7, cty_3=5)
    service.handle(registry.PolicySet(community="com_1", sequence=3, settings={}))

    listed = {courtyard: place["listed"] for courtyard, place in ranking_by_courtyard(service, round_id).items()}

    assert listed == {"cty_1": "red", "cty_2": None, "cty_3": "black"}


def test_a_passed_rectification_is_shown_and_does_not_change_the_rank(service: ServiceHarness) -> None:
    round_id = closed_round(service, cty_1=9, cty_2=2, cty_3=5)
    before = ranking_by_courtyard(service, round_id)["cty_2"]
    order_rectification(service, round_id)
    assert ranking_by_courtyard(service, round_id)["cty_2"]["rectification"]["state"] == "ordered"

    assert reinspect(service, round_id, 4, passed=False)["state"] == "failed"
    assert reinspect(service, round_id, 10, passed=True, version=2)["state"] == "passed"

    after = ranking_by_courtyard(service, round_id)["cty_2"]
    assert after["rectification"] == {"due": "2026-11-27", "state": "passed", "overdue": False, "score": 100.0}
    assert (after["rank"], after["score"], after["points"]) == (before["rank"], before["score"], before["points"])
    assert [event.passed for event in emitted(service, RectificationChecked)] == [False, True]


def test_a_repeated_order_emits_one_event_and_a_changed_order_another(service: ServiceHarness) -> None:
    round_id = closed_round(service, cty_2=2)

    assert order_rectification(service, round_id) == order_rectification(service, round_id)
    order_rectification(service, round_id, due="2026-11-30")

    assert [event.due.day for event in emitted(service, RectificationOrdered)] == [27, 30]


def test_a_missed_deadline_is_shown(service: ServiceHarness) -> None:
    round_id = closed_round(service, cty_2=2)
    order_rectification(service, round_id)

    service.later(days=8)

    assert ranking_by_courtyard(service, round_id)["cty_2"]["rectification"]["overdue"]


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"due": "2026-11-19"}, errors.Invalid),
        ({"due": "soon"}, errors.Invalid),
        ({"courtyard": "cty_3"}, errors.WrongState),
        ({"by": HEAD}, errors.RoleMissing),
    ],
    ids=["in the past", "not a date", "not ranked", "a head"],
)
def test_an_invalid_order_is_refused(service: ServiceHarness, more: dict[str, Any], refusal: type[Exception]) -> None:
    round_id = closed_round(service, cty_2=2)

    with pytest.raises(refusal):
        order_rectification(service, round_id, **more)


def test_a_reinspection_requires_an_order(service: ServiceHarness) -> None:
    round_id = closed_round(service, cty_2=2)

    with pytest.raises(errors.NotFound):
        reinspect(service, round_id, 9, passed=True)


def test_a_courtyard_s_history_shows_its_trend(service: ServiceHarness) -> None:
    closed_round(service, "2026-08", cty_1=5, cty_2=6)
    closed_round(service, "2026-09", cty_2=6)
    closed_round(service, "2026-10", cty_1=9, cty_2=6)
    query = {"actor": actor("per_nobody"), "courtyard_id": "cty_1", "limit": 2}

    newest = service.call("get_courtyard_history", **query)
    rest = service.call("get_courtyard_history", **query, cursor=newest["next_cursor"])

    trend = [(row["period"], row["rank"], row["score_change"], row["rank_change"]) for row in newest["data"]]
    assert trend == [("2026-10", 1, 40.0, 1), ("2026-09", None, None, None)]
    assert [(row["period"], row["rank"], row["score_change"]) for row in rest["data"]] == [("2026-08", 2, None)]


def test_the_history_of_an_unknown_courtyard_is_not_found(service: ServiceHarness) -> None:
    with pytest.raises(errors.NotFound):
        service.call("get_courtyard_history", actor=actor(CHAIR), courtyard_id="cty_9")


def test_only_closed_rounds_are_listed_publicly(service: ServiceHarness) -> None:
    closed_round(service, "2026-10", cty_1=5)
    open_round(service)

    rounds = service.call("list_rankings", community_id="com_1")["data"]

    assert [each["period"] for each in rounds] == ["2026-10"]


@pytest.mark.parametrize("person", [CHAIR, OFFICER, HEAD])
def test_a_photo_is_opened_by_inspectors_and_people_of_the_courtyard_only(service: ServiceHarness, person: str) -> None:
    round_id = open_round(service)
    record_score(service, round_id, "cty_1", 9, evidence_ids=["evd_1"])
    photo = {"inspection_id": round_id, "courtyard_id": "cty_1", "evidence_id": "evd_1"}

    assert service.call("open_photo", actor=actor(person), **photo) == {"inspector_id": OFFICER}
    for refused in ({"actor": actor("per_nobody")}, {"actor": actor(person), "evidence_id": "evd_2"}):
        with pytest.raises(errors.NotFound):
            service.call("open_photo", **photo | refused)


def test_every_version_of_the_checklist_is_kept(service: ServiceHarness) -> None:
    stricter = [{"code": "roof", "title": "房顶", "weight": 1, "max_mark": 5}]
    service.call("put_checklist", actor=actor(CHAIR), criteria=stricter)

    listed = service.call("list_checklists", actor=actor(HEAD))["data"]

    assert [(each["version"], each["criteria"][0]["code"]) for each in listed] == [(2, "roof"), (1, "yard")]


@pytest.mark.parametrize("person", [OFFICER, HEAD, "per_nobody"])
def test_only_the_working_group_and_the_committee_open_a_round(service: ServiceHarness, person: str) -> None:
    with pytest.raises(errors.RoleMissing):
        service.call("open_inspection", actor=actor(person), period="2026-11")


def test_a_head_does_not_read_a_round(service: ServiceHarness) -> None:
    with pytest.raises(errors.RoleMissing):
        service.call("get_inspection", actor=actor(HEAD), inspection_id=open_round(service))


def test_another_community_s_round_is_not_found(service: ServiceHarness) -> None:
    round_id = open_round(service)
    service.handle(
        registry.CommunityFounded(community="com_2"),
        registry.Appointed(
            community="com_2", appointment="apt_2", person=CHAIR, role="committee", scope="com_2", since=SINCE
        ),
    )

    with pytest.raises(errors.NotFound):
        service.call("get_inspection", actor=actor(CHAIR, "com_2"), inspection_id=round_id)
