"""Who lives where and who may do what, over HTTP (R1–R6)."""

import csv
import io
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from contracts import calendar
from deploy.demo.visitors import Visitor, once_told, until
from tests.flows.village import Answer, Village, refused

TODAY = calendar.day_of(datetime.now(UTC))


@pytest.fixture(scope="module")
def village(village: Village) -> Village:
    """Where 张三 and 孙八 have points, so that moves and offices have something to move or leave."""
    village.earn(张三=30, 孙八=60)
    return village


def test_r1_residents_live_in_households_courtyards_rows_and_grids_and_are_seen_from_there(village: Village) -> None:
    yards = sorted(village.committee.all("/v1/courtyards"), key=lambda yard: yard["number"])
    assert [(yard["number"], yard["row"], yard["grid_name"]) for yard in yards] == [
        (1, 1, "一网格"),
        (2, 1, "一网格"),
        (3, 2, "二网格"),
        (4, 2, "二网格"),
    ]
    home = village.households["2-3"]
    village.committee.post("/v1/residents", {"name": "钱远", "household_id": home, "tenure": "tenant", "away": True})
    members = village["钱七"].get(f"/v1/households/{home}")["members"]
    assert {(member["name"], member["tenure"], member["away"]) for member in members} == {
        ("钱七", "tenant", False),
        ("钱远", "tenant", True),
    }
    assert _seen_by(village["钱七"]) == {"钱七", "钱远"}
    assert _seen_by(village["刘院长"]) == {"刘院长", "赵六", "赵嫂", "钱七", "钱远"}
    assert _seen_by(village["二网格员"]) == {"二网格员", "陈院长", "孙八", "杨院长", "周九"}
    with refused("not_found", 404):
        village["钱七"].get(f"/v1/residents/{village.people['孙八']}")


def test_r2_a_courtyard_has_one_head_and_the_credit_of_the_former_stays(village: Village) -> None:
    yard, former, heir = village.courtyards[4], village.people["杨院长"], village.people["周九"]
    [office] = village.committee.all("/v1/appointments", role="head", scope_id=yard)
    with refused("appointment_conflict", 409):
        village.committee.post("/v1/appointments", {"person_id": heir, "role": "head", "scope_id": yard})
    village.committee.post(f"/v1/appointments/{office['id']}/end")
    village.committee.post("/v1/appointments", {"person_id": heir, "role": "head", "scope_id": yard})

    claim = village.declare("周九", "council")

    until("the officer", lambda: village.desk("二网格员").get(claim["id"]))
    assert claim["book"] == "household"
    assert [role["role"] for role in village["周九"].get("/v1/me")["roles"]] == ["head"]
    assert village["杨院长"].get("/v1/me")["roles"] == []
    past = village.committee.all("/v1/appointments", person_id=former)
    assert [(each["scope_id"], each["until"]) for each in past] == [(yard, TODAY.isoformat())]


def test_r3_a_tenant_moves_with_his_balance_and_the_courtyard_of_the_act_keeps_the_credit(village: Village) -> None:
    earned = {"period": calendar.period_of(calendar.first_day(village.month) + timedelta(days=32))}
    old = f"/v1/ledgers/courtyards/{village.courtyards[1]}"
    credit = village.committee.get(old, **earned)["points"]
    move = {"on": TODAY.isoformat(), "to": {"courtyard_id": village.courtyards[2]}}
    with refused("not_found", 404):
        village["陈院长"].post(f"/v1/residents/{village.people['张三']}/moves", move)

    village["一网格员"].post(f"/v1/residents/{village.people['张三']}/moves", move)

    me = village["张三"].get("/v1/me")
    assert (me["courtyard"]["number"], me["household"]["id"]) == (2, village.household_of("张三"))
    assert village.book("张三")["available"] == 30
    assert village.committee.get(old, **earned)["points"] == credit == 30
    stays = village["张三"].get(f"/v1/households/{village.household_of('张三')}")["stays"]
    assert [(stay["courtyard_id"], stay["until"]) for stay in stays] == [
        (village.courtyards[1], TODAY.isoformat()),
        (village.courtyards[2], None),
    ]


