"""Presence that cannot be passed on: codes, roll call, batches without network, head count (R29)."""

import hmac
from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts import errors
from contracts.engagement import AttendanceRevoked, Attended
from contracts.instants import instant
from messaging.testing import ServiceHarness
from services.engagement.domain.presence import PresenceKeys
from tests.services.engagement.factories import CHAIR, HEAD, OFFICER, START, actor, publish, sign_up

END = START + timedelta(hours=2)
KEYS = PresenceKeys("atv_1", "secret")


def mac(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), "sha256").hexdigest()


def test_a_challenge_is_accepted_while_it_is_shown_and_worthless_seconds_later() -> None:
    code = KEYS.code("in", START)
    for seconds in (0, 9, 15):
        assert KEYS.direction_of(code, START + timedelta(seconds=seconds)) == "in"
    for late in (timedelta(seconds=20), -timedelta(seconds=11)):
        with pytest.raises(errors.PresenceCodeExpired):
            KEYS.direction_of(code, START + late)


@pytest.mark.parametrize(
    "forged",
    [
        PresenceKeys("atv_1", "another secret").code("in", START),
        PresenceKeys("atv_2", "secret").code("in", START),
        KEYS.code("in", START).replace(".in.", ".out."),
        KEYS.code("in", START)[:-1],
        "",
        "atv_1.in.1.0",
    ],
)
def test_a_challenge_of_another_activity_direction_or_secret_is_refused(forged: str) -> None:
    with pytest.raises(errors.PresenceCodeInvalid):
        KEYS.direction_of(forged, START)


@pytest.fixture
def activity(service: ServiceHarness) -> str:
    """A published activity with the households 1 to 3 signed up and a host of household 12; it is about to start."""
    found = publish(service, places=6, most_party=2, host_ids=["per_12a"], item="training")
    sign_up(service, found, "per_1a", "per_1b")
    sign_up(service, found, "per_2a")
    sign_up(service, found, "per_12b")
    service.at(START - timedelta(minutes=10))
    return found


def challenge(service: ServiceHarness, activity: str, direction: str = "in") -> str:
    found = service.call("get_challenge", actor=actor("per_12a"), activity_id=activity, direction=direction)
    return str(found["code"])


def mark(service: ServiceHarness, activity: str, call: str, by: str, **form: Any) -> dict[str, Any]:
    return dict(service.call(call, actor=actor(by), activity_id=activity, **form))


def attend(service: ServiceHarness, activity: str, *people: str) -> None:
    """Let people come by roll call before the start and leave at the end."""
    for person in people:
        mark(service, activity, "check_in", OFFICER, person_id=person)
    service.at(END)
    for person in people:
        mark(service, activity, "check_out", OFFICER, person_id=person)


def test_a_member_checks_in_and_out_by_the_codes_on_the_host_s_screen(service: ServiceHarness, activity: str) -> None:
    code = challenge(service, activity)
    arrived = mark(service, activity, "check_in", "per_1a", code=code)
    assert (arrived["state"], arrived["in_method"]) == ("present", "code")
    assert mark(service, activity, "check_in", "per_1a", code=code) == arrived
    service.later(seconds=30)
    with pytest.raises(errors.PresenceCodeExpired):
        mark(service, activity, "check_in", "per_2a", code=code)
    service.at(END)
    with pytest.raises(errors.PresenceCodeInvalid):
        mark(service, activity, "check_out", "per_1a", code=challenge(service, activity, "in"))
    left = mark(service, activity, "check_out", "per_1a", code=challenge(service, activity, "out"))
    assert (left["state"], left["checked_out_at"]) == ("left", END.isoformat())


def test_only_who_has_a_place_checks_in_and_only_hosts_see_codes_and_call_the_roll(
    service: ServiceHarness, activity: str
) -> None:
    with pytest.raises(errors.NotFound):
        mark(service, activity, "check_in", "per_3a", code=challenge(service, activity))
    for call, more in (
        ("get_challenge", {"direction": "in"}),
        ("get_host_keys", {}),
        ("list_attendance", {}),
        ("check_in", {"person_id": "per_2a"}),
        ("close_attendance", {"head_count": 0}),
        ("revoke_attendance", {"person_id": "per_2a", "reason": "代签"}),
    ):
        with pytest.raises(errors.RoleMissing):
            service.call(call, actor=actor("per_1a"), activity_id=activity, **more)
    with pytest.raises(errors.Invalid):
        mark(service, activity, "check_in", "per_1a")


