"""Announcements and inboxes on a real store (R34)."""

from datetime import timedelta

import pytest

from contracts import errors
from contracts.publicity import AnnouncementSent, AnnouncementWithdrawn
from contracts.registry import ResidentErased
from messaging.testing import ServiceHarness
from tests.services.publicity.factories import CHAIR, HEAD, NOW, OFFICER, actor, draft, form, inbox, send


def test_a_draft_is_in_no_inbox_and_on_no_notice_board(service: ServiceHarness) -> None:
    made = draft(service)
    assert inbox(service, "per_1a") == []
    assert service.call("list_public_announcements", community_id="com_1")["data"] == []
    with pytest.raises(errors.NotFound):
        service.call("get_public_announcement", announcement_id=made)
    for stranger in ("per_1a", HEAD):
        with pytest.raises(errors.NotFound):
            service.call("get_announcement", actor=actor(stranger), announcement_id=made)


def test_what_is_sent_to_the_community_reaches_everybody_in_it_once(service: ServiceHarness) -> None:
    made = send(service)
    [item] = inbox(service, "per_4b")
    assert (item["announcement_id"], item["title"], item["opened_at"]) == (made, "停水通知", None)
    assert inbox(service, CHAIR)[0]["announcement_id"] == made
    sent = service.emitted[-1]
    assert isinstance(sent, AnnouncementSent)
    assert (sent.people, sent.households) == (11, 4)
    assert service.call("get_public_announcement", announcement_id=made)["text"] == "周三上午停水。"
    with pytest.raises(errors.WrongState):
        service.call("send_announcement", actor=actor(CHAIR), announcement_id=made)


@pytest.mark.parametrize(
    ("audience", "reached"),
    [
        ({"courtyard_ids": ["cty_2"]}, {"per_3a", "per_3b", "per_4a", "per_4b"}),
        ({"grid_ids": ["grd_1"]}, {"per_1a", "per_1b", "per_2a", "per_2b", HEAD, OFFICER}),
        ({"roles": ["head"]}, {HEAD}),
        ({"courtyard_ids": ["cty_2"], "grid_ids": ["grd_1"], "roles": ["grid_officer"]}, {OFFICER}),
    ],
)
def test_an_announcement_reaches_its_places_and_roles_and_nobody_else(
    service: ServiceHarness, audience: dict[str, list[str]], reached: set[str]
) -> None:
    send(service, **audience)
    everybody = [f"per_{number}{letter}" for number in range(1, 5) for letter in "ab"] + [CHAIR, OFFICER, HEAD]
    assert {person for person in everybody if inbox(service, person)} == reached


def test_an_announcement_to_roles_is_never_public(service: ServiceHarness) -> None:
    made = send(service, roles=["head"])
    with pytest.raises(errors.NotFound):
        service.call("get_public_announcement", announcement_id=made)
    with pytest.raises(errors.Invalid) as refused:
        draft(service, roles=["head"], public=True)
    assert refused.value.errors[0]["pointer"] == "/public"


def test_nothing_is_sent_to_nobody(service: ServiceHarness) -> None:
    made = draft(service, roles=["branch"])
    with pytest.raises(errors.Invalid, match="没有人"):
        service.call("send_announcement", actor=actor(CHAIR), announcement_id=made)


def test_heads_and_officers_announce_to_their_own_places_alone(service: ServiceHarness) -> None:
    assert send(service, HEAD, courtyard_ids=["cty_1"])
    assert send(service, OFFICER, grid_ids=["grd_1"])
    for place in ({}, {"courtyard_ids": ["cty_2"]}, {"courtyard_ids": ["cty_1"], "grid_ids": ["grd_2"]}):
        with pytest.raises(errors.RoleMissing):
            draft(service, HEAD, **place)
    with pytest.raises(errors.RoleMissing):
        draft(service, "per_1a", courtyard_ids=["cty_1"])


def test_a_head_reads_what_was_sent_to_their_courtyard_and_changes_only_their_own(service: ServiceHarness) -> None:
    to_all, elsewhere, own = (
        send(service),
        send(service, courtyard_ids=["cty_2"]),
        draft(service, HEAD, courtyard_ids=["cty_1"]),
    )
    listed = service.call("list_announcements", actor=actor(HEAD))["data"]
    assert [each["id"] for each in listed] == [own, to_all]
    with pytest.raises(errors.RoleMissing):
        service.call("withdraw_announcement", actor=actor(HEAD), announcement_id=to_all, reason="误发")
    with pytest.raises(errors.NotFound):
        service.call("withdraw_announcement", actor=actor(HEAD), announcement_id=elsewhere, reason="误发")
    with pytest.raises(errors.RoleMissing):
        service.call("list_announcements", actor=actor("per_1a"))


def test_unknown_places_are_refused_where_they_stand(service: ServiceHarness) -> None:
    with pytest.raises(errors.Invalid) as refused:
        draft(service, courtyard_ids=["cty_1", "cty_9"], grid_ids=["grd_9"])
    assert [each["pointer"] for each in refused.value.errors] == ["/courtyard_ids/1", "/grid_ids/0"]


def test_a_scheduled_announcement_goes_out_at_its_time(service: ServiceHarness) -> None:
    made = draft(service)
    when = {"announcement_id": made, "scheduled_for": (NOW + timedelta(hours=1)).isoformat()}
    assert service.call("schedule_announcement", actor=actor(CHAIR), **when)["state"] == "scheduled"
    assert service.tick("send_due_announcements") == []
    service.later(hours=1)
    [sent] = service.tick("send_due_announcements")
    assert (sent.announcement, sent.by) == (made, "clock")
    assert service.tick("send_due_announcements") == []
    assert len(inbox(service, "per_1a")) == 1