def test_r4_one_person_may_hold_several_offices_each_over_its_own_part_until_it_ends(village: Village) -> None:
    person, grid = village.people["赵六"], village.grids["一网格"]
    offices = [
        village.committee.post("/v1/appointments", {"person_id": person, "role": role, "scope_id": scope})
        for role, scope in (("grid_officer", grid), ("working_group", None))
    ]
    held = village["赵六"].get("/v1/me")["roles"]
    assert {(role["role"], role["scope_id"]) for role in held} == {
        ("grid_officer", grid),
        ("working_group", village.id),
    }
    once_told(lambda: village["赵六"].get("/v1/reviews", stage="final"))
    invited = f"/v1/residents/{village.people['李四']}/invitations"
    assert village["赵六"].post(invited)["resident_id"] == village.people["李四"]
    with refused("role_missing", 403):
        village["赵六"].post(f"/v1/residents/{village.people['周九']}/invitations")

    for office in offices:
        village.committee.post(f"/v1/appointments/{office['id']}/end")

    assert village["赵六"].get("/v1/me")["roles"] == []
    with refused("not_found", 404):
        village["赵六"].post(invited)


def test_r5_a_roster_is_tried_out_with_every_bad_cell_and_taken_in_once(village: Village) -> None:
    template = load_workbook(io.BytesIO(village.committee.read("/v1/rosters/template"))).active
    heading = [cell.value for cell in template[1]]
    good = (5, 3, "三网格", "5-1", "吴院长", "", "房东", "是", "", "2024-03-01", 1960)
    tenant = (5, 3, "三网格", "5-2", "郑十", "", "租户", "", "", "2025-03-01", "")
    nameless = (5, 3, "三网格", "5-2", "", "12345", "房客", "", "", "2025-02-30", "")

    tried = _hand_in(village.committee, [heading, good, nameless], dry_run="true")
    assert {(flaw["row"], flaw["column"]) for flaw in tried["errors"]} == {
        (3, "姓名"),
        (3, "手机号"),
        (3, "身份"),
        (3, "入住日期"),
    }
    with refused("roster_invalid", 422):
        _hand_in(village.committee, [heading, good, nameless])
    with refused("role_missing", 403):
        _hand_in(village["一网格员"], [heading, good])
    assert _counted(_hand_in(village.committee, [heading, good, tenant], dry_run="true")) == (1, 2, 2, 1)
    assert "郑十" not in _seen_by(village.committee)

    assert _counted(_hand_in(village.committee, [heading, good, tenant])) == (1, 2, 2, 1)
    assert _counted(_hand_in(village.committee, [heading, good, tenant])) == (0, 0, 0, 0)
    assert {"吴院长", "郑十"} <= _seen_by(village.committee)


def test_r6_whoever_has_no_phone_is_acted_for_with_both_on_record_and_carries_a_card(village: Village) -> None:
    head, elder = village["陈院长"], village.people["孙八"]
    claim = village.declare("陈院长", "council", person_id=elder)
    told = head.get(f"/v1/claims/{claim['id']}")
    assert (told["person_name"], told["declared_by_name"]) == ("孙八", "陈院长")
    order = village.order("陈院长", village.reward(points=5), person_id=elder)
    assert (order["person_id"], order["placed_by_id"]) == (elder, village.people["陈院长"])
    with refused("role_missing", 403):
        village["王院长"].post("/v1/claims", village.deed("council", person_id=elder))

    home = f"/v1/households/{village.household_of('孙八')}"
    card = head.post(f"{home}/cards")
    printed = "".join(page.extract_text() for page in PdfReader(io.BytesIO(head.read(f"{home}/card.pdf"))).pages)
    assert card["card_code"] in printed
    assert card["pin"] not in printed
    assert head.get(home)["card"]["issued_by_id"] == village.people["陈院长"]
    with refused("not_found", 404):
        village["王院长"].post(f"{home}/cards")


def _seen_by(visitor: Visitor) -> set[str]:
    return {resident["name"] for resident in visitor.all("/v1/residents")}


def _hand_in(by: Visitor, rows: list, **params: str) -> Answer:
    sheet = io.StringIO()
    csv.writer(sheet).writerows(rows)
    report: Answer = by.upload("/v1/rosters", f"{uuid.uuid4()}.csv", sheet.getvalue().encode(), "text/csv", **params)
    return report


def _counted(report: Answer) -> tuple[int, ...]:
    return tuple(report[kind] for kind in ("courtyards", "households", "residents", "heads"))
