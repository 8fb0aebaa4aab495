"""说事议事会 on a real store: agenda, minutes, decisions, actions, and a suggestion's lineage (R32)."""

from datetime import timedelta
from typing import Any

import pytest

from contracts import errors
from contracts.engagement import DecisionTaken, MeetingHeld, SuggestionAdopted
from messaging.testing import ServiceHarness
from tests.services.engagement.factories import CHAIR, NOW, OFFICER, actor, appointed
from tests.services.engagement.test_posts import listed, moderate, share, take


def plan_form(*posts: str, **changes: Any) -> dict[str, Any]:
    agenda = [{"title": "楼道堆物"}, *({"post_id": post} for post in posts)]
    given = {"title": "议事会", "place": "活动室", "starts_at": (NOW + timedelta(days=1)).isoformat(), "agenda": agenda}
    return given | changes


def plan(service: ServiceHarness, *posts: str) -> str:
    return str(service.call("plan_meeting", actor=actor(CHAIR), **plan_form(*posts))["id"])


def hold(service: ServiceHarness, *posts: str) -> str:
    """Plan a meeting, let a day pass, and write its minutes."""
    meeting = plan(service, *posts)
    service.later(days=1)
    record(service, meeting)
    return meeting


def record(service: ServiceHarness, meeting: str, **changes: Any) -> dict[str, Any]:
    form = {"minutes": "讨论了路灯", "attendee_ids": ["per_1a", "per_2a"], "guests": 3} | changes
    return dict(service.call("put_minutes", actor=actor(CHAIR), meeting_id=meeting, **form))


def decide(service: ServiceHarness, meeting: str, by: str = CHAIR, **changes: Any) -> dict[str, Any]:
    form = {"text": "下周换灯", "outcome": "noted"} | changes
    return dict(service.call("take_decision", actor=actor(by), meeting_id=meeting, **form))


def test_a_suggestion_s_lineage_is_one_timeline_from_the_post_to_the_result(service: ServiceHarness) -> None:
    post = share(service)["post_id"]
    take(service, post, "received", "")
    meeting = hold(service, post)
    decided = decide(service, meeting, post_id=post, outcome="adopted")
    assert [type(event) for event in service.emitted[-2:]] == [DecisionTaken, SuggestionAdopted]
    service.later(hours=1)
    decision = decided["decisions"][0]["id"]
    form = {"meeting_decision_id": decision, "text": "联系供电所", "responsible_id": "per_2a", "due": "2026-12-01"}
    [action] = service.call("add_action", actor=actor(OFFICER), meeting_id=meeting, **form)["decisions"][0]["actions"]
    service.later(days=2)
    result = {"meeting_id": meeting, "action_id": action["id"], "state": "done", "result": "六盏灯已换"}
    service.call("end_action", actor=actor(OFFICER), **result)
    with pytest.raises(errors.WrongState):
        service.call("end_action", actor=actor(OFFICER), **result)
    service.later(hours=1)
    take(service, post, "done", "已办成")
    steps = service.call("get_lineage", post_id=post)["steps"]
    assert [(each["kind"], each["title"]) for each in steps] == [
        ("post", ""),
        ("course", "received"),
        ("meeting", "议事会"),
        ("decision", "adopted"),
        ("course", "adopted"),
        ("action", ""),
        ("result", "done"),
        ("course", "done"),
    ]
    assert "per_" not in str(steps)


def test_what_is_hidden_is_in_no_agenda_no_decision_and_no_lineage(service: ServiceHarness) -> None:
    post = share(service, title="张三家堆物")["post_id"]
    meeting = hold(service, post)
    decide(service, meeting, post_id=post, text="张三家限期清理")
    moderate(service, post, "hide", "点名")
    for reader in ("per_1a", "per_2a", CHAIR):
        shown = str(service.call("get_meeting", actor=actor(reader), meeting_id=meeting))
        assert "张三" not in shown
        assert post not in shown
    with pytest.raises(errors.NotFound):
        service.call("get_lineage", post_id=post)
    with pytest.raises(errors.Invalid):
        plan(service, post)
    assert listed(service) == []


def test_a_share_has_no_lineage(service: ServiceHarness) -> None:
    with pytest.raises(errors.NotFound):
        service.call("get_lineage", post_id=share(service, kind="share")["post_id"])