def test_a_scheduled_announcement_to_nobody_is_a_draft_again(service: ServiceHarness) -> None:
    made = draft(service, roles=["branch"])
    when = {"announcement_id": made, "scheduled_for": (NOW + timedelta(hours=1)).isoformat()}
    service.call("schedule_announcement", actor=actor(CHAIR), **when)
    service.later(hours=1).tick("send_due_announcements")
    assert service.call("get_announcement", actor=actor(CHAIR), announcement_id=made)["state"] == "draft"


def test_nothing_is_scheduled_for_the_past(service: ServiceHarness) -> None:
    with pytest.raises(errors.Invalid) as refused:
        service.call(
            "schedule_announcement", actor=actor(CHAIR), announcement_id=draft(service), scheduled_for=NOW.isoformat()
        )
    assert refused.value.errors[0]["pointer"] == "/scheduled_for"


def test_withdrawing_takes_an_announcement_from_inboxes_and_pages_at_once(service: ServiceHarness) -> None:
    made = send(service)
    [item] = inbox(service, "per_1a")
    withdrawn = service.call("withdraw_announcement", actor=actor(CHAIR), announcement_id=made, reason="时间有误")
    assert (withdrawn["state"], withdrawn["withdrawal_reason"]) == ("withdrawn", "时间有误")
    assert isinstance(service.emitted[-1], AnnouncementWithdrawn)
    assert inbox(service, "per_1a") == []
    assert service.call("list_public_announcements", community_id="com_1")["data"] == []
    for call in ("open_inbox_item", "acknowledge_inbox_item"):
        with pytest.raises(errors.NotFound):
            service.call(call, actor=actor("per_1a"), item_id=item["id"])
    with pytest.raises(errors.WrongState):
        service.call("withdraw_announcement", actor=actor(CHAIR), announcement_id=made, reason="又一次")


def test_a_correction_replaces_a_withdrawn_announcement(service: ServiceHarness) -> None:
    made = send(service)
    with pytest.raises(errors.Invalid) as refused:
        draft(service, corrects_id=made)
    assert refused.value.errors[0]["pointer"] == "/corrects_id"
    service.call("withdraw_announcement", actor=actor(CHAIR), announcement_id=made, reason="时间有误")
    assert (
        service.call("get_public_announcement", announcement_id=send(service, corrects_id=made))["corrects_id"] == made
    )


def test_what_is_sent_is_not_changed(service: ServiceHarness) -> None:
    made = send(service)
    with pytest.raises(errors.WrongState):
        service.call("revise_announcement", actor=actor(CHAIR), announcement_id=made, **form(title="改"))


def test_an_item_is_opened_and_acknowledged_once_by_its_person_alone(service: ServiceHarness) -> None:
    send(service, asks_acknowledgement=True)
    [item] = inbox(service, "per_1a")
    opened = service.call("open_inbox_item", actor=actor("per_1a"), item_id=item["id"])
    assert (opened["opened_at"], opened["acknowledged_at"]) == (NOW.isoformat(), None)
    service.later(hours=1)
    service.call("acknowledge_inbox_item", actor=actor("per_1a"), item_id=item["id"])
    service.later(hours=1)
    again = service.call("acknowledge_inbox_item", actor=actor("per_1a"), item_id=item["id"])
    assert (again["opened_at"], again["acknowledged_at"]) == (NOW.isoformat(), (NOW + timedelta(hours=1)).isoformat())
    with pytest.raises(errors.NotFound):
        service.call("open_inbox_item", actor=actor("per_1b"), item_id=item["id"])
    with pytest.raises(errors.NotFound):
        service.call("open_inbox_item", actor=actor("per_1a", "com_2"), item_id=item["id"])


def test_the_inbox_is_paged_counted_and_asked_since_a_time(service: ServiceHarness) -> None:
    first = send(service)
    second = send(service.later(hours=1))
    page = service.call("list_inbox", actor=actor("per_1a"), limit=1, totals=True)
    assert ([each["announcement_id"] for each in page["data"]], page["total"]) == ([second], 2)
    rest = service.call("list_inbox", actor=actor("per_1a"), limit=1, cursor=page["next_cursor"])
    assert ([each["announcement_id"] for each in rest["data"]], rest["next_cursor"]) == ([first], None)
    since = (NOW + timedelta(minutes=30)).isoformat()
    assert [each["announcement_id"] for each in inbox(service, "per_1a", since=since)] == [second]
    service.call("open_inbox_item", actor=actor("per_1a"), item_id=page["data"][0]["id"])
    assert [each["announcement_id"] for each in inbox(service, "per_1a", unread=True)] == [first]


def test_attachments_stay_with_who_uploaded_them(service: ServiceHarness) -> None:
    made = draft(service, HEAD, courtyard_ids=["cty_1"], attachment_ids=["evd_1"])
    revised = form(courtyard_ids=["cty_1"], attachment_ids=["evd_1", "evd_2"])
    shown = service.call("revise_announcement", actor=actor(CHAIR), announcement_id=made, **revised)
    assert {each["evidence_id"]: each["uploaded_by_id"] for each in shown["attachments"]} == {
        "evd_1": HEAD,
        "evd_2": CHAIR,
    }


def test_an_erased_person_has_no_inbox(service: ServiceHarness) -> None:
    send(service)
    service.handle(ResidentErased(community="com_1", sequence=9, person="per_1a"))
    assert inbox(service, "per_1a") == []
    assert len(inbox(service, "per_1b")) == 1
