"""Reviews over HTTP: routing, recusal, returned and withdrawn claims, caps, concurrency (R7, R12, R13)."""

from functools import partial

from deploy.demo.api_client import retry_until_known, wait_for
from tests.flows.community import Community, expect_refused
from tests.flows.concurrency import error_codes, run_concurrently


def test_r12_a_claim_of_the_heads_own_household_goes_to_the_grid_officer(community: Community) -> None:
    claim = community.submit_claim("王嫂", "council")
    review = community.wait_for_review("一网格员", claim)
    assert review["level"] == "officer"
    assert claim["id"] not in community.open_reviews("王院长")
    path = f"/v1/reviews/{review['id']}/decision"
    with expect_refused("recused", 403):
        community["王院长"].post(path, {"decision": "endorse"})
    with expect_refused("role_missing", 403):
        community["组长"].post(path, {"decision": "endorse"})
    community.endorse_and_approve(claim, endorsed_by="一网格员")
    steps = [step["step"] for step in community.wait_for_status(claim, "approved")["timeline"]]
    assert steps == ["submitted", "endorsed", "approved"]


def test_r13_a_member_cannot_approve_a_claim_of_their_own_household(community: Community) -> None:
    community.appoint("赵六", "working_group")
    claim = community.submit_claim("赵嫂", "council")
    community.decide("刘院长", claim, "endorse")
    review = community.wait_for_review("组员", claim, "final")
    retry_until_known(lambda: community["赵六"].get("/v1/reviews", stage="final"))
    assert claim["id"] not in community.open_reviews("赵六", "final")
    with expect_refused("recused", 403):
        community["赵六"].post(f"/v1/reviews/{review['id']}/decision", {"decision": "approve"})
    [answer] = community["赵六"].post(
        "/v1/reviews/decisions", {"decisions": [{"review_id": review["id"], "decision": "approve"}]}
    )["data"]
    assert (answer["ok"], answer["code"]) == (False, "recused")
    community.decide("组员", claim, "approve")


def test_r12_a_returned_claim_is_resubmitted_and_reviewed_from_the_beginning(community: Community) -> None:
    claim = community.submit_claim("张三", "council", day=5)
    review = community.wait_for_review("王院长", claim)
    with expect_refused("reason_required", 422):
        community["王院长"].post(f"/v1/reviews/{review['id']}/decision", {"decision": "return"})
    community.decide("王院长", claim, "return", reason="请写明哪一次议事会")
    returned = community.wait_for_status(claim, "returned")
    assert returned["timeline"][-1]["reason"] == "请写明哪一次议事会"
    with expect_refused("not_found", 404):
        community["周九"].put(f"/v1/claims/{claim['id']}", community.claim_form("council", day=5))
    resubmitted = community["张三"].put(
        f"/v1/claims/{claim['id']}", community.claim_form("council", day=6, cause="六日的议事会")
    )
    assert (resubmitted["status"], resubmitted["cause"]) == ("submitted", "六日的议事会")
    community.endorse_and_approve(claim, endorsed_by="王院长")
    community.wait_for_status(claim, "approved")


def test_r12_a_withdrawn_claim_can_no_longer_be_reviewed(community: Community) -> None:
    claim = community.submit_claim("李四", "council", day=7)
    review = community.wait_for_review("王院长", claim)
    withdrawn = community["李四"].post(f"/v1/claims/{claim['id']}/withdraw")
    assert withdrawn["status"] == "withdrawn"
    with expect_refused("wrong_state", 409):
        community["李四"].post(f"/v1/claims/{claim['id']}/withdraw")
    wait_for("the end of the review", lambda: claim["id"] not in community.open_reviews("王院长"))
    with expect_refused("already_decided", 409):
        community["王院长"].post(f"/v1/reviews/{review['id']}/decision", {"decision": "endorse"})


def test_r12_a_refusal_has_a_reason_and_does_not_count_towards_the_cap(community: Community) -> None:
    claim = community.submit_claim("钱七", "patrol", day=8)
    with expect_refused("cap_reached", 422):
        community.submit_claim("钱七", "patrol", day=8)
    community.decide("刘院长", claim, "refuse", reason="当日没有巡防")
    assert community.wait_for_status(claim, "refused")["timeline"][-1]["reason"] == "当日没有巡防"
    assert community.submit_claim("钱七", "patrol", day=8)["status"] == "submitted"


def test_r7_concurrent_claims_never_exceed_a_cap(community: Community) -> None:
    client = community["周九"]
    retry_until_known(lambda: client.get("/v1/claims"))
    submit = partial(client.post, "/v1/claims", community.claim_form("patrol", day=9))
    outcomes = run_concurrently(*[submit] * 8)
    assert error_codes(outcomes) == ["cap_reached"] * 7
    days = run_concurrently(
        *[partial(client.post, "/v1/claims", community.claim_form("patrol", day=day)) for day in range(10, 16)]
    )
    assert error_codes(days) == ["cap_reached"] * 3
    assert len(client.all("/v1/claims")) == 4


def test_r13_concurrent_approvals_make_one_decision(community: Community) -> None:
    claim = community.submit_claim("孙八", "council", day=9)
    community.decide("陈院长", claim, "endorse")
    path = f"/v1/reviews/{community.wait_for_review('组长', claim, 'final')['id']}/decision"
    approve = [partial(community[name].post, path, {"decision": "approve"}) for name in ("组长", "组员") * 3]
    assert error_codes(run_concurrently(*approve)) == ["already_decided"] * 5
