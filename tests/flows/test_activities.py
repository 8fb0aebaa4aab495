"""Activities over HTTP: published, signed up for, waited for, accepted and cancelled (R29)."""

import io
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from openpyxl import load_workbook

from deploy.demo.api_client import wait_for
from deploy.invariants import INVARIANTS, Platform
from deploy.local.stack import Stack
from tests.flows.community import Community, Json, expect_refused
from tests.flows.samples import activity_form, publish_activity, sign_up


def test_r29_a_full_activity_has_an_explained_waiting_list_and_offers_what_becomes_free(
    community: Community,
) -> None:
    activity = publish_activity(community, places=1, most_party=1)
    path = f"/v1/activities/{activity}"
    first = sign_up(community, activity, "张三")
    waiting = community["李四"].post(f"{path}/signups", {})
    assert (waiting["state"], waiting["position"], waiting["person_names"]) == ("waiting", 1, ["李四"])
    assert waiting["explanation"] == "第 1 位，因为 1 个名额已满，前面没有人；有人退出时依次递补"
    with expect_refused("wrong_state", 409):
        community["李四"].post(f"{path}/signups/{waiting['id']}/accept")
    assert community["张三"].send("DELETE", f"{path}/signups/{first}").json()["state"] == "withdrawn"
    assert community["李四"].get(f"{path}/signups/{waiting['id']}")["state"] == "offered"
    assert community["李四"].post(f"{path}/signups/{waiting['id']}/accept")["state"] == "confirmed"
    listed = community["组长"].get(f"{path}/signups", state="confirmed")["data"]
    assert [each["person_names"] for each in listed] == [["李四"]]
    public = community.public.get(f"/v1/calendar/activities/{activity}")
    assert (public["taken"], public["phase"]) == (1, "open")
    assert community.person_ids["李四"] not in str(public)
    [own] = community["李四"].get("/v1/me/signups")["data"]
    assert (own["id"], own["activity"]["id"]) == (waiting["id"], activity)


def test_r29_a_head_signs_residents_up_and_nobody_signs_up_strangers(community: Community) -> None:
    activity = publish_activity(community, places=2)
    resident = {"person_ids": [community.person_ids["张三"]]}
    with expect_refused("role_missing", 403):
        community["李四"].post(f"/v1/activities/{activity}/signups", resident)
    signup = community["王院长"].post(f"/v1/activities/{activity}/signups", resident)
    assert (signup["person_names"], signup["signed_up_by_name"]) == (["张三"], "王院长")
    with expect_refused("already_signed_up", 409):
        community["张三"].post(f"/v1/activities/{activity}/signups", {})


def test_r29_everybody_reads_why_an_activity_was_cancelled(community: Community) -> None:
    activity = publish_activity(community)
    signup = sign_up(community, activity, "张三")
    community["组长"].post(f"/v1/activities/{activity}/cancel", {"reason": "下雨"})
    seen = community["张三"].get(f"/v1/activities/{activity}")
    assert (seen["phase"], seen["cancel_reason"]) == ("cancelled", "下雨")
    assert community["张三"].get(f"/v1/activities/{activity}/signups/{signup}")["explanation"] == "活动已经取消"
    with expect_refused("sign_up_closed", 409):
        community["李四"].post(f"/v1/activities/{activity}/signups", {})


def test_r29_times_that_contradict_each_other_are_refused_with_every_reason(community: Community) -> None:
    form = activity_form(most_party=9)
    answer = community["组长"].send("POST", "/v1/activities", json=form | {"ends_at": form["starts_at"]})
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/ends_at", "/most_party"]


