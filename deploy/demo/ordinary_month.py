"""A month of some 2,000 claims: declared by heads and grid officers, reviewed and approved."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from contracts import calendar
from deploy.demo import pictures, rules
from deploy.demo.api_client import ApiClient, ApiError, retry_until_known, wait_for
from deploy.demo.console_report import ConsoleReport
from deploy.demo.state import DemoState

DEEDS = 2_000
_PHOTOS = 60
_LEFT_TO_THE_HEAD = 5
_LEFT_TO_THE_GROUP = range(2, 14)
_CONCURRENT_REQUESTS = 6
_BULK = 500
_BY_HAND = [item for item in rules.RULEBOOK if item["score"] > 0 and not item.get("system")]
_WITH_PHOTO = [item for item in _BY_HAND if item.get("evidence_required", True)]
_WITHOUT_PHOTO = [item for item in _BY_HAND if not item.get("evidence_required", True)]
_PLACES = ("院内", "巷口", "三排东头", "小广场", "社区活动室", "垃圾投放点", "健身角")


@dataclass(frozen=True)
class Deed:
    """A claim to be declared by `by`."""

    by: ApiClient
    form: dict[str, Any]
    photo: bytes | None


def declare_deeds(demo: DemoState, report: ConsoleReport) -> None:
    """Declare the month's claims; the caps refuse some of them."""
    report.heading(f"{demo.period} 的日常 · A month of claims")
    chance = random.Random(2026)
    deeds = list(_deeds(demo, chance))
    outcomes: Counter[str] = Counter()
    with ThreadPoolExecutor(_CONCURRENT_REQUESTS) as pool:
        for outcome in report.progress("申报 declaring", pool.map(_declare, deeds), len(deeds)):
            outcomes[outcome] += 1
    declared = outcomes.pop("declared")
    capped = outcomes.pop("cap_reached", 0)
    report.line(f"申报 {declared} 件, 因超过上限未受理 {capped} 件 refused by caps")
    report.check("没有其他拒绝 nothing else was refused", not outcomes, dict(outcomes))


def review_claims(demo: DemoState, report: ConsoleReport) -> None:
    """Let every head and officer decide their reviews, and two of the working group those of sensitive deeds and heads.

    They endorse nearly all and refuse a few with a reason.
    """
    judges = [*demo.heads.values(), *demo.officers.values(), *demo.members[3:5]]
    with ThreadPoolExecutor(_CONCURRENT_REQUESTS) as pool:
        judged = sum(report.progress("初审 first review", pool.map(_review_all, judges), len(judges)))
    report.line(f"初审 {judged} 件 first reviews")


def approve_claims(demo: DemoState, report: ConsoleReport) -> int:
    """Approve all claims in bulk, by several members because some are recused, and return how many.

    The chair approves nothing: they publish the list, which nobody does who approved an entry alone.
    """
    approved = 0
    for member in demo.members[:3]:
        approved += _decide_all(member, "final", _final_decision)
    report.line(f"终审 {approved} 件 final approvals")
    return approved


def leave_claims(demo: DemoState, report: ConsoleReport) -> None:
    """Declare some claims of today and leave them undecided, so that the desk has work to show.

    Those of courtyard 1 wait for its head. Those of the next twelve courtyards are endorsed and wait for the group.
    """
    report.heading("今天的申报，留在审核台 · Claims of today, left at the desk")
    deeds = [_todays_deed(demo, 1, position) for position in range(_LEFT_TO_THE_HEAD)]
    outcomes = Counter(_declare(deed) for deed in deeds)
    outcomes.update(_declare(_todays_deed(demo, number, number)) for number in _LEFT_TO_THE_GROUP)
    report.check("全部受理 all were declared", set(outcomes) == {"declared"}, dict(outcomes))
    _wait_for_first_reviews(demo.heads[1], len(deeds))
    for number in _LEFT_TO_THE_GROUP:
        _wait_for_first_reviews(demo.heads[number], 1)
        _review_all(demo.heads[number])
    report.line(f"{len(deeds)} 件等 1 号院院长初审，{len(_LEFT_TO_THE_GROUP)} 件等工作组终审")


