"""Records of other services become acts once, are switched by policy, and are undone (R33, invariant 23)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts import registry
from contracts.claims import ActUndone, ClaimSubmitted, ClaimWithdrawn
from contracts.engagement import AttendanceRevoked, Attended, CourseCompleted
from contracts.review import EntryApproved
from tests.services.claims.conftest import COMMUNITY, ITEMS, NOW, ClaimsHarness, actor, on

TRAINING = {
    "code": "training",
    "category": "public_order",
    "title": "参加消防培训",
    "score": 2,
    "system": True,
    "caps": [{"times": 1, "per": "month", "of": "household"}],
}
HOURS = {
    "code": "hours",
    "category": "charity",
    "title": "志愿服务时长",
    "score": 3,
    "unit": "小时",
    "max_quantity": 4,
    "system": True,
}
START = datetime.fromisoformat(on(20))


@pytest.fixture
def service(service: ClaimsHarness) -> ClaimsHarness:
    service.adopt_rulebook([*ITEMS, TRAINING, HOURS])
    return service


def attended(name: str = "li", item: str | None = "training", record: str = "", **changes: Any) -> Attended:
    given: dict[str, Any] = {
        "community": COMMUNITY,
        "attendance": record or f"atd_{name}",
        "activity": "atv_1",
        "person": f"per_{name}",
        "household": "hou_2",
        "item": item,
        "title": "消防培训",
        "place": "活动室",
        "happened_at": START,
        "minutes": 90,
        "recorded_by": ("per_chen", "per_he"),
        "by": "per_chen",
        "at": NOW,
    }
    return Attended(**(given | changes))


def revoked(record: str = "atd_li", item: str | None = "training") -> AttendanceRevoked:
    return AttendanceRevoked(
        community=COMMUNITY,
        attendance=record,
        activity="atv_1",
        person="per_li",
        by="per_he",
        at=NOW + timedelta(minutes=1),
        item=item,
    )


def acts(service: ClaimsHarness) -> list[dict[str, Any]]:
    return list(service.call("list_acts", actor=actor("lin"))["data"])


def test_attendance_becomes_an_endorsed_claim_with_the_record_as_proof(service: ClaimsHarness) -> None:
    [submitted] = service.handle(attended())
    assert isinstance(submitted, ClaimSubmitted)
    assert (submitted.person, submitted.system_made, submitted.points) == ("per_li", True, 2)
    assert (submitted.recorded_by, submitted.also_recorded_by) == ("per_chen", ("per_he",))
    [act] = acts(service)
    assert (act["claim_id"], act["record_id"], act["cause"]) == (submitted.claim, "atd_li", "参加活动：消防培训")
    assert service.get_claim(submitted.claim)["status"] == "endorsed"


def test_a_record_makes_one_act_however_often_its_event_comes(service: ClaimsHarness) -> None:
    service.handle(attended())
    assert service.handle(attended()) == []
    assert len(acts(service)) == 1


def test_caps_hold_and_what_does_not_count_is_stored_with_the_reason(service: ClaimsHarness) -> None:
    service.handle(attended("li"))
    assert service.handle(attended("sun")) == []
    assert [(act["person_id"], act["code"]) for act in acts(service)] == [("per_sun", "cap_reached"), ("per_li", None)]


@pytest.mark.parametrize(("minutes", "points"), [(30, 3), (150, 6), (600, 12)])
def test_hours_count_where_the_item_is_in_hours_at_most_as_many_as_the_item_has(
    service: ClaimsHarness, minutes: int, points: int
) -> None:
    [submitted] = service.handle(attended(item="hours", minutes=minutes))
    assert submitted.points == points


def test_an_activity_without_an_item_and_a_kind_that_is_switched_off_earn_nothing(service: ClaimsHarness) -> None:
    assert service.handle(attended(item=None), revoked(item=None)) == []
    assert acts(service) == []
    service.handle(registry.PolicySet(community=COMMUNITY, sequence=2, settings={"attendance_earns": False}))
    assert service.handle(attended()) == []
    assert acts(service)[0]["code"] == "earning_off"


def test_an_item_that_people_declare_themselves_earns_nothing_by_a_record(service: ClaimsHarness) -> None:
    assert service.handle(attended(item="council")) == []
    assert acts(service)[0]["code"] == "not_eligible"


def test_an_act_of_an_office_s_list_gets_the_record_as_its_proof(service: ClaimsHarness) -> None:
    form = {"item": "training", "happened_at": START.isoformat(), "place": "活动室", "cause": "名单"}
    service.call("record_acts", actor=actor("chen"), person_ids=["per_li"], **form)
    assert service.handle(attended()) == []
    [act] = acts(service)
    assert act["record_id"] == "atd_li"
    assert service.handle(attended(record="atd_other")) == []
    assert [(each["record_id"], each["code"]) for each in acts(service)] == [
        ("atd_other", "already_exists"),
        ("atd_li", None),
    ]


def test_somebody_who_is_not_known_yet_is_retried_and_an_erased_person_is_skipped(service: ClaimsHarness) -> None:
    with pytest.raises(LookupError):
        service.handle(attended("nobody"))
    service.handle(registry.ResidentErased(community=COMMUNITY, sequence=9, person="per_sun"))
    service.handle(attended("sun"))
    assert acts(service) == []


def test_undone_before_it_is_decided_the_claim_is_withdrawn_and_the_cap_is_free(service: ClaimsHarness) -> None:
    [submitted] = service.handle(attended())
    withdrawn, undone = service.handle(revoked())
    assert isinstance(withdrawn, ClaimWithdrawn)
    assert isinstance(undone, ActUndone)
    assert (undone.claim, undone.record, undone.sequence) == (submitted.claim, "atd_li", withdrawn.sequence)
    assert service.get_claim(submitted.claim)["status"] == "withdrawn"
    assert acts(service)[0]["undone_at"] is not None
    assert service.handle(revoked()) == []
    assert len(service.handle(attended("sun"))) == 1


def test_undone_after_approval_review_is_left_to_correct_it(service: ClaimsHarness) -> None:
    [submitted] = service.handle(attended())
    service.review_event(submitted.claim, EntryApproved)
    [undone] = service.handle(revoked())
    assert isinstance(undone, ActUndone)
    assert service.get_claim(submitted.claim)["status"] == "approved"


def test_an_undoing_that_overtakes_its_record_is_retried(service: ClaimsHarness) -> None:
    with pytest.raises(LookupError):
        service.handle(revoked())


def test_a_record_that_did_not_count_is_undone_without_further_effect(service: ClaimsHarness) -> None:
    service.handle(attended("li"), attended("sun"))
    assert service.handle(revoked("atd_sun")) == []


def test_a_completed_course_becomes_an_act_that_its_publisher_does_not_approve(service: ClaimsHarness) -> None:
    [submitted] = service.handle(
        CourseCompleted(
            community=COMMUNITY,
            completion="ccp_1",
            course="crs_1",
            person="per_li",
            household="hou_2",
            item="learning",
            title="急救入门",
            by="per_chen",
            at=NOW,
        )
    )
    assert (submitted.points, submitted.recorded_by, submitted.also_recorded_by) == (1, "per_chen", ())
    assert acts(service)[0]["cause"] == "完成课程：急救入门"