def test_r29_a_repeated_request_signs_up_once(community: Community) -> None:
    activity = publish_activity(community)
    path, headers = f"/v1/activities/{activity}/signups", {"Idempotency-Key": "sign-up-1"}
    answers = [community["孙八"].send("POST", path, json={}, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


def test_r29_a_draw_is_seeded_by_the_ledger_and_replayed_offline(community: Community, tmp_path: Path) -> None:
    closes_at = datetime.now(UTC) + timedelta(seconds=6)
    activity = publish_activity(community, allocation="draw", places=2, closes_at=closes_at.isoformat())
    for name in ("张三", "李四", "孙八"):
        sign_up(community, activity, name)
    path = f"/v1/calendar/activities/{activity}/draw"
    wait_for("the cut-off", lambda: community.public.get(path)["state"] == "waiting")
    community.credit_points(赵六=10)
    held = wait_for("the draw", lambda: (found := community.public.get(path))["state"] == "held" and found)
    assert [each["outcome"] for each in held["entries"]] == ["confirmed", "confirmed", "waiting"]
    drawn, blocks = tmp_path / "draw.json", tmp_path / "blocks.json"
    drawn.write_text(json.dumps(held))
    blocks.write_text(json.dumps(community.public.get("/v1/ledger/blocks", community_id=community.id)))
    script = Path(__file__).parents[2] / "clients" / "verify-proof" / "verify.py"
    replayed = subprocess.run(
        [sys.executable, script, "--draw", drawn, blocks], capture_output=True, text=True, check=True
    )
    assert held["block"]["hash"] in replayed.stdout
    states = {
        name: community[name].get(f"/v1/activities/{activity}")["own_signups"][0] for name in ("张三", "李四", "孙八")
    }
    by_entry = {each["entry"]: each["outcome"] for each in held["entries"]}
    assert all(by_entry[own["entry"]] == own["state"] for own in states.values())


def test_r29_members_check_in_and_out_by_the_host_s_rotating_code_and_the_head_count_agrees(
    community: Community,
) -> None:
    start = datetime.now(UTC) + timedelta(seconds=5)
    times = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=1)).isoformat()}
    activity = publish_activity(community, **times, item="training")
    path, host, member = f"/v1/activities/{activity}", community["组员"], community["张三"]
    for name in ("张三", "李四"):
        sign_up(community, activity, name)
    code = host.get(f"{path}/challenge")["code"]
    assert member.post(f"{path}/checkins", {"code": code})["state"] == "present"
    with expect_refused("presence_code_invalid", 422):
        member.post(f"{path}/checkins", {"code": f"{code[:-4]}0000"})
    wait_for("the start", lambda: host.get(path)["phase"] == "running")
    out = host.get(f"{path}/challenge", direction="out")["code"]
    assert member.post(f"{path}/checkouts", {"code": out})["state"] == "left"
    with expect_refused("head_count_differs", 409):
        host.post(f"{path}/attendance/close", {"head_count": 2})
    assert host.post(f"{path}/attendance/close", {"head_count": 1})["attended"] == 1
    sheet = load_workbook(io.BytesIO(host.read(f"{path}/attendance", format="xlsx"))).active
    rows = {row[0]: row[6] for row in sheet.iter_rows(values_only=True)}
    assert rows == {"姓名": "状态", "张三": "已确认", "李四": "未到"}


def test_r33_attendance_earns_and_a_record_taken_back_is_taken_back(community: Community) -> None:
    start = datetime.now(UTC) + timedelta(seconds=6)
    times = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=1)).isoformat()}
    activity = publish_activity(community, **times, item="training")
    path, host, person = f"/v1/activities/{activity}", community["组长"], community.person_ids["赵六"]
    sign_up(community, activity, "赵六")
    host.post(f"{path}/checkins", {"person_id": person})
    wait_for("the start", lambda: host.get(path)["phase"] == "running")
    host.post(f"{path}/checkouts", {"person_id": person})
    host.post(f"{path}/attendance/close", {"head_count": 1})
    [record] = community["赵六"].get("/v1/me/attendance")["data"]

    def act() -> Json | None:
        return next((each for each in host.get("/v1/acts")["data"] if each["record_id"] == record["id"]), None)

    counted = wait_for("the act", act)
    claim = community["赵六"].get(f"/v1/claims/{counted['claim_id']}")
    assert (claim["status"], claim["cause"]) == ("endorsed", "参加活动：清理河道")
    host.post(f"{path}/attendance/{person}/revoke", {"reason": "代签"})
    wait_for("the withdrawal", lambda: community["赵六"].get(f"/v1/claims/{claim['id']}")["status"] == "withdrawn")


def test_places_draws_and_records_keep_invariants_22_and_23(community: Community, stack: Stack) -> None:
    platform = Platform(stack.database_uris, stack.management_uri)
    assert platform.rows("engagement", f"SELECT 1 FROM activities WHERE community = '{community.id}'")
    checked = [each for each in INVARIANTS if each.number in (22, 23)]
    assert len(checked) == 3
    wait_for("the invariants", lambda: not [found for each in checked for found in each.violations(platform)])
