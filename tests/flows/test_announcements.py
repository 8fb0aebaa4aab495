"""Announcements over HTTP: sent to places, read in inboxes and on the notice board, withdrawn (R34)."""

from datetime import UTC, datetime, timedelta

from deploy.demo.api_client import retry_until_known, wait_for
from deploy.demo.ordinary_month import upload_evidence
from deploy.demo.pictures import photo
from tests.flows.community import Community, expect_refused
from tests.flows.samples import announcement_form, inbox_item, post_up, send_announcement


def test_r34_an_announcement_is_in_inboxes_and_on_the_board_until_it_is_withdrawn(community: Community) -> None:
    made = send_announcement(community, urgent=True, asks_acknowledgement=True)
    item = inbox_item(community, "张三", made)
    assert community["张三"].post(f"/v1/inbox/{item}/acknowledge")["opened_at"]
    public = community.public.get("/v1/notice-board/announcements", community_id=community.id)["data"]
    assert made in [each["id"] for each in public]
    seen = community["组长"].get(f"/v1/announcements/{made}")
    assert (seen["state"], seen["created_by_name"], seen["households"]) == ("sent", "组长", 10)
    community["组长"].post(f"/v1/announcements/{made}/withdraw", {"reason": "时间有误"})
    with expect_refused("not_found", 404):
        community["张三"].post(f"/v1/inbox/{item}/open")
    with expect_refused("not_found", 404):
        community.public.get(f"/v1/notice-board/announcements/{made}")


def test_r34_a_head_announces_to_their_courtyard_with_a_picture(community: Community) -> None:
    head = community["王院长"]
    form = announcement_form(
        courtyard_ids=[community.courtyard_ids[1]], attachment_ids=[upload_evidence(head, photo(7))]
    )
    made = retry_until_known(lambda: head.post("/v1/announcements", form))["id"]
    head.post(f"/v1/announcements/{made}/send")
    item = community["李四"].post(f"/v1/inbox/{inbox_item(community, '李四', made)}/open")
    assert item["attachment_links"][0]["media_type"] == "image/jpeg"
    assert made not in [each["announcement_id"] for each in community["孙八"].get("/v1/inbox")["data"]]
    with expect_refused("role_missing", 403):
        head.post("/v1/announcements", announcement_form())


def test_r34_a_scheduled_announcement_arrives_at_its_time(community: Community) -> None:
    chair = community["组长"]
    made = retry_until_known(lambda: chair.post("/v1/announcements", announcement_form()))["id"]
    at = datetime.now(UTC) + timedelta(seconds=2)
    chair.post(f"/v1/announcements/{made}/schedule", {"scheduled_for": at.isoformat()})
    wait_for("the scheduled time", lambda: chair.get(f"/v1/announcements/{made}")["state"] == "sent")
    assert inbox_item(community, "孙八", made)


def test_r36_a_household_is_reached_by_a_proof_alone(community: Community) -> None:
    made = send_announcement(community, courtyard_ids=[community.courtyard_ids[1]])
    path = f"/v1/announcements/{made}"
    assert community["组长"].get(f"{path}/reach")["reached"] == 0
    community["张三"].post(f"/v1/inbox/{inbox_item(community, '张三', made)}/open")
    visited = {"proof": "told", "household_ids": [community.household_id_of("李四")]}
    report = community["王院长"].post(f"{path}/visits", visited)
    assert (report["households"], report["reached"], report["percent"]) == (3, 2, 66)
    [told] = [
        each
        for each in community["王院长"].get(f"{path}/reach/households", reached="true")["data"]
        if each["person_name"] == "李四"
    ]
    assert [(proof["proof"], proof["by_name"]) for proof in told["proofs"]] == [("told", "王院长")]
    with expect_refused("not_found", 404):
        community["刘院长"].post(f"{path}/visits", visited)


def test_r36_who_is_missing_is_printed_for_a_round_of_visits(community: Community) -> None:
    made = send_announcement(community)
    path = f"/v1/announcements/{made}"
    for document in ("reach/missing.pdf", "announcement.pdf"):
        answer = community["王院长"].send("GET", f"{path}/{document}")
        assert answer.content.startswith(b"%PDF")
    posting = post_up(community, made)
    seen = community["王院长"].get(f"{path}/postings")["data"]
    assert [(each["id"], each["place"], each["posted_by_name"]) for each in seen] == [(posting, "村口", "组长")]
    photo_of_it = community["王院长"].send("GET", f"{path}/postings/{posting}/photo")
    assert photo_of_it.headers["Content-Type"] == "image/jpeg"
    with expect_refused("not_found", 404):
        community["张三"].get(f"{path}/reach")


def test_r37_each_step_of_a_claim_is_in_its_persons_inbox(community: Community) -> None:
    claim = community.submit_claim("张三", "patrol")
    community.decide("王院长", claim, "return", reason="请说明时间")

    def told() -> list[str]:
        return [each["text"] for each in community["张三"].get("/v1/inbox")["data"] if each["about_id"] == claim["id"]]

    assert wait_for("the notice", told) == ["您的申报被退回补充：请说明时间"]
