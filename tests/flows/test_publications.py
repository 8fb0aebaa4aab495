"""Publication over HTTP: timelines, objections, files, the clock (R12–R17)."""

from collections.abc import Callable

from deploy.demo.api_client import wait_for
from tests.flows.community import Community, Json, expect_refused
from tests.flows.documents import pdf_text, xlsx_rows

WINDOW_SECONDS = 5


def test_r15_a_claim_shows_every_step_with_person_and_reason(
    new_community: Callable[..., Community],
) -> None:
    community = new_community("明月村", approval_quorum=2, objection_window_days=WINDOW_SECONDS / 86_400)
    claim = community.submit_claim("张三", "council")
    community.decide("王院长", claim, "endorse")
    community.decide("组员", claim, "approve", points=4, reason="中途离席")
    assert community.wait_for_status(claim, "endorsed")["points"] == 5
    community.decide("组长", claim, "approve")
    entry = community.wait_for_status(claim, "approved")["entry_id"]
    publication = community.publish_month()
    objection = community["周九"].post("/v1/objections", {"entry_id": entry, "reason": "那天不在场"})
    assert objection["overdue"] is False
    upheld = {"outcome": "upheld", "reason": "只到了一半", "points": 2}
    community["支部"].post(f"/v1/objections/{objection['id']}/ruling", upheld)
    _check_files(community, publication)
    assert community.settle_month(publication["period"])["state"] == "settled"
    community.wait_for_status(claim, "final")
    fix = {"entry_id": entry, "points": 3, "reason": "复核签到表"}
    correction = f"/v1/corrections/{community['支部'].post('/v1/corrections', fix)['id']}"
    with expect_refused("recused", 403):
        community["支部"].post(f"{correction}/confirmation")
    assert community.passbook("张三")["available"] in (0, 2)
    confirmed = community.committee.post(f"{correction}/confirmation")
    assert (confirmed["state"], confirmed["decided_by_name"]) == ("confirmed", "社区党委")

    def timeline() -> list[Json] | None:
        steps = community["张三"].get(f"/v1/claims/{claim['id']}")["timeline"]
        return steps if [step["step"] for step in steps].count("corrected") == 2 else None

    steps = wait_for("the second correction", timeline)
    assert [(step["step"], step["by_name"], step["reason"], step["points"]) for step in steps] == [
        ("submitted", "张三", "", 5),
        ("endorsed", "王院长", "", None),
        ("voted", "组员", "中途离席", 4),
        ("approved", "组长", "", 4),
        ("published", "组员", "", None),
        ("objected", None, "", None),
        ("objection_ruled", "支部", "只到了一半", None),
        ("final", "组长", "", 4),
        ("corrected", "支部", "只到了一半", -2),
        ("corrected", "支部", "复核签到表", 1),
    ]
    assert steps[0]["rulebook_id"].startswith("rbk_")
    assert [step["at"] for step in steps] == sorted(step["at"] for step in steps)
    wait_for("the corrected points", lambda: community.passbook("张三")["available"] == 3)


def test_r16_r17_an_objection_freezes_one_entry_and_points_stay_pending_until_the_window_closes(
    new_community: Callable[..., Community],
) -> None:
    community = new_community("公议村", objection_window_days=1)
    claims = {name: community.submit_claim(name, "council") for name in ("张三", "李四", "钱七")}
    for name, claim in claims.items():
        community.endorse_and_approve(claim, endorsed_by=community.head_of(name))
    publication = community.publish_month()
    wait_for("the pending points", lambda: community.passbook("钱七")["pending"] == 5)
    with expect_refused("window_open", 409):
        community["组长"].post(f"/v1/periods/{publication['period']}/settle")
    with expect_refused("not_final", 409):
        community["支部"].post(
            "/v1/corrections", {"entry_id": _entry_id(community, claims["钱七"]), "points": 4, "reason": "早"}
        )

    objections = {
        name: community["周九"].post(
            "/v1/objections", {"entry_id": _entry_id(community, claims[name]), "reason": "不在场"}
        )
        for name in ("张三", "李四")
    }
    assert community["组长"].get(f"/v1/periods/{publication['period']}")["frozen"] == 2
    for name, ruling in (
        ("张三", {"outcome": "dismissed", "reason": "签到表上有名字"}),
        ("李四", {"outcome": "upheld", "reason": "只到了一半", "points": 3}),
    ):
        path = f"/v1/objections/{objections[name]['id']}/ruling"
        with expect_refused("not_found", 404):
            community["组长"].post(path, ruling)
        assert community["支部"].post(path, ruling)["outcome"] == ruling["outcome"]

    list_path = f"/v1/publications/{publication['id']}"
    rows = {row["person_name"]: row for row in community.public.get(list_path)["data"]}
    rulings = {
        name: [(objection["outcome"], objection["ruling_reason"]) for objection in row["objections"]]
        for name, row in rows.items()
    }
    assert rulings == {"张*": [("dismissed", "签到表上有名字")], "李*": [("upheld", "只到了一半")], "钱*": []}
    points = {name: (row["points"], row["current_points"]) for name, row in rows.items()}
    assert points == {"张*": (5, 5), "李*": (5, 3), "钱*": (5, 5)}
    assert community["组长"].get(f"/v1/periods/{publication['period']}")["frozen"] == 0
    assert community.passbook("张三")["available"] == 0


def _entry_id(community: Community, claim: Json) -> str:
    return str(wait_for("the entry", lambda: community["组长"].get(f"/v1/claims/{claim['id']}")["entry_id"]))


def _check_files(community: Community, publication: Json) -> None:
    public, path = community.public, f"/v1/publications/{publication['id']}"
    text = pdf_text(public.read(path, format="pdf")).replace(" ", "")
    assert "明月村" in text
    assert "1号院" in text
    assert "更正为2分" in text
    answer = public.send("GET", path, headers={"Accept": "application/pdf"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    heading, row = xlsx_rows(public.read(path, format="xlsx"))
    assert dict(zip(heading, row, strict=True))["姓名"] == "张*"


def test_r14_r17_the_clock_publishes_and_settles_a_month_without_staff(new_community: Callable[..., Community]) -> None:
    community = new_community("守时村")
    community.months.pop(0)  # leaves the month before the last, whose publication day is over
    claim = community.submit_claim("李四", "council")
    community.endorse_and_approve(claim, endorsed_by="王院长")
    path = f"/v1/communities/{community.id}/settings"
    settings = community.committee.get(path)
    with expect_refused("invalid_request", 422):
        community.committee.put(path, settings | {"calendar": True, "cut_off_day": 9, "publication_day": 9})
    community.change_settings(calendar=True)

    wait_for("the clock", lambda: community["组长"].get(f"/v1/periods/{community.month}")["state"] == "settled")

    timeline = community.wait_for_status(claim, "final")["timeline"]
    assert [step["by_name"] for step in timeline if step["step"] in ("published", "final")] == ["系统按日历"] * 2
    with expect_refused("period_already_published", 409):
        community["组长"].post(f"/v1/periods/{community.month}/publish")


def test_r12_a_review_is_not_overdue_on_its_first_day(community: Community) -> None:
    claim = community.submit_claim("钱七", "council")

    review = community.wait_for_review("刘院长", claim)

    assert (review["waiting_days"], review["overdue"]) == (0, False)
    assert community["组长"].get("/v1/reviews", overdue="true")["data"] == []
