"""Final approvals: the list with its filters, one deed with its evidence, all that a filter selects."""

import re
from typing import Any

import httpx
import pytest

from tests.web.conftest import Api, Desk, problem
from tests.web.desk.reviews import AWARD, CASE, EARLIER, LINK, REVIEW, TERMS, answers, selection

ONE = "/desk/month/approvals/rev_1"
ALL = "/desk/month/approvals"


@pytest.fixture
def group(desk: Desk, api: Api) -> Desk:
    desk.sign_in("working_group")
    api.answers |= answers(REVIEW, AWARD)
    return desk


def asked(api: Api, path: str) -> dict[str, str]:
    """Return the parameters of the last GET of a path."""
    return dict(next(each for each in reversed(api.requests) if each.url.path == path).url.params)


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, f"no field {name}"
    return found[1].replace("&#34;", '"')


def test_what_waits_for_the_final_approval_is_listed(group: Desk) -> None:
    text = group.get(ALL).text

    assert "张三&lt;" in text
    assert "参加环境卫生整治" in text
    assert "卫生检查名次奖励" in text
    assert "照片相似" in text
    assert re.search(r"全部通过这 2 条", text)
    assert "共 10 分" in text


def test_filters_go_to_the_platform_and_stay_in_the_form(group: Desk, api: Api) -> None:
    text = group.get(f"{ALL}?period=2026-10&courtyard_id=cty_1&category=charity&flagged=true&declarer=another").text

    expected = {"period": "2026-10", "courtyard_id": "cty_1", "category": "charity", "flagged": "true"}
    for path in ("/v1/reviews", "/v1/reviews/selection"):
        assert expected.items() <= asked(api, path).items()
        assert asked(api, path)["declarer"] == "another"
    assert '<option value="cty_1" selected>' in text
    assert '<option value="another" selected>' in text
    assert 'value="2026-10"' in text


def test_what_others_have_to_decide_is_listed_without_a_way_to_approve_it(group: Desk, api: Api) -> None:
    text = group.get(f"{ALL}?waiting_for=others").text

    assert asked(api, "/v1/reviews")["waiting_for"] == "others"
    assert "全部通过" not in text


def test_the_pages_are_for_the_working_group(desk: Desk) -> None:
    desk.sign_in("branch")

    for path in (ALL, ONE):
        assert desk.get(path).status_code == 403


def test_a_community_without_a_rulebook_has_the_list_all_the_same(group: Desk, api: Api) -> None:
    api.answers["/v1/rulebooks/current"] = problem(404, "not_found")

    assert group.get(ALL).status_code == 200


def test_one_deed_shows_its_pictures_beside_those_they_resemble(group: Desk, api: Api) -> None:
    api.answers["/v1/claims/clm_9"] = whole_claim(evidence_links=[EARLIER])

    text = group.get(ONE).text

    assert "/v1/evidence/links/small" in text
    assert "/v1/evidence/links/earlier" in text
    assert "以前交过的相似照片" in text


def test_pictures_load_from_the_address_that_the_page_was_opened_at(group: Desk, api: Api) -> None:
    link = {name: f"https://elsewhere.example/v1/evidence/links/{name}" for name in ("url", "small_url", "large_url")}
    claim = REVIEW["claim"] | {"evidence_links": [LINK | link], "flags": []}
    api.answers["/v1/reviews/rev_1"] = CASE | {"claim": claim}

    text = group.get(ONE).text

    assert 'src="/v1/evidence/links/small_url"' in text
    assert 'href="/v1/evidence/links/large_url"' in text


def test_an_earlier_picture_that_is_not_shown_is_said_to_be(group: Desk, api: Api) -> None:
    api.answers["/v1/claims/clm_9"] = problem(404, "not_found")

    assert "您无权查看或已经删除" in group.get(ONE).text


def test_who_may_not_decide_reads_why_and_has_no_form(group: Desk, api: Api) -> None:
    refusal = "此件由您初审，应由其他成员审核"
    api.answers["/v1/reviews/rev_1"] = CASE | {"terms": TERMS | {"refusal": refusal}}

    text = group.get(ONE).text

    assert refusal in text
    assert 'name="decision"' not in text


def test_who_has_approved_sees_how_many_others_are_needed(group: Desk, api: Api) -> None:
    terms = TERMS | {"has_approved": True, "approvals": 1, "quorum": 2}
    api.answers["/v1/reviews/rev_1"] = CASE | {"terms": terms}

    text = group.get(ONE).text

    assert "1 / 2" in text
    assert 'value="approve"' not in text


def test_an_approval_names_the_version_that_was_shown(group: Desk, api: Api) -> None:
    answer = group.post(f"{ONE}?period=2026-10", decision="approve", points="5", reason="", version="2")

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{ALL}?period=2026-10")
    assert api.sent("POST", "/v1/reviews/rev_1/decision") == [{"decision": "approve", "reason": "", "version": 2}]


def test_points_are_adjusted_with_a_reason(group: Desk, api: Api) -> None:
    api.answers["POST /v1/reviews/rev_1/decision"] = REVIEW

    group.post(ONE, decision="approve", points="8", reason="两个人的活", version="2")

    assert api.sent("POST", "/v1/reviews/rev_1/decision")[0]["points"] == 8
    assert "还要其他成员同意" in group.get(ALL).text


def test_a_false_claim_is_refused_as_one(group: Desk, api: Api) -> None:
    group.post(ONE, decision="refuse", points="5", reason="没有此事", false_claim="yes", version="2")

    [sent] = api.sent("POST", "/v1/reviews/rev_1/decision")
    assert (sent["decision"], sent["false_claim"], "points" in sent) == ("refuse", True, False)


