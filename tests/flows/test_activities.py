"""Activities over HTTP: published, signed up for, waited for, accepted and cancelled (R29)."""

from tests.flows.community import Community, expect_refused
from tests.flows.samples import activity_form, publish_activity, sign_up


def test_r29_a_full_activity_has_an_explained_waiting_list_and_offers_what_becomes_free(
    community: Community,
) -> None:
    activity = publish_activity(community, places=1, most_party=1)
    path = f"/v1/activities/{activity}"
    first = sign_up(community, activity, "张三")
    waiting = community["李四"].post(f"{path}/signups", {})
    assert (waiting["state"], waiting["position"], waiting["person_names"]) == ("waiting", 1, ["李四"])
    assert waiting["explanation"] == "第 1 位，因为 1 个名额已满，前面没有人；有人退出时依次递补"
    with expect_refused("wrong_state", 409):
        community["李四"].post(f"{path}/signups/{waiting['id']}/accept")
    assert community["张三"].send("DELETE", f"{path}/signups/{first}").json()["state"] == "withdrawn"
    assert community["李四"].get(f"{path}/signups/{waiting['id']}")["state"] == "offered"
    assert community["李四"].post(f"{path}/signups/{waiting['id']}/accept")["state"] == "confirmed"
    listed = community["组长"].get(f"{path}/signups", state="confirmed")["data"]
    assert [each["person_names"] for each in listed] == [["李四"]]
    public = community.public.get(f"/v1/calendar/activities/{activity}")
    assert (public["taken"], public["phase"]) == (1, "open")
    assert community.person_ids["李四"] not in str(public)
    [own] = community["李四"].get("/v1/me/signups")["data"]
    assert (own["id"], own["activity"]["id"]) == (waiting["id"], activity)


def test_r29_a_head_signs_residents_up_and_nobody_signs_up_strangers(community: Community) -> None:
    activity = publish_activity(community, places=2)
    resident = {"person_ids": [community.person_ids["张三"]]}
    with expect_refused("role_missing", 403):
        community["李四"].post(f"/v1/activities/{activity}/signups", resident)
    signup = community["王院长"].post(f"/v1/activities/{activity}/signups", resident)
    assert (signup["person_names"], signup["signed_up_by_name"]) == (["张三"], "王院长")
    with expect_refused("already_signed_up", 409):
        community["张三"].post(f"/v1/activities/{activity}/signups", {})


def test_r29_everybody_reads_why_an_activity_was_cancelled(community: Community) -> None:
    activity = publish_activity(community)
    signup = sign_up(community, activity, "张三")
    community["组长"].post(f"/v1/activities/{activity}/cancel", {"reason": "下雨"})
    seen = community["张三"].get(f"/v1/activities/{activity}")
    assert (seen["phase"], seen["cancel_reason"]) == ("cancelled", "下雨")
    assert community["张三"].get(f"/v1/activities/{activity}/signups/{signup}")["explanation"] == "活动已经取消"
    with expect_refused("sign_up_closed", 409):
        community["李四"].post(f"/v1/activities/{activity}/signups", {})


def test_r29_times_that_contradict_each_other_are_refused_with_every_reason(community: Community) -> None:
    form = activity_form(most_party=9)
    answer = community["组长"].send("POST", "/v1/activities", json=form | {"ends_at": form["starts_at"]})
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/ends_at", "/most_party"]


def test_r29_a_repeated_request_signs_up_once(community: Community) -> None:
    activity = publish_activity(community)
    path, headers = f"/v1/activities/{activity}/signups", {"Idempotency-Key": "sign-up-1"}
    answers = [community["孙八"].send("POST", path, json={}, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