def test_a_host_calls_the_roll_for_others_and_not_for_their_own_household(
    service: ServiceHarness, activity: str
) -> None:
    assert mark(service, activity, "check_in", "per_12a", person_id="per_2a")["in_method"] == "roll_call"
    with pytest.raises(errors.Recused):
        mark(service, activity, "check_in", "per_12a", person_id="per_12b")


def test_people_check_in_from_an_hour_before_the_start_and_out_until_two_hours_after_the_end(
    service: ServiceHarness, activity: str
) -> None:
    service.at(START - timedelta(minutes=61))
    with pytest.raises(errors.PresenceNotOpen):
        mark(service, activity, "check_in", OFFICER, person_id="per_2a")
    service.at(START)
    mark(service, activity, "check_in", OFFICER, person_id="per_2a")
    with pytest.raises(errors.WrongState):
        mark(service, activity, "check_out", OFFICER, person_id="per_1a")
    service.at(END + timedelta(hours=2, seconds=1))
    with pytest.raises(errors.PresenceNotOpen):
        mark(service, activity, "check_out", OFFICER, person_id="per_2a")


def test_attendance_closes_when_the_head_count_is_that_of_who_checked_out(
    service: ServiceHarness, activity: str
) -> None:
    mark(service, activity, "check_in", OFFICER, person_id="per_1b")
    attend(service, activity, "per_1a", "per_2a")
    with pytest.raises(errors.HeadCountDiffers) as differs:
        service.call("close_attendance", actor=actor("per_12a"), activity_id=activity, head_count=3)
    assert differs.value.facts == {"head_count": 3, "checked_in": 3, "checked_out": 2}
    closed = service.call("close_attendance", actor=actor("per_12a"), activity_id=activity, head_count=2)
    assert (closed["attended"], closed["incomplete"]) == (2, 1)
    first, second = service.emitted[-2:]
    assert isinstance(first, Attended)
    assert (first.person, first.minutes, first.item, first.recorded_by) == (
        "per_1a",
        120,
        "training",
        ("per_12a", OFFICER),
    )
    assert second.person == "per_2a"
    with pytest.raises(errors.WrongState):
        service.call("close_attendance", actor=actor("per_12a"), activity_id=activity, head_count=2)
    with pytest.raises(errors.WrongState):
        mark(service, activity, "check_in", OFFICER, person_id="per_12b")
    states = service.call("list_attendance", actor=actor(OFFICER), activity_id=activity)["data"]
    assert {each["person_id"]: each["attendance"] and each["attendance"]["state"] for each in states} == {
        "per_1a": "attended",
        "per_1b": "incomplete",
        "per_2a": "attended",
        "per_12b": None,
    }


def test_a_record_is_taken_back_once_with_a_reason_by_somebody_else(service: ServiceHarness, activity: str) -> None:
    attend(service, activity, "per_1a")
    where = {"activity_id": activity, "person_id": "per_1a", "reason": "代签"}
    with pytest.raises(errors.WrongState):
        service.call("revoke_attendance", actor=actor(CHAIR), **where)
    service.call("close_attendance", actor=actor(CHAIR), activity_id=activity, head_count=1)
    assert service.call("revoke_attendance", actor=actor(CHAIR), **where)["revoke_reason"] == "代签"
    assert isinstance(service.emitted[-1], AttendanceRevoked)
    before = len(service.emitted)
    service.call("revoke_attendance", actor=actor(CHAIR), **where)
    assert len(service.emitted) == before
    assert service.call("list_own_attendance", actor=actor("per_1a"))["data"][0]["state"] == "revoked"


