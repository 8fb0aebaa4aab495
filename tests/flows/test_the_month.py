"""A month in public over HTTP: every step of a claim for its people, the list on paper, and the clock (R13–R17)."""

import io
from collections.abc import Callable

from openpyxl import load_workbook
from pypdf import PdfReader

from deploy.demo.visitors import until
from tests.flows.village import Village, refused

WINDOW_SECONDS = 5


def test_r15_a_resident_reads_every_step_of_his_claim_and_why_it_was_taken(
    new_village: Callable[..., Village],
) -> None:
    village = new_village("明月村", approval_quorum=2, objection_window_days=WINDOW_SECONDS / 86_400)
    claim = village.declare("张三", "council")
    village.judge("王院长", claim, "endorse")
    village.judge("组员", claim, "approve", points=4, reason="中途离席")
    assert village.status(claim, "endorsed")["points"] == 5
    village.judge("组长", claim, "approve")
    entry = village.status(claim, "approved")["entry_id"]
    publication = village.publish()
    objection = village["周九"].post("/v1/objections", {"entry_id": entry, "reason": "他那天不在"})
    assert objection["overdue"] is False
    upheld = {"outcome": "upheld", "reason": "只到了一半", "points": 2}
    village["支部"].post(f"/v1/objections/{objection['id']}/ruling", upheld)
    _is_on_paper(village, publication)
    assert village.settle(publication["period"])["state"] == "settled"
    village.status(claim, "final")
    village["支部"].post("/v1/corrections", {"entry_id": entry, "points": 3, "reason": "复核签到表"})

    def timeline() -> list[dict] | None:
        steps = village["张三"].get(f"/v1/claims/{claim['id']}")["timeline"]
        return steps if [step["step"] for step in steps].count("corrected") == 2 else None

    steps = until("the second correction", timeline)
    assert [(step["step"], step["by_name"], step["reason"], step["points"]) for step in steps] == [
        ("submitted", "张三", "", 5),
        ("endorsed", "王院长", "", None),
        ("voted", "组员", "中途离席", 4),
        ("approved", "组长", "", 4),
        ("published", "组长", "", None),
        ("objected", None, "", None),
        ("objection_ruled", "支部", "只到了一半", None),
        ("final", "组长", "", 4),
        ("corrected", "支部", "只到了一半", -2),
        ("corrected", "支部", "复核签到表", 1),
    ]
    assert steps[0]["rulebook_id"].startswith("rbk_")
    assert [step["at"] for step in steps] == sorted(step["at"] for step in steps)
    until("the corrected points", lambda: village.book("张三")["available"] == 3)


def test_r16_r17_an_objection_freezes_its_entry_alone_and_nothing_counts_before_the_window_closes(
    new_village: Callable[..., Village],
) -> None:
    village = new_village("公议村", objection_window_days=1)
    claims = {name: village.declare(name, "council") for name in ("张三", "李四", "钱七")}
    for name, claim in claims.items():
        village.judge(village.head_of(name), claim, "endorse")
        village.judge("组长", claim, "approve")
    publication = village.publish()
    until("what is pending", lambda: village.book("钱七")["pending"] == 5)
    with refused("window_open", 409):
        village["组长"].post(f"/v1/periods/{publication['period']}/settle")
    with refused("not_final", 409):
        village["支部"].post(
            "/v1/corrections", {"entry_id": _entry(village, claims["钱七"]), "points": 4, "reason": "早"}
        )

    doubts = {
        name: village["周九"].post("/v1/objections", {"entry_id": _entry(village, claims[name]), "reason": "他不在"})
        for name in ("张三", "李四")
    }
    assert village["组长"].get(f"/v1/periods/{publication['period']}")["frozen"] == 2
    for name, ruling in (
        ("张三", {"outcome": "dismissed", "reason": "签到表上有他"}),
        ("李四", {"outcome": "upheld", "reason": "只到了一半", "points": 3}),
    ):
        path = f"/v1/objections/{doubts[name]['id']}/ruling"
        with refused("not_found", 404):
            village["组长"].post(path, ruling)
        assert village["支部"].post(path, ruling)["outcome"] == ruling["outcome"]

    listed = {
        row["person_name"]: row for row in village.door.public.get(f"/v1/publications/{publication['id']}")["data"]
    }
    told = {
        name: [(each["outcome"], each["ruling_reason"]) for each in row["objections"]] for name, row in listed.items()
    }
    assert told == {"张*": [("dismissed", "签到表上有他")], "李*": [("upheld", "只到了一半")], "钱*": []}
    assert [(row["points"], row["current_points"]) for row in listed.values()] == [(5, 5), (5, 3), (5, 5)]
    assert village["组长"].get(f"/v1/periods/{publication['period']}")["frozen"] == 0
    assert village.book("张三")["available"] == 0


def _entry(village: Village, claim: dict) -> str:
    return str(until("the entry", lambda: village["组长"].get(f"/v1/claims/{claim['id']}")["entry_id"]))


def _is_on_paper(village: Village, publication: dict) -> None:
    public, path = village.door.public, f"/v1/publications/{publication['id']}"
    pdf = public.read(path, format="pdf")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace(" ", "")
    assert "明月村" in text
    assert "1号院" in text
    assert "更正为2分" in text
    accepted = public.send("GET", path, headers={"Accept": "application/pdf"})
    assert (accepted.status_code, accepted.headers["Content-Type"]) == (200, "application/pdf")
    heading, row = load_workbook(io.BytesIO(public.read(path, format="xlsx"))).active.iter_rows(values_only=True)
    assert dict(zip(heading, row, strict=True))["姓名"] == "张*"


def test_r14_r17_the_clock_publishes_and_settles_what_nobody_did(new_village: Callable[..., Village]) -> None:
    village = new_village("守时村")
    village.months.pop(0)  # of the month before the last, which any publication day has passed
    claim = village.declare("李四", "council")
    village.judge("王院长", claim, "endorse")
    village.judge("组长", claim, "approve")
    path = f"/v1/communities/{village.id}/settings"
    settings = village.committee.get(path)
    with refused("invalid_request", 422):
        village.committee.put(path, settings | {"calendar": True, "cut_off_day": 9, "publication_day": 9})
    village.committee.put(path, settings | {"calendar": True})

    until("the clock", lambda: village["组长"].get(f"/v1/periods/{village.month}")["state"] == "settled")

    told = village.status(claim, "final")["timeline"]
    assert [step["by_name"] for step in told if step["step"] in ("published", "final")] == ["系统按日历"] * 2
    with refused("period_already_published", 409):
        village["组长"].post(f"/v1/periods/{village.month}/publish")


def test_r12_nobody_is_overdue_on_the_first_day(village: Village) -> None:
    claim = village.declare("钱七", "council")

    review = village.review("刘院长", claim)

    assert (review["waiting_days"], review["overdue"]) == (0, False)
    assert village["组长"].get("/v1/reviews", overdue="true")["data"] == []
