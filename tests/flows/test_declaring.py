"""Declaring over HTTP: the rulebook, a claim with its proof, daily records, the platform's own acts (R7–R11)."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from contracts import calendar
from contracts.claims import CATEGORIES
from deploy.demo import pictures
from deploy.demo.visitors import Refused, until
from tests.flows.village import RULES, Answer, Village, refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TODAY = calendar.day_of(datetime.now(UTC))


@pytest.fixture(scope="module")
def village(new_village: Callable[..., Village]) -> Village:
    return new_village("申报村", suspend_after_false_claims=2)


def test_r7_an_act_is_scored_by_the_version_of_its_day_by_the_unit_and_within_the_caps(village: Village) -> None:
    chair, tomorrow = village["组长"], (TODAY + timedelta(days=1)).isoformat()
    dearer = [rule | {"score": 12} if rule["code"] == "patrol" else rule for rule in RULES]
    draft = chair.post("/v1/rulebooks", {"title": "第二版", "items": dearer})
    with refused("rulebook_invalid", 422):
        chair.post(f"/v1/rulebooks/{draft['id']}/adopt", {"effective_from": TODAY.isoformat()})
    assert chair.post(f"/v1/rulebooks/{draft['id']}/adopt", {"effective_from": tomorrow})["version"] == 2
    rulebooks = [village["张三"].get("/v1/rulebooks/current", day=day) for day in (TODAY.isoformat(), tomorrow)]
    scores = [{item["code"]: item["score"] for item in rulebook["items"]}["patrol"] for rulebook in rulebooks]
    assert scores == [10, 12]
    assert {item["category"] for item in rulebooks[0]["items"]} == set(CATEGORIES)

    claim = village.declare("张三", "patrol")
    assert (claim["points"], claim["rulebook_version"], claim["rulebook_id"]) == (10, 1, rulebooks[0]["id"])
    with refused("cap_reached", 422):
        village.declare("张三", "patrol")
    by_unit = village.declare("张三", "merit", quantity=30)
    assert (by_unit["points"], by_unit["unit"]) == (30, "元")
    with refused("invalid_request", 422):
        village.declare("张三", "merit", quantity=1001)


def test_r7_a_rulebook_goes_out_to_excel_and_comes_back_and_a_wrong_cell_is_named(village: Village) -> None:
    chair = village["组长"]
    adopted = chair.get("/v1/rulebooks/current")
    book = load_workbook(io.BytesIO(chair.read(f"/v1/rulebooks/{adopted['id']}", format="xlsx")))

    with refused("role_missing", 403):
        village["张三"].upload("/v1/rulebooks", "第三版.xlsx", _saved(book), XLSX)
    again = chair.upload("/v1/rulebooks", "第三版.xlsx", _saved(book), XLSX)
    assert (again["title"], again["status"], again["items"]) == ("第三版", "draft", adopted["items"])
    heading = [cell.value for cell in book.active[1]]
    score, category = (book.active.cell(3, heading.index(name) + 1) for name in ("分值", "类别"))
    score.value, category.value = "十分", "杂项"
    with pytest.raises(Refused) as wrong:
        chair.upload("/v1/rulebooks", "第三版.xlsx", _saved(book), XLSX)
    assert {error["cell"] for error in wrong.value.problem["errors"]} == {score.coordinate, category.coordinate}
    assert chair.post(f"/v1/rulebooks/{again['id']}/discard")["status"] == "discarded"


def test_r8_a_claim_states_time_place_cause_and_proof_and_is_made_by_who_may(village: Village) -> None:
    with refused("evidence_missing", 422):
        village.declare("李四", "clean_up")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    with refused("in_the_future", 422):
        village["李四"].post("/v1/claims", village.deed("council", happened_at=tomorrow))
    with refused("invalid_request", 422):
        village["李四"].post("/v1/claims", village.deed("council", place=" ", cause=""))

    claim = village.declare("李四", "clean_up", photo=pictures.photo(80), place="三排东头", cause="清扫巷道")
    told = village["王院长"].get(f"/v1/claims/{claim['id']}")
    assert (told["place"], told["cause"], told["happened_at"]) == ("三排东头", "清扫巷道", claim["happened_at"])
    assert [proof["id"] for proof in told["evidence"]] == claim["evidence_ids"]

    village.declare("王院长", "council", person_id=village.people["李四"])
    village.declare("一网格员", "council", person_id=village.people["王院长"])
    for other in ("张三", "陈院长", "二网格员"):
        with pytest.raises(Refused) as refusal:
            village[other].post("/v1/claims", village.deed("council", person_id=village.people["李四"]))
        assert refusal.value.status in (403, 404)


def test_r8_whoever_claims_what_never_happened_may_not_declare_for_a_while(village: Village) -> None:
    for day in (20, 21):
        claim = village.declare("钱七", "council", day=day)
        village.judge("刘院长", claim, "refuse", reason="查无此事", false_claim=True)
    [suspension] = until("the suspension", lambda: village["钱七"].get("/v1/suspensions")["data"])
    assert suspension["made_by_id"] is None
    with pytest.raises(Refused) as refusal:
        village["钱七"].post("/v1/claims", village.deed("council", day=22))
    assert refusal.value.code == "declaring_suspended"
    assert refusal.value.problem["facts"]["until"] == suspension["until"]
    village.declare("刘院长", "council", day=22, person_id=village.people["钱七"])
    with refused("role_missing", 403):
        village["刘院长"].post(f"/v1/suspensions/{suspension['id']}/lift", {"reason": "已说明情况"})
    lifted = village["组长"].post(f"/v1/suspensions/{suspension['id']}/lift", {"reason": "已说明情况"})
    assert lifted["lifted_by_name"] == "组长"
    village.declare("钱七", "council", day=23)


def test_r9_each_days_records_are_read_and_exported_by_courtyard_and_for_all(village: Village) -> None:
    claims = {name: village.declare(name, "council", day=25) for name in ("孙八", "周九")}
    day = (calendar.first_day(village.month) + timedelta(days=24)).isoformat()
    courtyard = f"/v1/records/courtyards/{village.courtyards[3]}"

    assert [row["id"] for row in village["陈院长"].all(courtyard, day=day)] == [claims["孙八"]["id"]]
    for office in ("组长", "支部"):
        everybody = village[office].all("/v1/records/community", day=day)
        assert {row["id"] for row in everybody} == {claim["id"] for claim in claims.values()}
    heading, row = _rows(village["陈院长"].read(courtyard, day=day, format="xlsx"))
    told = dict(zip(heading, row, strict=True))
    assert (told["日期"], told["姓名"], told["状态"], told["编号"]) == (day, "孙八", "待初审", claims["孙八"]["id"])
    assert len(_rows(village.committee.read("/v1/records/community", day=day, format="xlsx"))) == 3
    with refused("role_missing", 403):
        village["陈院长"].get("/v1/records/community", day=day)
    with refused("not_found", 404):
        village["王院长"].get(courtyard, day=day)


def test_r10_proof_is_for_its_judges_and_what_was_seen_before_is_flagged_never_refused(village: Village) -> None:
    photo = pictures.photo(81)
    first = village.declare("孙八", "clean_up", day=26, photo=photo)
    same = village.declare("孙八", "clean_up", day=27, photo=photo)
    near = village.declare("孙八", "clean_up", day=28, photo=pictures.cropped(photo))

    def flags(claim: Answer) -> list[str]:
        return [flag["kind"] for flag in village["陈院长"].get(f"/v1/claims/{claim['id']}").get("flags", [])]

    assert (flags(first), set(flags(same)), set(flags(near))) == ([], {"same_file"}, {"near_same_picture"})
    assert village.review("陈院长", near)["flagged"]
    assert "flags" not in village["孙八"].get(f"/v1/claims/{near['id']}")

    path = f"/v1/evidence/{first['evidence_ids'][0]}"
    for reader in ("孙八", "陈院长"):
        assert village[reader].read(path).startswith(b"\xff\xd8\xff")
    for stranger in ("周九", "王院长"):
        with refused("not_found", 404):
            village[stranger].read(path)
    with refused("evidence_unusable", 422):
        village["孙八"].upload("/v1/evidence", "photo.jpg", b"MZ\x90\x00 no picture", "image/jpeg")


def test_r11_who_took_part_earns_by_the_platforms_record_without_a_first_review(village: Village) -> None:
    family = [village.people[name] for name in ("赵六", "赵嫂")]
    listed = {"item": "training", "person_ids": family} | {
        name: value for name, value in village.deed("training", day=16, cause="签到名单").items() if name != "item"
    }
    with refused("role_missing", 403):
        village["刘院长"].post("/v1/acts", listed)

    counted, capped = village["组长"].post("/v1/acts", listed)["data"]

    assert (counted["code"], capped["code"], capped["claim_id"]) == (None, "cap_reached", None)
    claim = village["赵六"].get(f"/v1/claims/{counted['claim_id']}")
    assert (claim["status"], claim["system_made"], claim["points"]) == ("endorsed", True, 2)
    assert village.review("组长", claim, "final")["system_made"]
    acts = village["组长"].get("/v1/acts")["data"]
    assert [(act["person_name"], act["code"]) for act in acts] == [("赵嫂", "cap_reached"), ("赵六", None)]


def _saved(book: Any) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _rows(sheet: bytes) -> list[tuple[Any, ...]]:
    return list(load_workbook(io.BytesIO(sheet)).active.iter_rows(values_only=True))
