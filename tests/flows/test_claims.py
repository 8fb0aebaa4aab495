"""Claims over HTTP: the rulebook, evidence, suspensions, daily records, acts (R7–R11)."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from contracts import calendar
from contracts.claims import CATEGORIES
from deploy.demo import pictures
from deploy.demo.api_client import ApiError, wait_for
from tests.flows.community import RULEBOOK_ITEMS, Community, Json, expect_refused
from tests.flows.documents import xlsx_rows

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TODAY = calendar.day_of(datetime.now(UTC))


@pytest.fixture(scope="module")
def community(new_community: Callable[..., Community]) -> Community:
    return new_community("申报村", suspend_after_false_claims=2)


def test_r7_a_deed_is_scored_by_the_version_of_its_day_per_unit_and_within_the_caps(community: Community) -> None:
    chair, member, tomorrow = community["组长"], community["组员"], (TODAY + timedelta(days=1)).isoformat()
    changed = [rule | {"score": 12} if rule["code"] == "patrol" else rule for rule in RULEBOOK_ITEMS]
    draft = chair.post("/v1/rulebooks", {"title": "第二版", "items": changed})
    with expect_refused("recused", 403):
        chair.post(f"/v1/rulebooks/{draft['id']}/adopt", {"effective_from": tomorrow})
    with expect_refused("rulebook_invalid", 422):
        member.post(f"/v1/rulebooks/{draft['id']}/adopt", {"effective_from": TODAY.isoformat()})
    assert member.post(f"/v1/rulebooks/{draft['id']}/adopt", {"effective_from": tomorrow})["version"] == 2
    rulebooks = [community["张三"].get("/v1/rulebooks/current", day=day) for day in (TODAY.isoformat(), tomorrow)]
    scores = [{item["code"]: item["score"] for item in rulebook["items"]}["patrol"] for rulebook in rulebooks]
    assert scores == [10, 12]
    assert {item["category"] for item in rulebooks[0]["items"]} == set(CATEGORIES)

    claim = community.submit_claim("张三", "patrol")
    assert (claim["points"], claim["rulebook_version"], claim["rulebook_id"]) == (10, 1, rulebooks[0]["id"])
    with expect_refused("cap_reached", 422):
        community.submit_claim("张三", "patrol")
    by_unit = community.submit_claim("张三", "merit", quantity=30)
    assert (by_unit["points"], by_unit["unit"]) == (30, "元")
    with expect_refused("invalid_request", 422):
        community.submit_claim("张三", "merit", quantity=1001)


def test_r7_a_rulebook_is_exported_to_excel_and_imported_with_errors_by_cell(community: Community) -> None:
    chair = community["组长"]
    adopted = chair.get("/v1/rulebooks/current")
    workbook = load_workbook(io.BytesIO(chair.read(f"/v1/rulebooks/{adopted['id']}", format="xlsx")))

    with expect_refused("role_missing", 403):
        community["张三"].upload("/v1/rulebooks", "第三版.xlsx", _saved(workbook), XLSX)
    imported = chair.upload("/v1/rulebooks", "第三版.xlsx", _saved(workbook), XLSX)
    assert (imported["title"], imported["status"], imported["items"]) == ("第三版", "draft", adopted["items"])
    heading = [cell.value for cell in workbook.active[1]]
    score, category = (workbook.active.cell(3, heading.index(name) + 1) for name in ("分值", "类别"))
    score.value, category.value = "很多", "杂项"
    with pytest.raises(ApiError) as refused:
        chair.upload("/v1/rulebooks", "第三版.xlsx", _saved(workbook), XLSX)
    assert {error["cell"] for error in refused.value.problem["errors"]} == {score.coordinate, category.coordinate}
    assert chair.post(f"/v1/rulebooks/{imported['id']}/discard")["status"] == "discarded"


def test_r8_a_claim_has_time_place_cause_and_evidence_and_an_authorized_declarer(community: Community) -> None:
    with expect_refused("evidence_missing", 422):
        community.submit_claim("李四", "clean_up")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    with expect_refused("in_the_future", 422):
        community["李四"].post("/v1/claims", community.claim_form("council", happened_at=tomorrow))
    with expect_refused("invalid_request", 422):
        community["李四"].post("/v1/claims", community.claim_form("council", place=" ", cause=""))

    claim = community.submit_claim("李四", "clean_up", photo=pictures.photo(80), place="三排东头", cause="清扫巷道")
    read = community["王院长"].get(f"/v1/claims/{claim['id']}")
    assert (read["place"], read["cause"], read["happened_at"]) == ("三排东头", "清扫巷道", claim["happened_at"])
    assert [evidence["id"] for evidence in read["evidence"]] == claim["evidence_ids"]

    community.submit_claim("王院长", "council", person_id=community.person_ids["李四"])
    community.submit_claim("一网格员", "council", person_id=community.person_ids["王院长"])
    for unauthorized in ("张三", "陈院长", "二网格员"):
        with pytest.raises(ApiError) as refused:
            community[unauthorized].post(
                "/v1/claims", community.claim_form("council", person_id=community.person_ids["李四"])
            )
        assert refused.value.status in (403, 404)


def test_r8_false_claims_suspend_a_person_from_declaring_for_a_time(community: Community) -> None:
    for day in (20, 21):
        claim = community.submit_claim("钱七", "council", day=day)
        community.decide("刘院长", claim, "refuse", reason="查无此事", false_claim=True)
    [suspension] = wait_for("the suspension", lambda: community["钱七"].get("/v1/suspensions")["data"])
    assert suspension["made_by_id"] is None
    with pytest.raises(ApiError) as refused:
        community["钱七"].post("/v1/claims", community.claim_form("council", day=22))
    assert refused.value.code == "declaring_suspended"
    assert refused.value.problem["facts"]["until"] == suspension["until"]
    community.submit_claim("一网格员", "council", day=22, person_id=community.person_ids["钱七"])
    with expect_refused("role_missing", 403):
        community["刘院长"].post(f"/v1/suspensions/{suspension['id']}/lift", {"reason": "已说明情况"})
    lifted = community["组长"].post(f"/v1/suspensions/{suspension['id']}/lift", {"reason": "已说明情况"})
    assert lifted["lifted_by_name"] == "组长"
    community.submit_claim("钱七", "council", day=23)


def test_r9_daily_records_are_listed_and_exported_by_courtyard_and_community(community: Community) -> None:
    claims = {name: community.submit_claim(name, "council", day=25) for name in ("孙八", "周九")}
    day = (calendar.first_day(community.month) + timedelta(days=24)).isoformat()
    courtyard = f"/v1/records/courtyards/{community.courtyard_ids[3]}"

    assert [row["id"] for row in community["陈院长"].all(courtyard, day=day)] == [claims["孙八"]["id"]]
    for role in ("组长", "支部"):
        records = community[role].all("/v1/records/community", day=day)
        assert {row["id"] for row in records} == {claim["id"] for claim in claims.values()}
    heading, row = xlsx_rows(community["陈院长"].read(courtyard, day=day, format="xlsx"))
    exported = dict(zip(heading, row, strict=True))
    assert (exported["日期"], exported["姓名"], exported["状态"], exported["编号"]) == (
        day,
        "孙八",
        "待初审",
        claims["孙八"]["id"],
    )
    assert len(xlsx_rows(community.committee.read("/v1/records/community", day=day, format="xlsx"))) == 3
    with expect_refused("role_missing", 403):
        community["陈院长"].get("/v1/records/community", day=day)
    with expect_refused("not_found", 404):
        community["王院长"].get(courtyard, day=day)


def test_r10_evidence_is_for_its_reviewers_and_duplicates_are_flagged_not_refused(community: Community) -> None:
    photo = pictures.photo(81)
    first = community.submit_claim("孙八", "clean_up", day=26, photo=photo)
    same = community.submit_claim("孙八", "clean_up", day=27, photo=photo)
    near = community.submit_claim("孙八", "clean_up", day=28, photo=pictures.cropped(photo))

    def flags(claim: Json) -> list[str]:
        return [flag["kind"] for flag in community["陈院长"].get(f"/v1/claims/{claim['id']}").get("flags", [])]

    assert (flags(first), set(flags(same)), set(flags(near))) == ([], {"same_file"}, {"near_same_picture"})
    assert community.wait_for_review("陈院长", near)["flagged"]
    assert "flags" not in community["孙八"].get(f"/v1/claims/{near['id']}")

    path = f"/v1/evidence/{first['evidence_ids'][0]}"
    for authorized in ("孙八", "陈院长"):
        assert community[authorized].read(path).startswith(b"\xff\xd8\xff")
    for unauthorized in ("周九", "王院长"):
        with expect_refused("not_found", 404):
            community[unauthorized].read(path)
    with expect_refused("evidence_unusable", 422):
        community["孙八"].upload("/v1/evidence", "photo.jpg", b"MZ\x90\x00 no picture", "image/jpeg")


def test_r10_a_desk_is_one_call_and_plain_downloads_of_thumbnails(community: Community) -> None:
    claim = community.submit_claim("孙八", "clean_up", day=25, photo=pictures.photo(82))
    review = community.wait_for_review("陈院长", claim)

    desk = community["陈院长"].get("/v1/reviews", stage="first")["data"]
    [waiting] = [each["claim"] for each in desk if each["id"] == review["id"]]
    [of_reviewer] = waiting["evidence_links"]
    [of_claimant] = community["孙八"].get("/v1/claims", limit=1)["data"][0]["evidence_links"]

    assert of_reviewer["evidence_id"] == of_claimant["evidence_id"] == claim["evidence_ids"][0]
    for link in (of_reviewer["small_url"], of_reviewer["large_url"], of_claimant["url"]):
        assert community.public.read(link[link.index("/v1/") :]).startswith(b"\xff\xd8\xff")
    assert "陈院长" in [each["by_name"] for each in community["孙八"].get("/v1/me/accesses")["data"]]


def test_r11_recorded_participants_earn_points_without_a_first_review(community: Community) -> None:
    household = [community.person_ids[name] for name in ("赵六", "赵嫂")]
    acts_form = community.claim_form("training", day=16, cause="签到名单", person_ids=household)
    with expect_refused("role_missing", 403):
        community["刘院长"].post("/v1/acts", acts_form)

    counted, capped = community["组长"].post("/v1/acts", acts_form)["data"]

    assert (counted["code"], capped["code"], capped["claim_id"]) == (None, "cap_reached", None)
    claim = community["赵六"].get(f"/v1/claims/{counted['claim_id']}")
    assert (claim["status"], claim["system_made"], claim["points"]) == ("endorsed", True, 2)
    assert community.wait_for_review("组员", claim, "final")["system_made"]
    assert claim["id"] not in community.open_reviews("组长", "final"), "the chair recorded it"
    acts = community["组长"].get("/v1/acts")["data"]
    assert [(act["person_name"], act["code"]) for act in acts] == [("赵嫂", "cap_reached"), ("赵六", None)]


def _saved(workbook: Any) -> bytes:
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()
