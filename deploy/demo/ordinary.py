"""A month of ordinary life: some 2,000 deeds, declared by heads and grid officers, judged and approved."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from contracts import calendar
from deploy.demo import pictures, rules
from deploy.demo.cast import Cast
from deploy.demo.narrator import Narrator
from deploy.demo.visitors import Refused, Visitor, once_told

DEEDS = 2_000
_PHOTOS = 60
_AT_ONCE = 6
_BULK = 500
_BY_HAND = [item for item in rules.RULEBOOK if item["score"] > 0 and not item.get("system")]
_WITH_PHOTO = [item for item in _BY_HAND if item.get("evidence_required", True)]
_WITHOUT_PHOTO = [item for item in _BY_HAND if not item.get("evidence_required", True)]
_PLACES = ("院内", "巷口", "三排东头", "小广场", "社区活动室", "垃圾投放点", "健身角")


@dataclass(frozen=True)
class Deed:
    """Somebody did something; `by` declares it."""

    by: Visitor
    form: dict[str, Any]
    photo: bytes | None


def live(cast: Cast, narrator: Narrator) -> None:
    """Declare the month's deeds; caps refuse a few, as they should."""
    narrator.chapter(f"{cast.period} 的日常 · A month of ordinary life")
    chance = random.Random(2026)
    deeds = list(_deeds(cast, chance))
    outcomes: Counter[str] = Counter()
    with ThreadPoolExecutor(_AT_ONCE) as together:
        for outcome in narrator.along("申报 declaring", together.map(_declare, deeds), len(deeds)):
            outcomes[outcome] += 1
    declared = outcomes.pop("declared")
    capped = outcomes.pop("cap_reached", 0)
    narrator.tell(f"申报 {declared} 件, 因超过上限未受理 {capped} 件 refused by caps")
    narrator.prove("没有其他拒绝 nothing else was refused", not outcomes, dict(outcomes))


def endorse(cast: Cast, narrator: Narrator) -> None:
    """Every head and officer goes through his desk: nearly all endorsed, a few refused with a reason."""
    judges = [*cast.heads.values(), *cast.officers.values()]
    with ThreadPoolExecutor(_AT_ONCE) as together:
        judged = sum(narrator.along("初审 first review", together.map(_clear_first_desk, judges), len(judges)))
    narrator.tell(f"初审 {judged} 件 first reviews")


def approve(cast: Cast, narrator: Narrator) -> int:
    """The working group approves in bulk; what one member must leave to others, the others approve. How many."""
    approved = 0
    for member in (cast.chair, *cast.members[:2]):
        approved += _clear_desk(member, "final", _final_word)
    narrator.tell(f"终审 {approved} 件 final approvals")
    return approved


def moment(cast: Cast, day: int, hour: int) -> str:
    """An instant of the month, local time, as the API writes it."""
    on = calendar.first_day(cast.period) + timedelta(days=day - 1)
    return datetime.combine(on, time(hour), tzinfo=calendar.ZONE).astimezone(UTC).isoformat()


def evidence(by: Visitor, photo: bytes) -> str:
    """Upload a photo; its id."""
    return str(by.upload("/v1/evidence", "photo.jpg", photo, "image/jpeg")["id"])


def _deeds(cast: Cast, chance: random.Random) -> Iterator[Deed]:
    households = [household for household in cast.people.households if household not in cast.people.of_the_story()]
    for count in range(DEEDS):
        household = chance.choice(households)
        courtyard = cast.people.courtyard(household.courtyard)
        resident = chance.choice(household.residents)
        items = _WITH_PHOTO if count < _PHOTOS else _WITHOUT_PHOTO
        item = chance.choice([i for i in items if resident.is_head or i.get("claimable_by") != "head"])
        form = {
            "item": item["code"],
            "quantity": chance.randint(1, item.get("max_quantity", 1)),
            "happened_at": moment(cast, chance.randint(1, 28), chance.randint(7, 20)),
            "place": chance.choice(_PLACES),
            "cause": f"{item['title']}（第 {count + 1} 件）",
            "person_id": cast.person(household, resident),
        }
        yield Deed(
            by=cast.officer_of(courtyard.number) if resident.is_head else cast.heads[courtyard.number],
            form=form,
            photo=pictures.photo(count) if count < _PHOTOS else None,
        )


def _declare(deed: Deed) -> str:
    proof = {"evidence_ids": [evidence(deed.by, deed.photo)]} if deed.photo else {}
    try:
        once_told(lambda: deed.by.post("/v1/claims", {**deed.form, **proof}))
    except Refused as refused:
        return refused.code
    return "declared"


def _clear_first_desk(judge: Visitor) -> int:
    return _clear_desk(judge, "first", _first_word)


def _first_word(position: int) -> dict[str, str]:
    if position % 50 == 49:
        return {"decision": "refuse", "reason": "与实际情况不符"}
    return {"decision": "endorse"}


def _final_word(position: int) -> dict[str, str]:
    return {"decision": "approve"}


def _clear_desk(judge: Visitor, stage: str, word: Callable[[int], dict[str, str]]) -> int:
    """Decide all that lies on the judge's desk; how many he could."""
    waiting = judge.all("/v1/reviews", stage=stage)
    words = [{"review_id": review["id"], **word(position)} for position, review in enumerate(waiting)]
    decided = 0
    for start in range(0, len(words), _BULK):
        answers = judge.post("/v1/reviews/decisions", {"decisions": words[start : start + _BULK]})["data"]
        decided += sum(answer["ok"] for answer in answers)
    return decided
