"""The registry over HTTP: residents, households, courtyards, appointments, rosters, cards (R1–R6)."""

import csv
import io
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from contracts import calendar
from deploy.demo.api_client import ApiClient, retry_until_known, wait_for
from tests.flows.community import Community, Json, expect_refused
from tests.flows.documents import pdf_text

TODAY = calendar.day_of(datetime.now(UTC))


@pytest.fixture(scope="module")
def community(community: Community) -> Community:
    """A community in which 张三 and 孙八 have points."""
    community.credit_points(张三=30, 孙八=60)
    return community


def test_r1_residents_live_in_households_courtyards_rows_and_grids_and_are_visible_from_there(
    community: Community,
) -> None:
    yards = sorted(community.committee.all("/v1/courtyards"), key=lambda yard: yard["number"])
    assert [(yard["number"], yard["row"], yard["grid_name"]) for yard in yards] == [
        (1, 1, "一网格"),
        (2, 1, "一网格"),
        (3, 2, "二网格"),
        (4, 2, "二网格"),
    ]
    home = community.household_ids["2-3"]
    community.committee.post("/v1/residents", {"name": "钱远", "household_id": home, "tenure": "tenant", "away": True})
    members = community["钱七"].get(f"/v1/households/{home}")["members"]
    assert {(member["name"], member["tenure"], member["away"]) for member in members} == {
        ("钱七", "tenant", False),
        ("钱远", "tenant", True),
    }
    assert _visible_to(community["钱七"]) == {"钱七", "钱远"}
    assert _visible_to(community["刘院长"]) == {"刘院长", "赵六", "赵嫂", "钱七", "钱远"}
    assert _visible_to(community["二网格员"]) == {"二网格员", "陈院长", "孙八", "杨院长", "周九"}
    with expect_refused("not_found", 404):
        community["钱七"].get(f"/v1/residents/{community.person_ids['孙八']}")


def test_r2_a_courtyard_has_one_head_and_past_appointments_are_kept(community: Community) -> None:
    courtyard, former, successor = (
        community.courtyard_ids[4],
        community.person_ids["杨院长"],
        community.person_ids["周九"],
    )
    [appointment] = community.committee.all("/v1/appointments", role="head", scope_id=courtyard)
    with expect_refused("appointment_conflict", 409):
        community.committee.post("/v1/appointments", {"person_id": successor, "role": "head", "scope_id": courtyard})
    community.committee.post(f"/v1/appointments/{appointment['id']}/end")
    community.committee.post("/v1/appointments", {"person_id": successor, "role": "head", "scope_id": courtyard})

    claim = community.submit_claim("周九", "council")

    wait_for("the review by the grid officer", lambda: community.open_reviews("二网格员").get(claim["id"]))
    assert claim["book"] == "household"
    assert [role["role"] for role in community["周九"].get("/v1/me")["roles"]] == ["head"]
    assert community["杨院长"].get("/v1/me")["roles"] == []
    past = community.committee.all("/v1/appointments", person_id=former)
    assert [(each["scope_id"], each["until"]) for each in past] == [(courtyard, TODAY.isoformat())]


def test_r3_a_tenant_keeps_their_balance_and_the_former_courtyard_its_points(community: Community) -> None:
    month = {"period": calendar.period_of(calendar.first_day(community.month) + timedelta(days=32))}
    former_courtyard = f"/v1/ledgers/courtyards/{community.courtyard_ids[1]}"
    points = community.committee.get(former_courtyard, **month)["points"]
    move = {"on": TODAY.isoformat(), "to": {"courtyard_id": community.courtyard_ids[2]}}
    with expect_refused("not_found", 404):
        community["陈院长"].post(f"/v1/residents/{community.person_ids['张三']}/moves", move)

    community["一网格员"].post(f"/v1/residents/{community.person_ids['张三']}/moves", move)

    me = community["张三"].get("/v1/me")
    assert (me["courtyard"]["number"], me["household"]["id"]) == (2, community.household_id_of("张三"))
    assert community.passbook("张三")["available"] == 30
    assert community.committee.get(former_courtyard, **month)["points"] == points == 30
    stays = community["张三"].get(f"/v1/households/{community.household_id_of('张三')}")["stays"]
    assert [(stay["courtyard_id"], stay["until"]) for stay in stays] == [
        (community.courtyard_ids[1], TODAY.isoformat()),
        (community.courtyard_ids[2], None),
    ]