def test_a_decision_that_the_suggestion_cannot_follow_is_not_stored(service: ServiceHarness) -> None:
    post = share(service)["post_id"]
    meeting = hold(service, post)
    take(service, post, "declined", "做不到")
    events = len(service.emitted)
    with pytest.raises(errors.WrongState):
        decide(service, meeting, post_id=post, outcome="adopted")
    assert service.call("get_meeting", actor=actor(CHAIR), meeting_id=meeting)["decisions"] == []
    assert len(service.emitted) == events


def test_nobody_takes_a_decision_to_adopt_their_own_household_s_suggestion(service: ServiceHarness) -> None:
    service.handle(appointed("per_1b", "working_group", "com_1"))
    post = share(service)["post_id"]
    meeting = hold(service, post)
    with pytest.raises(errors.Recused):
        decide(service, meeting, by="per_1b", post_id=post, outcome="adopted")


def test_decisions_follow_minutes_and_are_about_the_agenda(service: ServiceHarness) -> None:
    post, other = share(service)["post_id"], share(service)["post_id"]
    meeting = plan(service, post)
    with pytest.raises(errors.WrongState):
        decide(service, meeting)
    with pytest.raises(errors.WrongState):
        record(service, meeting)
    service.later(days=1)
    record(service, meeting)
    assert isinstance(service.emitted[-1], MeetingHeld)
    for form in ({"post_id": other}, {"outcome": "adopted"}):
        with pytest.raises(errors.Invalid):
            decide(service, meeting, **form)
    with pytest.raises(errors.NotFound):
        service.call("add_action", actor=actor(CHAIR), meeting_id=meeting, meeting_decision_id="dcn_x", text="办")


def test_minutes_are_corrected_and_announced_once(service: ServiceHarness) -> None:
    meeting = hold(service)
    events = len(service.emitted)
    corrected = record(service, meeting, minutes="更正", guests=0)
    assert (corrected["minutes"], corrected["attendees"], len(service.emitted)) == ("更正", 2, events)
    with pytest.raises(errors.Invalid) as unknown:
        record(service, meeting, attendee_ids=["per_1a", "per_nobody"])
    assert unknown.value.errors[0]["pointer"] == "/attendee_ids/1"
    for change in ("revise_meeting", "cancel_meeting"):
        form = plan_form() if change == "revise_meeting" else {}
        with pytest.raises(errors.WrongState):
            service.call(change, actor=actor(CHAIR), meeting_id=meeting, **form)


def test_residents_read_meetings_without_who_was_there_and_change_none(service: ServiceHarness) -> None:
    meeting = hold(service)
    seen = service.call("get_meeting", actor=actor("per_1a"), meeting_id=meeting)
    assert (seen["attendee_ids"], seen["attendees"]) == ([], 5)
    assert service.call("get_meeting", actor=actor(CHAIR), meeting_id=meeting)["attendee_ids"] == ["per_1a", "per_2a"]
    with pytest.raises(errors.RoleMissing):
        service.call("plan_meeting", actor=actor("per_1a"), **plan_form())
    with pytest.raises(errors.RoleMissing):
        decide(service, meeting, by="per_1a")
    with pytest.raises(errors.NotFound):
        service.call("get_meeting", actor=actor("per_1a", "com_2"), meeting_id=meeting)


def test_a_meeting_is_revised_or_cancelled_before_it_is_held(service: ServiceHarness) -> None:
    first, second = plan(service), plan(service)
    service.call("revise_meeting", actor=actor(CHAIR), meeting_id=first, **plan_form(title="改期"))
    service.call("cancel_meeting", actor=actor(CHAIR), meeting_id=second)
    service.later(days=1)
    with pytest.raises(errors.WrongState):
        record(service, second)
    found = service.call("list_meetings", actor=actor("per_1a"), state=["planned"])["data"]
    assert [each["title"] for each in found] == ["改期"]
    page = service.call("list_meetings", actor=actor("per_1a"), limit=1)
    rest = service.call("list_meetings", actor=actor("per_1a"), limit=1, cursor=page["next_cursor"])
    assert [each["id"] for each in page["data"] + rest["data"]] == [second, first]


def test_an_item_of_an_agenda_is_a_suggestion_or_a_title(service: ServiceHarness) -> None:
    agenda = [{}, {"title": "灯", "post_id": "pst_x"}, {"post_id": share(service, kind="share")["post_id"]}]
    with pytest.raises(errors.Invalid) as refused:
        service.call("plan_meeting", actor=actor(CHAIR), **plan_form(agenda=agenda))
    assert [each["pointer"] for each in refused.value.errors] == ["/agenda/0", "/agenda/1", "/agenda/2/post_id"]
