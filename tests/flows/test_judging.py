"""Declaring and judging over HTTP: one level up, returned, withdrawn, capped (R7, R12, R13)."""

from functools import partial

from deploy.demo.visitors import once_told, until
from tests.flows.at_once import at_once, refusals
from tests.flows.village import Village, refused


def test_r12_a_claim_of_the_heads_own_household_goes_to_the_grid_officer(village: Village) -> None:
    claim = village.declare("王嫂", "council")
    review = village.review("一网格员", claim)
    assert review["level"] == "officer"
    assert claim["id"] not in village.desk("王院长")
    path = f"/v1/reviews/{review['id']}/decision"
    with refused("recused", 403):
        village["王院长"].post(path, {"decision": "endorse"})
    with refused("role_missing", 403):
        village["组长"].post(path, {"decision": "endorse"})
    village.judge("一网格员", claim, "endorse")
    village.judge("组长", claim, "approve")
    steps = [step["step"] for step in village.status(claim, "approved")["timeline"]]
    assert steps == ["submitted", "endorsed", "approved"]


def test_r13_a_member_of_the_group_leaves_his_own_household_to_the_others(village: Village) -> None:
    village.committee.post("/v1/appointments", {"person_id": village.people["赵六"], "role": "working_group"})
    claim = village.declare("赵嫂", "council")
    village.judge("刘院长", claim, "endorse")
    review = village.review("组员", claim, "final")
    once_told(lambda: village["赵六"].get("/v1/reviews", stage="final"))
    assert claim["id"] not in village.desk("赵六", "final")
    with refused("recused", 403):
        village["赵六"].post(f"/v1/reviews/{review['id']}/decision", {"decision": "approve"})
    [answer] = village["赵六"].post(
        "/v1/reviews/decisions", {"decisions": [{"review_id": review["id"], "decision": "approve"}]}
    )["data"]
    assert (answer["ok"], answer["code"]) == (False, "recused")
    village.judge("组员", claim, "approve")


def test_r12_what_is_returned_is_declared_again_and_judged_from_the_beginning(village: Village) -> None:
    claim = village.declare("张三", "council", day=5)
    review = village.review("王院长", claim)
    with refused("reason_required", 422):
        village["王院长"].post(f"/v1/reviews/{review['id']}/decision", {"decision": "return"})
    village.judge("王院长", claim, "return", reason="请写明哪一次议事会")
    returned = village.status(claim, "returned")
    assert returned["timeline"][-1]["reason"] == "请写明哪一次议事会"
    with refused("not_found", 404):
        village["周九"].put(f"/v1/claims/{claim['id']}", village.deed("council", day=5))
    again = village["张三"].put(f"/v1/claims/{claim['id']}", village.deed("council", day=6, cause="六日的议事会"))
    assert (again["status"], again["cause"]) == ("submitted", "六日的议事会")
    village.judge("王院长", claim, "endorse")
    village.judge("组长", claim, "approve")
    village.status(claim, "approved")


def test_r12_what_is_withdrawn_leaves_the_judges_desk_for_good(village: Village) -> None:
    claim = village.declare("李四", "council", day=7)
    review = village.review("王院长", claim)
    withdrawn = village["李四"].post(f"/v1/claims/{claim['id']}/withdraw")
    assert withdrawn["status"] == "withdrawn"
    with refused("wrong_state", 409):
        village["李四"].post(f"/v1/claims/{claim['id']}/withdraw")
    until("an empty desk", lambda: claim["id"] not in village.desk("王院长"))
    with refused("already_decided", 409):
        village["王院长"].post(f"/v1/reviews/{review['id']}/decision", {"decision": "endorse"})


def test_r12_a_refusal_gives_its_reason_and_frees_the_cap(village: Village) -> None:
    claim = village.declare("钱七", "patrol", day=8)
    with refused("cap_reached", 422):
        village.declare("钱七", "patrol", day=8)
    village.judge("刘院长", claim, "refuse", reason="当日没有巡防")
    assert village.status(claim, "refused")["timeline"][-1]["reason"] == "当日没有巡防"
    assert village.declare("钱七", "patrol", day=8)["status"] == "submitted"


def test_r7_claims_at_once_never_pass_a_cap_together(village: Village) -> None:
    by = village["周九"]
    once_told(lambda: by.get("/v1/claims"))
    deed = partial(by.post, "/v1/claims", village.deed("patrol", day=9))
    outcomes = at_once(*[deed] * 8)
    assert refusals(outcomes) == ["cap_reached"] * 7
    days = at_once(*[partial(by.post, "/v1/claims", village.deed("patrol", day=day)) for day in range(10, 16)])
    assert refusals(days) == ["cap_reached"] * 3
    assert len(by.all("/v1/claims")) == 4


def test_r13_two_judges_at_once_make_one_decision(village: Village) -> None:
    claim = village.declare("孙八", "council", day=9)
    village.judge("陈院长", claim, "endorse")
    path = f"/v1/reviews/{village.review('组长', claim, 'final')['id']}/decision"
    approve = [partial(village[name].post, path, {"decision": "approve"}) for name in ("组长", "组员") * 3]
    assert refusals(at_once(*approve)) == ["already_decided"] * 5
