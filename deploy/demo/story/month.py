"""Steps 4 to 7: the month is inspected, approved, published, objected to and settled (R13, R14, R16–R19)."""

from functools import partial

from deploy.demo import ordinary
from deploy.demo.story.telling import Answer, Story
from deploy.demo.visitors import Refused, once_told, until

_BEST = {7: 10, 18: 9, 52: 9}
"""Courtyards with full marks but for waste sorting; the others are behind them."""


def the_inspection_ends_with_a_tie(story: Story) -> None:
    cast, narrator = story.cast, story.narrator
    narrator.chapter("4 卫生大检查出现并列名次 · The monthly inspection ends with a tie")
    inspection = cast.chair.post("/v1/inspections", {"period": cast.period})
    path = f"/v1/inspections/{inspection['id']}"
    for officer in cast.officers.values():
        once_told(partial(officer.get, path))
    for number, courtyard in narrator.along("检查 inspecting", cast.courtyards.items(), len(cast.courtyards)):
        sheet = {"version": 1, "marks": _marks(number)}
        cast.officer_of(number).put(f"{path}/courtyards/{courtyard}", sheet)
    cast.chair.post(f"{path}/close", {"accept_missing": False})
    ranking = cast.door.public.get(f"{path}/ranking")["ranking"]
    ranks = [place["rank"] for place in ranking]
    narrator.tell("，".join(f"{place['number']} 号院第 {place['rank']} 名" for place in ranking[:4]))
    story.prove("并列者同名次 ties share a rank", ranks[:4] == [1, 2, 2, 4], ranks[:4])
    story.awards = sum(place["points"] > 0 for place in ranking)


def _marks(number: int) -> dict[str, int]:
    if number in _BEST:
        return {"yard": 10, "gate": 10, "waste": _BEST[number], "passage": 10}
    return {"yard": 5 + number % 5, "gate": 4 + number % 6, "waste": 3 + number % 7, "passage": 2 + number % 8}


def the_list_is_published_and_points_are_pending(story: Story) -> None:
    cast, narrator = story.cast, story.narrator
    narrator.chapter("5 终审、公示，积分待确认 · Approved and published; the points are pending")
    until("the awards", lambda: len(_waiting_awards(story)) == story.awards)
    approved = ordinary.approve(cast, narrator)
    story.publication = cast.chair.post(f"/v1/periods/{cast.period}/publish")
    entries, points = story.publication["entries"], story.publication["points"]
    narrator.tell(f"公示 {story.publication['id']}：{entries} 条，{points} 分；终审 {approved} 件")
    story.prove("终审通过的都在名单上 every approved entry is on the list", entries == approved, story.publication)

    def pending() -> Answer | None:
        book = story.book(story.tenant)
        return book if book["pending"] == story.saved else None

    book = until("the pending points", pending)
    story.prove(
        f"租户待确认 {book['pending']}，可用 {book['available']} · pending, not yet to spend", book["available"] == 0
    )


def _waiting_awards(story: Story) -> list[Answer]:
    return [review for review in story.cast.chair.all("/v1/reviews", stage="final") if review["origin"] == "award"]


def an_objection_freezes_one_entry_and_is_upheld(story: Story) -> None:
    cast, narrator = story.cast, story.narrator
    narrator.chapter("6 邻居提出异议，只冻结这一条，支部裁定成立 · A neighbour objects; the branch upholds it")
    entry = until("the doubted entry", lambda: cast.heads[33].get(f"/v1/claims/{story.doubted_claim}")["entry_id"])
    objection = story.tenant.post("/v1/objections", {"entry_id": entry, "reason": "线索不是他提供的，我在现场"})
    frozen = cast.chair.get(f"/v1/periods/{cast.period}")["frozen"]
    story.prove("只冻结这一条 it alone is frozen", frozen == 1, frozen)
    ruling = {"outcome": "upheld", "reason": "经核实，线索由他人提供", "points": 0}
    cast.branch.post(f"/v1/objections/{objection['id']}/ruling", ruling)

    def corrected() -> Answer | None:
        listed = cast.door.public.all(f"/v1/publications/{story.publication['id']}")
        shown = next(each for each in listed if each["id"] == entry)
        return shown if shown["corrections"] else None

    shown = until("the correction on the public list", corrected)
    narrator.tell(
        f"公示名单 {shown['person_name']}：原 {shown['points']} 分，更正 {shown['corrections'][0]['points']} 分"
    )
    beside = [correction["points"] for correction in shown["corrections"]]
    story.prove(
        "原条目不改，更正并列 the original stands, the correction beside it", beside == [-shown["points"]], shown
    )


def the_month_settles(story: Story) -> None:
    cast, narrator = story.cast, story.narrator
    narrator.chapter("7 公示期满，积分生效 · The window closes, the month settles")
    path = f"/v1/periods/{cast.period}/settle"

    def settled() -> bool:
        try:
            cast.chair.post(path)
        except Refused as refused:
            if refused.code != "window_open":
                raise
            return False
        return True

    if not settled():
        narrator.tell(f"公示期至 {story.publication['window_closes_at']}，之前不能结算 · not before the window closes")
        until("the end of the window", settled)
    month = cast.chair.get(f"/v1/periods/{cast.period}")

    def issued() -> Answer | None:
        ledger = cast.committee.get("/v1/ledgers/community", period=cast.period)
        return ledger if ledger["balances"]["issued"] == month["final_points"] else None

    until("the ledger", issued)
    story.prove(
        f"入账 {month['final_points']} 分，与名单加更正相等 credited is what became final", month["state"] == "settled"
    )
    book = story.book(story.tenant)
    story.prove(f"租户可用 {book['available']} 分 now to spend", book["available"] == story.saved, book)
