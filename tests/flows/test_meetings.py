"""说事议事会 over HTTP: from a suggestion to a meeting's decision, its action and the result (R32)."""

from datetime import UTC, datetime, timedelta

from deploy.demo.api_client import wait_for
from tests.flows.community import Community, expect_refused
from tests.flows.samples import meeting_form, share_post


def test_r32_a_suggestion_becomes_a_decision_an_action_and_a_result_on_one_timeline(community: Community) -> None:
    post = share_post(community, "张三")
    officer = community["一网格员"]
    began = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    meeting = officer.post("/v1/meetings", meeting_form(starts_at=began, agenda=[{"post_id": post}]))
    path = f"/v1/meetings/{meeting['id']}"
    with expect_refused("wrong_state", 409):
        officer.post(f"{path}/decisions", {"text": "换灯", "post_id": post, "outcome": "adopted"})
    minutes = {"minutes": "一致同意", "attendee_ids": [community.person_ids["李四"]], "guests": 2}
    assert officer.put(f"{path}/minutes", minutes)["attendee_names"] == ["李四"]
    assert community["李四"].get(path)["attendee_names"] == []
    with expect_refused("role_missing", 403):
        community["李四"].post(f"{path}/decisions", {"text": "不换"})
    decided = officer.post(f"{path}/decisions", {"text": "下周换灯", "post_id": post, "outcome": "adopted"})
    form = {"meeting_decision_id": decided["decisions"][0]["id"], "text": "联系供电所", "due": "2026-12-10"}
    acted = officer.post(f"{path}/actions", form)
    action = acted["decisions"][0]["actions"][0]["id"]
    officer.post(f"{path}/actions/{action}/result", {"state": "done", "result": "已换六盏"})
    officer.post(f"/v1/posts/{post}/course", {"step": "done", "reason": "已换六盏"})
    public = f"/v1/suggestions/{post}/lineage"
    steps = wait_for(
        "the result", lambda: (found := community.public.get(public)["steps"])[-1]["title"] == "done" and found
    )
    assert {each["kind"] for each in steps} == {"post", "course", "meeting", "decision", "action", "result"}
    assert not [id for id in community.person_ids.values() if id in str(steps)]
    officer.post(f"/v1/posts/{post}/moderation", {"decision": "hide", "reason": "误"}, key="hide")
    wait_for("404", lambda: community.public.send("GET", public).status_code == 404)
    assert post not in str(community["李四"].get(path))
