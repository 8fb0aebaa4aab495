"""居民说事 over HTTP: shared, moderated, appealed, answered; hidden is hidden everywhere (R31)."""

from functools import partial

from deploy.demo import pictures
from deploy.demo.api_client import ApiClient, wait_for
from deploy.demo.ordinary_month import upload_evidence
from tests.flows.community import Community, expect_refused
from tests.flows.samples import share_post


def test_r31_a_suggestion_goes_its_course_in_public_under_a_masked_name(community: Community) -> None:
    post = share_post(community, "张三")
    path = f"/v1/posts/{post}"
    public = community.public.get(path)
    assert (public["author_name"], public["author_place"], public["stage"]) == ("张*", "1 号院", "open")
    assert community.person_ids["张三"] not in str(public)
    assert public["reply_due_at"] > public["shared_at"]
    community["李四"].post(f"{path}/comments", {"text": "我家门口也是"})
    [comment] = wait_for("the comment", lambda: community.public.get(f"{path}/comments")["data"])
    assert comment["author_name"] == "李*"
    with expect_refused("role_missing", 403):
        community["李四"].post(f"{path}/course", {"step": "adopted", "reason": "好"})
    chair = community["组长"]
    chair.post(f"{path}/course", {"step": "received"})
    with expect_refused("reason_required", 422):
        chair.post(f"{path}/course", {"step": "adopted"})
    chair.post(f"{path}/course", {"step": "adopted", "reason": "下周换灯"})
    closed = chair.post(f"{path}/course", {"step": "unsolved", "reason": "产权不清，无法施工"})
    assert (closed["stage"], closed["steps"][-1]["by_name"]) == ("unsolved", "组长")
    with expect_refused("wrong_state", 409):
        chair.post(f"{path}/course", {"step": "done", "reason": "办完"})
    assert community["张三"].post(f"{path}/course", {"step": "reopened", "reason": "还没修"})["stage"] == "reopened"
    seen = wait_for("the course", lambda: (found := community.public.get(path))["stage"] == "reopened" and found)
    assert [each["step"] for each in seen["course"]] == ["received", "adopted", "unsolved", "reopened"]


def test_r31_what_is_hidden_is_hidden_in_every_list_and_its_author_appeals_to_the_branch(community: Community) -> None:
    post = share_post(community, "孙八", title="占道堆物")
    path, query = f"/v1/posts/{post}", {"community_id": community.id}
    assert community["组长"].post(f"{path}/moderation", {"decision": "hide", "reason": "点了邻居的名"})["visibility"]

    def everywhere() -> str:
        found = [
            community.public.get("/v1/posts", **query, **more) for more in ({}, {"q": "占道"}, {"overdue": "true"})
        ]
        found.append(community["李四"].get("/v1/me/posts"))
        return str(found)

    wait_for("the public cache", lambda: post not in everywhere())
    for client, what in ((community.public, path), (community.public, f"{path}/comments")):
        wait_for("404", partial(_is_missing, client, what))
    for what in ("pictures", "record"):
        with expect_refused("not_found", 404):
            community["李四"].get(f"{path}/{what}")
    [own] = community["孙八"].get("/v1/me/posts")["data"]
    assert (own["visibility"], own["moderation_reason"]) == ("hidden", "点了邻居的名")
    community["孙八"].post(f"{path}/appeals", {"text": "没有点名"})
    [waiting] = community["支部"].get("/v1/moderation", queue="appealed")["data"]
    assert (waiting["post_id"], waiting["author_name"]) == (post, "孙八")
    ruled = community["支部"].post(f"{path}/appeals/ruling", {"outcome": "upheld", "reason": "确实没有点名"})
    assert (ruled["visibility"], ruled["steps"][-1]["reason"]) == ("visible", "确实没有点名")
    wait_for("the post", lambda: community.public.send("GET", path).status_code == 200)


def test_r31_what_the_check_does_not_pass_waits_for_a_person(community: Community) -> None:
    waiting = share_post(community, "赵六", text="有人在 3 排赌 博，请查")
    assert community.public.send("GET", f"/v1/posts/{waiting}").status_code == 404
    evidence = upload_evidence(community["赵六"], pictures.photo(21))
    pictured = share_post(community, "赵六", evidence_ids=[evidence])
    queue = community["一网格员"].get("/v1/moderation")["data"]
    assert {each["post_id"]: each["check"] for each in queue} == {waiting: "risky", pictured: "passed"}
    with expect_refused("role_missing", 403):
        community["李四"].get("/v1/moderation")
    with expect_refused("not_found", 404):
        community["李四"].get(f"/v1/posts/{pictured}/pictures")
    community["一网格员"].post(f"/v1/posts/{pictured}/moderation", {"decision": "show"})
    [link] = community["李四"].get(f"/v1/posts/{pictured}/pictures")["data"]
    assert (link["evidence_id"], link["small_url"] is not None) == (evidence, True)


def test_r31_a_repeated_request_shares_once(community: Community) -> None:
    form = {"kind": "share", "title": "早市", "text": "东门早市开了"}
    answers = [
        community["钱七"].send("POST", "/v1/posts", json=form, headers={"Idempotency-Key": "share-1"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert len(community["钱七"].get("/v1/me/posts")["data"]) == 1


def _is_missing(client: ApiClient, path: str) -> bool:
    return client.send("GET", path).status_code == 404