def instant(demo: DemoState, day: int, hour: int) -> str:
    """Return an instant of the month, given in local time, in the format of the API."""
    on = calendar.first_day(demo.period) + timedelta(days=day - 1)
    return datetime.combine(on, time(hour), tzinfo=calendar.ZONE).astimezone(UTC).isoformat()


def upload_evidence(by: ApiClient, photo: bytes) -> str:
    """Upload a photo and return its id."""
    return str(by.upload("/v1/evidence", "photo.jpg", photo, "image/jpeg")["id"])


def _deeds(demo: DemoState, chance: random.Random) -> Iterator[Deed]:
    households = [household for household in demo.people.households if household not in demo.people.story_households()]
    for count in range(DEEDS):
        household = chance.choice(households)
        courtyard = demo.people.courtyard(household.courtyard)
        resident = chance.choice(household.residents)
        items = _WITH_PHOTO if count < _PHOTOS else _WITHOUT_PHOTO
        item = chance.choice([i for i in items if resident.is_head or i.get("claimable_by") != "head"])
        form = {
            "item": item["code"],
            "quantity": chance.randint(1, item.get("max_quantity", 1)),
            "happened_at": instant(demo, chance.randint(1, 28), chance.randint(7, 20)),
            "place": chance.choice(_PLACES),
            "cause": f"{item['title']}（第 {count + 1} 件）",
            "person_id": demo.person(household, resident),
        }
        yield Deed(
            by=demo.officer_of(courtyard.number) if resident.is_head else demo.heads[courtyard.number],
            form=form,
            photo=pictures.photo(count) if count < _PHOTOS else None,
        )


def _todays_deed(demo: DemoState, number: int, position: int) -> Deed:
    """Return a claim with photo of an ordinary resident of a courtyard, for its grid officer to declare."""
    story = demo.people.story_households()
    households = [each for each in demo.people.courtyard(number).households[1:] if each not in story]
    household = households[position % len(households)]
    items = [
        item for item in _WITH_PHOTO if item.get("claimable_by") != "head" and item["code"] not in rules.NOT_PUBLIC
    ]
    item = items[position % len(items)]
    form = {
        "item": item["code"],
        "happened_at": datetime.now(UTC).isoformat(),
        "place": _PLACES[position % len(_PLACES)],
        "cause": item["title"],
        "person_id": demo.person(household, household.residents[0]),
    }
    return Deed(by=demo.officer_of(number), form=form, photo=pictures.photo(90_000 + 100 * number + position))


def _wait_for_first_reviews(judge: ApiClient, count: int) -> None:
    wait_for(f"{count} first reviews", lambda: len(judge.all("/v1/reviews", stage="first")) >= count or None)


def _declare(deed: Deed) -> str:
    proof = {"evidence_ids": [upload_evidence(deed.by, deed.photo)]} if deed.photo else {}
    try:
        retry_until_known(lambda: deed.by.post("/v1/claims", {**deed.form, **proof}))
    except ApiError as error:
        return error.code
    return "declared"


def _review_all(judge: ApiClient) -> int:
    return _decide_all(judge, "first", _first_decision)


def _first_decision(position: int) -> dict[str, str]:
    if position % 50 == 49:
        return {"decision": "refuse", "reason": "与实际情况不符"}
    return {"decision": "endorse"}


def _final_decision(position: int) -> dict[str, str]:
    return {"decision": "approve"}


def _decide_all(judge: ApiClient, stage: str, decide: Callable[[int], dict[str, str]]) -> int:
    """Decide all reviews that wait for a judge, and return how many succeeded."""
    waiting = judge.all("/v1/reviews", stage=stage)
    decisions = [{"review_id": review["id"], **decide(position)} for position, review in enumerate(waiting)]
    decided = 0
    for start in range(0, len(decisions), _BULK):
        answers = judge.post("/v1/reviews/decisions", {"decisions": decisions[start : start + _BULK]})["data"]
        decided += sum(answer["ok"] for answer in answers)
    return decided
