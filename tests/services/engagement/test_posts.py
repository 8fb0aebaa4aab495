"""居民说事 on a real store: who sees what, moderation, appeals, and the course of suggestions (R31)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from contracts import errors, registry
from contracts.engagement import (
    AppealAnswered,
    CommentHidden,
    PostHidden,
    PostShared,
    SuggestionAdopted,
    SuggestionClosed,
    SuggestionDeclined,
    SuggestionReceived,
)
from contracts.registry import ResidentErased
from messaging.testing import ServiceHarness
from tests.services.engagement.factories import CHAIR, HEAD, NOW, OFFICER, SINCE, actor, appointed

BRANCH = "per_branch"


@pytest.fixture
def service(service: ServiceHarness) -> ServiceHarness:
    service.handle(
        registry.ResidentRegistered(community="com_1", person=BRANCH, household=None, tenure=None, since=SINCE),
        appointed(BRANCH, "branch", "com_1"),
    )
    return service


def post_form(**changes: Any) -> dict[str, Any]:
    return {"kind": "suggestion", "title": "路灯", "text": "3 排的灯坏了", "evidence_ids": []} | changes


def share(service: ServiceHarness, by: str = "per_1a", check: str = "passed", **changes: Any) -> dict[str, Any]:
    return dict(service.call("share_post", actor=actor(by), check=check, **post_form(**changes)))


def moderate(service: ServiceHarness, post: str, decision: str, reason: str = "", **changes: Any) -> dict[str, Any]:
    who = actor(changes.pop("by", CHAIR))
    return dict(service.call("moderate", actor=who, post_id=post, decision=decision, reason=reason, **changes))


def take(service: ServiceHarness, post: str, step: str, reason: str = "因为", by: str = CHAIR) -> dict[str, Any]:
    return dict(service.call("take_course_step", actor=actor(by), post_id=post, step=step, reason=reason))


def listed(service: ServiceHarness, **query: Any) -> list[str]:
    return [each["id"] for each in service.call("list_posts", community_id="com_1", **query)["data"]]


def test_a_post_that_passed_the_check_is_visible_and_announced_once(service: ServiceHarness) -> None:
    post = share(service)
    assert (post["visibility"], post["stage"]) == ("visible", "open")
    assert [type(event) for event in service.emitted] == [PostShared]
    assert listed(service) == [post["post_id"]]


@pytest.mark.parametrize(
    ("check", "evidence"),
    [("risky", []), ("unanswered", []), ("passed", ["evd_1"])],
    ids=["risky", "silent", "picture"],
)
def test_what_the_check_did_not_pass_waits_for_a_person(
    service: ServiceHarness, check: str, evidence: list[str]
) -> None:
    post = share(service, check=check, evidence_ids=evidence)["post_id"]
    assert (listed(service), service.emitted) == ([], [])
    with pytest.raises(errors.NotFound):
        service.call("get_post", post_id=post)
    with pytest.raises(errors.NotFound):
        service.call("open_post_pictures", actor=actor("per_2a"), post_id=post)
    queue = service.call("list_moderation", actor=actor(OFFICER), queue="waiting")["data"]
    assert [each["post_id"] for each in queue] == [post]
    service.later(days=2)
    shown = moderate(service, post, "show")
    assert shown["reply_due_at"] == (NOW + timedelta(days=9)).isoformat()
    assert listed(service) == [post]
    assert isinstance(service.emitted[-1], PostShared)


def test_what_is_hidden_is_hidden_in_lists_search_counts_comments_and_pictures(service: ServiceHarness) -> None:
    post = share(service)["post_id"]
    service.call("comment_on_post", actor=actor("per_2a"), post_id=post, check="passed", text="同意")
    service.later(days=8)
    assert listed(service, overdue=True) == listed(service, q="路灯") == [post]
    moderate(service, post, "hide", "泄露他人隐私")
    hidden = service.emitted[-1]
    assert isinstance(hidden, PostHidden)
    assert (hidden.cause, hidden.author) == ("moderated", "per_1a")
    assert listed(service) == listed(service, overdue=True) == listed(service, q="路灯") == []
    for method, who in (
        ("get_post", {}),
        ("list_comments", {}),
        ("open_post_pictures", {"actor": actor("per_2a")}),
        ("get_posted_text", {"actor": actor("per_2a")}),
    ):
        with pytest.raises(errors.NotFound):
            service.call(method, post_id=post, **who)
    with pytest.raises(errors.NotFound):
        service.call("comment_on_post", actor=actor("per_2a"), post_id=post, check="passed", text="同意")


def test_the_author_reads_why_their_post_is_hidden_appeals_and_the_branch_answers(service: ServiceHarness) -> None:
    post = share(service)["post_id"]
    moderate(service, post, "hide", "内容不实")
    [own] = service.call("list_own_posted_texts", actor=actor("per_1a"))["data"]
    assert (own["visibility"], own["moderation_reason"], own["steps"][-1]["by_id"]) == ("hidden", "内容不实", CHAIR)
    with pytest.raises(errors.NotFound):
        service.call("appeal_moderation", actor=actor("per_2a"), post_id=post, text="请再看")
    service.call("appeal_moderation", actor=actor("per_1a"), post_id=post, text="属实，有照片")
    with pytest.raises(errors.WrongState):
        service.call("appeal_moderation", actor=actor("per_1a"), post_id=post, text="再申诉")
    with pytest.raises(errors.WrongState):
        moderate(service, post, "show")
    ruling = {"post_id": post, "outcome": "upheld", "reason": "照片属实"}
    with pytest.raises(errors.RoleMissing):
        service.call("rule_on_appeal", actor=actor(CHAIR), **ruling)
    answered = service.call("rule_on_appeal", actor=actor(BRANCH), **ruling)
    assert (answered["visibility"], answered["appeal"]) == ("visible", "upheld")
    assert [type(event) for event in service.emitted[-2:]] == [AppealAnswered, PostShared]
    assert listed(service) == [post]


def test_a_dismissed_appeal_leaves_the_post_hidden_with_the_reason(service: ServiceHarness) -> None:
    post = share(service)["post_id"]
    moderate(service, post, "hide", "广告")
    service.call("appeal_moderation", actor=actor("per_1a"), post_id=post, text="不是广告")
    answered = service.call("rule_on_appeal", actor=actor(BRANCH), post_id=post, outcome="dismissed", reason="确是广告")
    assert (answered["visibility"], answered["steps"][-1]["reason"]) == ("hidden", "确是广告")
    assert listed(service) == []


def test_nobody_moderates_or_answers_what_their_own_household_wrote(service: ServiceHarness) -> None:
    service.handle(appointed("per_1b", "working_group", "com_1"))
    post = share(service)["post_id"]
    with pytest.raises(errors.Recused):
        moderate(service, post, "hide", "不妥", by="per_1b")
    with pytest.raises(errors.Recused):
        take(service, post, "adopted", by="per_1b")
    with pytest.raises(errors.RoleMissing):
        moderate(service, post, "hide", "不妥", by="per_2a")
    with pytest.raises(errors.RoleMissing):
        take(service, post, "adopted", by="per_2a")


def test_hiding_needs_a_reason(service: ServiceHarness) -> None:
    post = share(service)["post_id"]
    with pytest.raises(errors.ReasonRequired):
        moderate(service, post, "hide")
    assert listed(service) == [post]


def test_a_suggestion_goes_its_course_with_public_reasons(service: ServiceHarness) -> None:
    post = share(service)["post_id"]
    take(service, post, "received", "")
    with pytest.raises(errors.ReasonRequired):
        take(service, post, "considered", "")
    take(service, post, "considered", "请电工看过")
    adopted = take(service, post, "adopted", "下周换灯")
    assert adopted["reply_due_at"] is None
    with pytest.raises(errors.WrongState) as refused:
        take(service, post, "declined", "不办了")
    assert refused.value.facts == {"stage": "adopted", "next": ["done", "unsolved"]}
    take(service, post, "done", "已换")
    public = service.call("get_post", post_id=post)
    assert [(each["step"], each["reason"]) for each in public["course"]] == [
        ("received", ""),
        ("considered", "请电工看过"),
        ("adopted", "下周换灯"),
        ("done", "已换"),
    ]
    assert [type(event) for event in service.emitted if isinstance(event, SuggestionReceived | SuggestionAdopted)] == [
        SuggestionReceived,
        SuggestionAdopted,
    ]


def test_closed_without_being_solved_is_not_solved_and_may_be_opened_again(service: ServiceHarness) -> None:
    post = share(service)["post_id"]
    assert take(service, post, "unsolved", "产权不清，无法施工")["stage"] == "unsolved"
    closed = service.emitted[-1]
    assert isinstance(closed, SuggestionClosed)
    assert closed.solved is False
    assert listed(service, stage=["done"]) == []
    with pytest.raises(errors.RoleMissing):
        take(service, post, "reopened", "还没修", by="per_2a")
    service.later(days=20)
    reopened = take(service, post, "reopened", "还没修", by="per_1a")
    assert reopened["reply_due_at"] == (NOW + timedelta(days=27)).isoformat()


def test_a_share_has_no_course(service: ServiceHarness) -> None:
    post = share(service, kind="share")
    assert (post["stage"], post["reply_due_at"]) == (None, None)
    with pytest.raises(errors.WrongState):
        take(service, post["post_id"], "adopted")


def test_suggestions_without_an_answer_by_the_deadline_are_listed_the_oldest_first(service: ServiceHarness) -> None:
    first = share(service)["post_id"]
    service.later(hours=1)
    second, answered = share(service)["post_id"], share(service)["post_id"]
    take(service, second, "considered", "在研究")
    take(service, answered, "declined", "做不到")
    assert isinstance(service.emitted[-1], SuggestionDeclined)
    assert listed(service, overdue=True) == []
    service.later(days=7)
    page = service.call("list_posts", community_id="com_1", overdue=True, limit=1)
    rest = service.call("list_posts", community_id="com_1", overdue=True, limit=1, cursor=page["next_cursor"])
    assert [each["id"] for each in page["data"] + rest["data"]] == [first, second]
    assert page["data"][0]["overdue"] is True
    with pytest.raises(errors.Invalid):
        listed(service, overdue=True, q="灯")


def test_the_deadline_is_the_community_s(service: ServiceHarness) -> None:
    service.handle(registry.PolicySet(community="com_1", sequence=2, settings={"reply_days": 2}))
    assert share(service)["reply_due_at"] == (NOW + timedelta(days=2)).isoformat()


def test_comments_are_moderated_on_their_own(service: ServiceHarness) -> None:
    post = share(service)["post_id"]
    said = {"post_id": post, "check": "passed"}
    first = service.call("comment_on_post", actor=actor("per_2a"), text="同意", **said)["comment_id"]
    service.call("comment_on_post", actor=actor("per_3a"), post_id=post, check="risky", text="骂人")
    assert [each["id"] for each in service.call("list_comments", post_id=post)["data"]] == [first]
    assert service.call("get_post", post_id=post)["comments"] == 1
    moderate(service, post, "hide", "跑题", comment_id=first)
    assert isinstance(service.emitted[-1], CommentHidden)
    assert service.call("list_comments", post_id=post)["data"] == []
    queue = service.call("list_moderation", actor=actor(CHAIR), queue="hidden")["data"]
    assert [(each["comment_id"], each["kind"]) for each in queue] == [(first, "comment")]
    service.call("appeal_moderation", actor=actor("per_2a"), post_id=post, comment_id=first, text="没跑题")
    service.call("rule_on_appeal", actor=actor(BRANCH), post_id=post, comment_id=first, outcome="upheld", reason="相关")
    assert [each["id"] for each in service.call("list_comments", post_id=post)["data"]] == [first]
    service.call("withdraw_posted_text", actor=actor("per_2a"), post_id=post, comment_id=first)
    assert service.call("get_post", post_id=post)["comments"] == 0


def test_authors_withdraw_their_own_and_a_repeat_changes_nothing(service: ServiceHarness) -> None:
    post = share(service)["post_id"]
    with pytest.raises(errors.RoleMissing):
        service.call("withdraw_posted_text", actor=actor("per_2a"), post_id=post)
    service.call("withdraw_posted_text", actor=actor("per_1a"), post_id=post)
    events = len(service.emitted)
    assert service.call("withdraw_posted_text", actor=actor("per_1a"), post_id=post)["visibility"] == "withdrawn"
    assert (len(service.emitted), listed(service)) == (events, [])
    with pytest.raises(errors.WrongState):
        moderate(service, post, "show")


def test_a_head_posts_for_a_resident_of_their_courtyard_alone(service: ServiceHarness) -> None:
    post = share(service, by=HEAD, person_id="per_1a")
    assert (post["author_id"], post["posted_by_id"]) == ("per_1a", HEAD)
    with pytest.raises(errors.RoleMissing):
        share(service, by=HEAD, person_id="per_2a")
    with pytest.raises(errors.NotFound):
        share(service, by=HEAD, person_id="per_nobody")


def test_lists_are_paged_and_filtered(service: ServiceHarness) -> None:
    ids = [share(service, kind=kind)["post_id"] for kind in ("share", "suggestion", "share")]
    page = service.call("list_posts", community_id="com_1", limit=2)
    rest = service.call("list_posts", community_id="com_1", limit=2, cursor=page["next_cursor"])
    assert [each["id"] for each in page["data"] + rest["data"]] == ids[::-1]
    assert listed(service, kind="suggestion") == listed(service, stage=["open"]) == [ids[1]]
    assert listed(service, q="100%") == []
    first = service.call("list_own_posted_texts", actor=actor("per_1a"), limit=2)
    last = service.call("list_own_posted_texts", actor=actor("per_1a"), limit=2, cursor=first["next_cursor"])
    assert [each["post_id"] for each in first["data"] + last["data"]] == ids[::-1]


def test_other_communities_see_nothing_but_what_everybody_sees(service: ServiceHarness) -> None:
    post = share(service, check="risky")["post_id"]
    stranger = actor("per_1a", "com_2")
    for method, form in (
        ("get_posted_text", {}),
        ("withdraw_posted_text", {}),
        ("moderate", {"decision": "show", "reason": ""}),
        ("take_course_step", {"step": "received", "reason": ""}),
    ):
        with pytest.raises(errors.NotFound):
            service.call(method, actor=stranger, post_id=post, **form)


def test_what_an_erased_person_wrote_is_deleted(service: ServiceHarness) -> None:
    post = share(service, evidence_ids=["evd_1"])["post_id"]
    other = share(service, by="per_2a")["post_id"]
    service.call("comment_on_post", actor=actor("per_1a"), post_id=other, check="passed", text="我也是")
    service.handle(ResidentErased(community="com_1", sequence=9, person="per_1a"))
    assert listed(service) == [other]
    assert service.call("list_comments", post_id=other)["data"] == []
    with service.transaction() as tx:
        kept = tx.session.execute(
            text(
                "SELECT title, text, pictures::text FROM posts WHERE id = :id UNION ALL "
                "SELECT '', text, '[]' FROM post_comments"
            ),
            {"id": post},
        ).all()
    assert [tuple(row) for row in kept] == [("", "", "[]"), ("", "", "[]")]


def test_the_store_itself_refuses_that_somebody_moderates_their_own_post(service: ServiceHarness) -> None:
    post = share(service)["post_id"]
    with service.transaction() as tx, pytest.raises(IntegrityError, match="posts_moderated_by_others"):
        tx.session.execute(text("UPDATE posts SET moderated_by = author WHERE id = :id"), {"id": post})