REFUSALS: list[Any] = [
    (problem(422, "reason_required", "必须说明理由", reason="必须说明理由"), 422),
    (problem(409, "stale_version", "这条审核在您查看之后有了变化，请重新查看"), 409),
    (httpx.ConnectError("refused"), 503),
]


@pytest.mark.parametrize(("refusal", "status"), REFUSALS, ids=["422", "409", "503"])
def test_a_refused_decision_keeps_what_was_typed(group: Desk, api: Api, refusal: Any, status: int) -> None:
    api.answers["POST /v1/reviews/rev_1/decision"] = refusal

    answer = group.post(ONE, decision="return", points="7", reason="请补充<照片", version="2")

    assert answer.status_code == status
    assert "请补充&lt;照片</textarea>" in answer.text
    assert 'value="7"' in answer.text
    assert 'role="alert"' in answer.text


def test_an_error_of_a_decision_stands_beside_its_field(group: Desk, api: Api) -> None:
    api.answers["POST /v1/reviews/rev_1/decision"] = problem(422, "invalid_request", points="分值应在 -15 与 15 之间")

    text = group.post(ONE, decision="approve", points="99", reason="多", version="2").text

    assert '<small class="wrong" id="e-points">分值应在 -15 与 15 之间</small>' in text


def decided(count: int, *, refused: int = 0, first: int = 0) -> dict[str, Any]:
    """Return the answers to a part of a run; the first ones are refused."""

    def answer(number: int) -> dict[str, Any]:
        ok = number >= refused
        code, detail = (None, None) if ok else ("stale_version", "有了变化")
        stage = "approved" if ok else None
        return {"review_id": f"rev_{first + number}", "ok": ok, "stage": stage, "code": code, "detail": detail}

    return {"data": [answer(number) for number in range(count)]}


def test_all_that_match_are_approved_in_parts_with_progress(group: Desk, api: Api) -> None:
    api.answers["/v1/reviews/selection"] = selection(300)
    begun = group.post(ALL, version="a" * 32)
    assert '<progress value="0" max="300">' in begun.text
    assert 'hx-trigger="load, submit"' in begun.text
    api.answers["POST /v1/reviews/decisions"] = decided(250, refused=2)

    half = group.client.post(f"{ALL}/run", data=fields_of(begun.text), headers={"HX-Request": "true"}).text

    assert '<progress value="250" max="300">' in half
    assert "<html" not in half
    assert "2 条没有通过：有了变化" in half
    api.answers["POST /v1/reviews/decisions"] = decided(50, first=250)

    api.answers["/v1/reviews/rev_0"] = CASE

    end = group.client.post(f"{ALL}/run", data=fields_of(half)).text

    first, second = api.sent("POST", "/v1/reviews/decisions")
    assert (len(first["decisions"]), len(second["decisions"])) == (250, 50)
    assert first["decisions"][0] == {"decision": "approve", "review_id": "rev_0", "version": 2}
    assert "已通过 298 条，未通过 2 条" in end
    assert '<a href="/desk/month/approvals/rev_0">张三&lt; · 参加环境卫生整治</a>' in end
    assert 'href="/desk/month/approvals/rev_1"' in end


def fields_of(text: str) -> dict[str, str]:
    return {name: hidden(text, name) for name in ("csrf_token", "_key", "remaining", "refused", "total")}


def test_nothing_is_approved_when_the_selection_has_changed(group: Desk, api: Api) -> None:
    answer = group.post(ALL, version="b" * 32)

    assert (answer.status_code, "什么也没有批准" in answer.text) == (409, True)
    assert api.sent("POST", "/v1/reviews/decisions") == []


def test_a_part_that_got_no_answer_is_sent_again_with_the_same_key(group: Desk, api: Api) -> None:
    begun = group.post(ALL, version="a" * 32).text
    api.answers["POST /v1/reviews/decisions"] = httpx.ConnectError("refused")

    stopped = group.client.post(f"{ALL}/run", data=fields_of(begun))

    assert (stopped.status_code, hidden(stopped.text, "_key")) == (503, hidden(begun, "_key"))
    assert hidden(stopped.text, "remaining") == hidden(begun, "remaining")
    assert 'hx-trigger="load' not in stopped.text, "it would go on for ever"


@pytest.mark.parametrize("remaining", ["", "{}", "[1]", '[["rev_1"]]', "x"])
def test_a_run_that_was_changed_by_hand_decides_nothing(group: Desk, api: Api, remaining: str) -> None:
    begun = fields_of(group.post(ALL, version="a" * 32).text)

    answer = group.client.post(f"{ALL}/run", data=begun | {"remaining": remaining})

    assert answer.status_code == 200
    assert api.sent("POST", "/v1/reviews/decisions") == []


def whole_claim(**given: Any) -> dict[str, Any]:
    return {
        "id": "clm_9",
        "status": "final",
        "person_id": "per_4",
        "household_id": "hou_2",
        "courtyard_id": "cty_1",
        "book": "household",
        "declared_by_id": "per_4",
        "item": "cleanup",
        "title": "参加环境卫生整治",
        "category": "living_environment",
        "unit": "次",
        "quantity": 1,
        "points": 5,
        "awarded_points": 5,
        "day": "2026-09-05",
        "happened_at": "2026-09-05T01:00:00Z",
        "place": "三排",
        "cause": "清扫",
        "evidence_ids": ["evd_9"],
        "system_made": False,
        "public": True,
        "rulebook_id": "rbk_1",
        "rulebook_version": 3,
        "entry_id": "ent_9",
        "period": "2026-09",
        "submitted_at": "2026-09-05T01:00:00Z",
        "changed_at": "2026-09-05T01:00:00Z",
        "evidence": [],
        "timeline": [],
        **given,
    }