def batch(
    service: ServiceHarness, activity: str, batch_id: str, *lines: tuple[str, str, str, datetime], by: str = "per_12a"
) -> dict[str, Any]:
    """Return the form of a batch as a device makes it from its keys: (person, direction, method, at) a line."""
    keys = service.call("get_host_keys", actor=actor(by), activity_id=activity)
    records = []
    for person, direction, method, at in lines:
        code = answer = ""
        if method == "code":
            slot = int(at.timestamp()) // keys["slot_seconds"]
            code = f"{activity}.{direction}.{slot}.{mac(keys['challenge_key'], f'{direction}:{slot}')[:16]}"
            ticket = service.call("get_ticket", actor=actor(person), activity_id=activity)["key"]
            answer = mac(ticket, code)[:16]
        line = {"person_id": person, "direction": direction, "method": method, "at": instant(at)}
        records.append(line | {"code": code, "answer": answer})
    text = "\n".join([batch_id, *("|".join(str(value) for value in record.values()) for record in records)])
    return {"batch_id": batch_id, "records": records, "signature": mac(keys["device_key"], text)}


def test_what_a_device_took_without_network_is_taken_in_later_once(service: ServiceHarness, activity: str) -> None:
    form = batch(
        service,
        activity,
        "device-1",
        ("per_1a", "out", "code", END),
        ("per_1a", "in", "code", START),
        ("per_2a", "in", "roll_call", START),
        ("per_3a", "in", "roll_call", START),
        ("per_12b", "in", "roll_call", START),
    )
    service.at(END + timedelta(days=1))
    taken = mark(service, activity, "take_batch", "per_12a", **form)
    assert [(each["person_id"], each["accepted"], each["code"]) for each in taken["data"]] == [
        ("per_1a", True, None),
        ("per_1a", True, None),
        ("per_2a", True, None),
        ("per_3a", False, "not_found"),
        ("per_12b", False, "recused"),
    ]
    assert mark(service, activity, "take_batch", "per_12a", **form) == taken
    closed = service.call("close_attendance", actor=actor("per_12a"), activity_id=activity, head_count=1)
    assert (closed["attended"], closed["incomplete"]) == (1, 1)
    assert mark(service, activity, "take_batch", "per_12a", **form) == taken


def test_an_answer_to_another_challenge_or_of_another_member_is_refused(service: ServiceHarness, activity: str) -> None:
    form = batch(service, activity, "device-1", ("per_1a", "in", "code", START), ("per_2a", "in", "code", START))
    first, second = form["records"]
    swapped = [first | {"answer": second["answer"]}, second | {"at": instant(START + timedelta(minutes=5))}]
    keys = service.call("get_host_keys", actor=actor("per_12a"), activity_id=activity)
    text = "\n".join(["device-1", *("|".join(record.values()) for record in swapped)])
    signed = {"batch_id": "device-1", "records": swapped, "signature": mac(keys["device_key"], text)}
    service.at(END)
    answers = mark(service, activity, "take_batch", "per_12a", **signed)["data"]
    assert [each["code"] for each in answers] == ["presence_code_invalid", "presence_code_expired"]


def test_a_batch_is_refused_unless_the_host_s_own_device_signed_it(service: ServiceHarness, activity: str) -> None:
    form = batch(service, activity, "device-1", ("per_1a", "in", "roll_call", START))
    service.at(END)
    with pytest.raises(errors.BatchSignatureInvalid):
        mark(service, activity, "take_batch", OFFICER, **form)
    changed = [form["records"][0] | {"person_id": "per_2a"}]
    with pytest.raises(errors.BatchSignatureInvalid):
        mark(service, activity, "take_batch", "per_12a", **form | {"records": changed})
    with pytest.raises(errors.RoleMissing):
        mark(service, activity, "take_batch", HEAD, **form)
    mark(service, activity, "take_batch", "per_12a", **form)
    other = batch(service, activity, "device-1", ("per_2a", "in", "roll_call", START))
    with pytest.raises(errors.Conflict):
        mark(service, activity, "take_batch", "per_12a", **other)


def test_a_line_from_the_future_is_refused(service: ServiceHarness, activity: str) -> None:
    form = batch(service, activity, "device-1", ("per_1a", "in", "roll_call", START))
    assert mark(service, activity, "take_batch", "per_12a", **form)["data"][0]["code"] == "in_the_future"