def test_r4_a_person_has_several_roles_each_over_its_scope_until_it_ends(community: Community) -> None:
    grid = community.grid_ids["一网格"]
    appointments = [
        community.appoint("赵六", role, scope) for role, scope in (("grid_officer", grid), ("working_group", None))
    ]
    roles = community["赵六"].get("/v1/me")["roles"]
    assert {(role["role"], role["scope_id"]) for role in roles} == {
        ("grid_officer", grid),
        ("working_group", community.id),
    }
    retry_until_known(lambda: community["赵六"].get("/v1/reviews", stage="final"))
    invitations = f"/v1/residents/{community.person_ids['李四']}/invitations"
    assert community["赵六"].post(invitations)["resident_id"] == community.person_ids["李四"]
    with expect_refused("role_missing", 403):
        community["赵六"].post(f"/v1/residents/{community.person_ids['周九']}/invitations")

    for appointment in appointments:
        community.committee.post(f"/v1/appointments/{appointment['id']}/end")

    assert community["赵六"].get("/v1/me")["roles"] == []
    with expect_refused("not_found", 404):
        community["赵六"].post(invitations)


def test_r5_a_dry_run_reports_every_invalid_cell_and_a_roster_is_imported_once(community: Community) -> None:
    template = load_workbook(io.BytesIO(community.committee.read("/v1/rosters/template"))).active
    heading = [cell.value for cell in template[1]]
    head_row = (5, 3, "三网格", "5-1", "吴院长", "", "房东", "是", "", "2024-03-01", 1960)
    tenant_row = (5, 3, "三网格", "5-2", "郑十", "", "租户", "", "", "2025-03-01", "")
    invalid_row = (5, 3, "三网格", "5-2", "", "12345", "房客", "", "", "2025-02-30", "")

    report = _upload_roster(community.committee, [heading, head_row, invalid_row], dry_run="true")
    assert {(error["row"], error["column"]) for error in report["errors"]} == {
        (3, "姓名"),
        (3, "手机号"),
        (3, "身份"),
        (3, "入住日期"),
    }
    with expect_refused("roster_invalid", 422):
        _upload_roster(community.committee, [heading, head_row, invalid_row])
    with expect_refused("role_missing", 403):
        _upload_roster(community["一网格员"], [heading, head_row])
    assert _imported_counts(_upload_roster(community.committee, [heading, head_row, tenant_row], dry_run="true")) == (
        1,
        2,
        2,
        1,
    )
    assert "郑十" not in _visible_to(community.committee)

    assert _imported_counts(_upload_roster(community.committee, [heading, head_row, tenant_row])) == (1, 2, 2, 1)
    assert _imported_counts(_upload_roster(community.committee, [heading, head_row, tenant_row])) == (0, 0, 0, 0)
    assert {"吴院长", "郑十"} <= _visible_to(community.committee)


def test_r6_a_person_without_a_phone_is_acted_for_with_both_recorded_and_has_a_card(community: Community) -> None:
    head, elder = community["陈院长"], community.person_ids["孙八"]
    claim = community.submit_claim("陈院长", "council", person_id=elder)
    read = head.get(f"/v1/claims/{claim['id']}")
    assert (read["person_name"], read["declared_by_name"]) == ("孙八", "陈院长")
    with expect_refused("role_missing", 403):
        community["王院长"].post("/v1/claims", community.claim_form("council", person_id=elder))

    home = f"/v1/households/{community.household_id_of('孙八')}"
    card = head.post(f"{home}/cards")
    printed = pdf_text(head.read(f"{home}/card.pdf"))
    assert card["card_code"] in printed
    assert card["pin"] not in printed
    assert head.get(home)["card"]["issued_by_id"] == community.person_ids["陈院长"]
    with expect_refused("not_found", 404):
        community["王院长"].post(f"{home}/cards")

    form = {"reward_id": community.create_reward(points=5), "person_id": elder, "pin": card["pin"]}
    form["card"] = card["card_code"]
    officer = community["二网格员"]
    order = retry_until_known(lambda: officer.post("/v1/orders", form))
    assert (order["person_id"], order["placed_by_id"]) == (elder, community.person_ids["二网格员"])
    assert (order["status"], order["consent"]) == ("confirmed", "card")
    with expect_refused("card_invalid", 422):
        head.post("/v1/orders", form)
    [notice] = head.all("/v1/paper-notices/orders")
    assert (notice["order_id"], notice["person_name"]) == (order["id"], "孙八")
    assert head.post(f"/v1/paper-notices/orders/{order['id']}")["told_by_id"] == community.person_ids["陈院长"]
    assert head.all("/v1/paper-notices/orders") == []


def _visible_to(client: ApiClient) -> set[str]:
    return {resident["name"] for resident in client.all("/v1/residents")}


def _upload_roster(client: ApiClient, rows: list[Any], **params: str) -> Json:
    sheet = io.StringIO()
    csv.writer(sheet).writerows(rows)
    report: Json = client.upload("/v1/rosters", f"{uuid.uuid4()}.csv", sheet.getvalue().encode(), "text/csv", **params)
    return report


def _imported_counts(report: Json) -> tuple[int, ...]:
    return tuple(report[kind] for kind in ("courtyards", "households", "residents", "heads"))
