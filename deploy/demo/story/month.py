"""Steps 4 to 7: the month is inspected, approved, published, objected to and settled (R13, R14, R16–R19)."""

from functools import partial

from deploy.demo import ordinary_month
from deploy.demo.api_client import ApiError, retry_until_known, wait_for
from deploy.demo.story.context import Json, Story

_BEST = {7: 10, 18: 9, 52: 9}
"""Courtyards with full marks but for waste sorting; the others are behind them."""


def the_inspection_ends_with_a_tie(story: Story) -> None:
    demo, report = story.demo, story.report
    report.heading("4 卫生大检查出现并列名次 · The monthly inspection ends with a tie")
    inspection = demo.chair.post("/v1/inspections", {"period": demo.period})
    path = f"/v1/inspections/{inspection['id']}"
    for officer in demo.officers.values():
        retry_until_known(partial(officer.get, path))
    for number, courtyard in report.progress("检查 inspecting", demo.courtyards.items(), len(demo.courtyards)):
        sheet = {"version": 1, "marks": _marks(number)}
        demo.officer_of(number).put(f"{path}/courtyards/{courtyard}", sheet)
    demo.chair.post(f"{path}/close", {"accept_missing": False})
    ranking = demo.api.public.get(f"{path}/ranking")["ranking"]
    ranks = [place["rank"] for place in ranking]
    report.line("，".join(f"{place['number']} 号院第 {place['rank']} 名" for place in ranking[:4]))
    story.check("并列者同名次 ties share a rank", ranks[:4] == [1, 2, 2, 4], ranks[:4])
    story.awards = sum(place["points"] > 0 for place in ranking)


def _marks(number: int) -> dict[str, int]:
    if number in _BEST:
        return {"yard": 10, "gate": 10, "waste": _BEST[number], "passage": 10}
    return {"yard": 5 + number % 5, "gate": 4 + number % 6, "waste": 3 + number % 7, "passage": 2 + number % 8}


def the_list_is_published_and_points_are_pending(story: Story) -> None:
    demo, report = story.demo, story.report
    report.heading("5 终审、公示，积分待确认 · Approved and published; the points are pending")
    wait_for("the awards", lambda: len(_waiting_awards(story)) == story.awards)
    approved = ordinary_month.approve_claims(demo, report)
    story.publication = demo.chair.post(f"/v1/periods/{demo.period}/publish")
    entries, points = story.publication["entries"], story.publication["points"]
    report.line(f"公示 {story.publication['id']}：{entries} 条，{points} 分；终审 {approved} 件")
    story.check("终审通过的都在名单上 every approved entry is on the list", entries == approved, story.publication)
    _report_publicity(story)

    def pending() -> Json | None:
        book = story.passbook(story.tenant)
        return book if book["pending"] == story.points_earned else None

    book = wait_for("the pending points", pending)
    story.check(
        f"租户待确认 {book['pending']}，可用 {book['available']} · pending, not yet available", book["available"] == 0
    )


def _report_publicity(story: Story) -> None:
    """Print how many lines fit exactly one resident by courtyard and name, and by what the list shows (R14)."""
    demo = story.demo
    path = f"/v1/communities/{demo.community_id}/publicity-report"
    report = demo.committee.get(path, period=demo.period)
    by_courtyard = next(
        each for each in report["options"] if (each["public_place"], each["public_min_residents"]) == ("courtyard", 1)
    )
    chosen = next(each for each in report["options"] if each["chosen"])
    story.report.line(
        f"{report['lines']} 条中，按院落和 张* 可对应到唯一一人的有 {by_courtyard['fits_one']} 条 fit one resident"
    )
    story.check(
        f"公示的姓名至少对应 {chosen['fewest']} 人，{chosen['without_name']} 条不显示姓名 every name fits many",
        chosen["fits_one"] == 0 and (chosen["fewest"] or 0) >= chosen["public_min_residents"],
        chosen,
    )


def _waiting_awards(story: Story) -> set[str]:
    """Return the awards that wait for members; the chair, who closed the round, approves none of them."""
    waiting = [review for member in story.demo.members[:3] for review in member.all("/v1/reviews", stage="final")]
    return {review["id"] for review in waiting if review["origin"] == "award"}


def an_objection_freezes_one_entry_and_is_upheld(story: Story) -> None:
    demo, report = story.demo, story.report
    report.heading("6 邻居提出异议，只冻结这一条，支部裁定成立 · A neighbour objects; the branch upholds it")
    entry = wait_for(
        "the disputed entry", lambda: demo.heads[33].get(f"/v1/claims/{story.disputed_claim_id}")["entry_id"]
    )
    objection = story.tenant.post("/v1/objections", {"entry_id": entry, "reason": "矛盾不是他化解的，我在现场"})
    frozen = demo.chair.get(f"/v1/periods/{demo.period}")["frozen"]
    story.check("只冻结这一条 only this entry is frozen", frozen == 1, frozen)
    ruling = {"outcome": "upheld", "reason": "经核实，矛盾由他人化解", "points": 0}
    demo.branch.post(f"/v1/objections/{objection['id']}/ruling", ruling)

    def corrected() -> Json | None:
        listed = demo.api.public.all(f"/v1/publications/{story.publication['id']}")
        shown = next(each for each in listed if each["id"] == entry)
        return shown if shown["corrections"] else None

    shown = wait_for("the correction on the public list", corrected)
    name, changed = shown["person_name"] or "（不显示姓名）", shown["corrections"][0]["points"]
    report.line(f"公示名单 {name}：原 {shown['points']} 分，更正 {changed} 分")
    corrections = [correction["points"] for correction in shown["corrections"]]
    story.check(
        "原条目不改，更正并列 the original is unchanged",
        corrections == [-shown["points"]],
        shown,
    )


def the_month_settles(story: Story) -> None:
    demo, report = story.demo, story.report
    report.heading("7 公示期满，积分生效 · The window closes, the month settles")
    path = f"/v1/periods/{demo.period}/settle"

    def settled() -> bool:
        try:
            demo.chair.post(path)
        except ApiError as error:
            if error.code != "window_open":
                raise
            return False
        return True

    if not settled():
        report.line(f"公示期至 {story.publication['window_closes_at']}，之前不能结算 · not before the window closes")
        wait_for("the end of the window", settled)
    month = demo.chair.get(f"/v1/periods/{demo.period}")

    def issued() -> Json | None:
        ledger = demo.committee.get("/v1/ledgers/community", period=demo.period)
        return ledger if ledger["balances"]["issued"] == month["final_points"] else None

    wait_for("the ledger", issued)
    story.check(
        f"入账 {month['final_points']} 分，与名单加更正相等 equals the final points of the list",
        month["state"] == "settled",
    )
    book = story.passbook(story.tenant)
    story.check(f"租户可用 {book['available']} 分 available to spend", book["available"] == story.points_earned, book)
