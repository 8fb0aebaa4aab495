"""A small community of the tests: two rows, four courtyards, ten households, and everybody who serves it.

People are called by name: `village["张三"]` is his mini-program, signed in the first time he is called.
"""

import csv
import io
import itertools
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts import calendar
from deploy.demo.ordinary import evidence
from deploy.demo.visitors import Door, Refused, Visitor, once_told, until

Answer = dict[str, Any]

PASSWORD = "a-village-of-the-tests"
SETTINGS = {"objection_window_days": 0, "late_declaration_days": 366}

_COLUMNS = ("院落号", "排", "网格", "户号", "姓名", "手机号", "身份", "院长", "在外", "入住日期", "出生年")
_HOMES = {
    # household: (courtyard, row, grid), members; the first of a courtyard's first household is its head
    "1-1": ((1, 1, "一网格"), ("王院长", "王嫂")),
    "1-2": ((1, 1, "一网格"), ("张三",)),
    "1-3": ((1, 1, "一网格"), ("李四",)),
    "2-1": ((2, 1, "一网格"), ("刘院长",)),
    "2-2": ((2, 1, "一网格"), ("赵六", "赵嫂")),
    "2-3": ((2, 1, "一网格"), ("钱七",)),
    "3-1": ((3, 2, "二网格"), ("陈院长",)),
    "3-2": ((3, 2, "二网格"), ("孙八",)),
    "4-1": ((4, 2, "二网格"), ("杨院长",)),
    "4-2": ((4, 2, "二网格"), ("周九",)),
}
_STAFF = {
    "组长": "working_group_chair",
    "组员": "working_group",
    "支部": "branch",
    "一网格员": "grid_officer",
    "二网格员": "grid_officer",
}
RULES: list[Answer] = [
    {
        "code": "clean_up",
        "category": "living_environment",
        "title": "参加环境卫生整治",
        "score": 5,
        "caps": [{"times": 1, "per": "day"}],
    },
    {
        "code": "patrol",
        "category": "public_order",
        "title": "治安巡防",
        "score": 10,
        "evidence_required": False,
        "caps": [{"times": 4, "per": "month"}, {"times": 1, "per": "day"}],
    },
    {"code": "council", "category": "neighbourhood", "title": "参加议事会", "score": 5, "evidence_required": False},
    {
        "code": "training",
        "category": "public_order",
        "title": "消防培训",
        "score": 2,
        "evidence_required": False,
        "system": True,
        "caps": [{"times": 1, "per": "month", "of": "household"}],
    },
    {
        "code": "merit",
        "category": "charity",
        "title": "捐赠",
        "score": 1,
        "unit": "元",
        "max_quantity": 1000,
        "evidence_required": False,
    },
    {
        "code": "fortune",
        "category": "other",
        "title": "特别贡献",
        "score": 1000,
        "max_quantity": 1000,
        "evidence_required": False,
    },
]

_phones = map(str, itertools.count(random.randrange(15_000_000_000, 15_900_000_000)))  # new on a stack that ran before


@contextmanager
def refused(code: str, status: int | None = None) -> Iterator[None]:
    """Expect the platform to say no with that code."""
    with pytest.raises(Refused) as caught:
        yield
    assert (caught.value.code, caught.value.status) == (code, status or caught.value.status), caught.value


@dataclass
class Village:
    """One community, by the names of its people, households and courtyards."""

    door: Door
    id: str
    committee: Visitor
    since: date
    courtyards: dict[int, str] = field(default_factory=dict)
    grids: dict[str, str] = field(default_factory=dict)
    households: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)
    months: list[str] = field(default_factory=list)
    """Past months nothing was published for yet, the latest first; declared deeds fall into the first."""
    _entered: dict[str, Visitor] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Visitor:
        """Somebody, signed in: staff by phone and password, a resident bound by invitation."""
        if name not in self._entered:
            self._entered[name] = self._enter(name)
        return self._entered[name]

    @property
    def month(self) -> str:
        return self.months[0]

    def household_of(self, name: str) -> str:
        return self.households[next(code for code, (_, members) in _HOMES.items() if name in members)]

    def deed(self, item: str, day: int = 3, **more: Any) -> Answer:
        """The form of a deed of that day of the month."""
        on = calendar.first_day(self.month) + timedelta(days=day - 1)
        at = datetime(on.year, on.month, on.day, 9, tzinfo=calendar.ZONE).astimezone(UTC)
        return {"item": item, "happened_at": at.isoformat(), "place": "巷口", "cause": "测试", **more}

    def declare(self, name: str, item: str, day: int = 3, **more: Any) -> Answer:
        """`name` declares a deed; `photo` is uploaded first."""
        by = self[name]
        if photo := more.pop("photo", None):
            more["evidence_ids"] = [evidence(by, photo)]
        claim: Answer = once_told(lambda: by.post("/v1/claims", self.deed(item, day, **more)))
        return claim

    def desk(self, judge: str, stage: str = "first") -> dict[str, Answer]:
        """What waits for a judge, by claim."""
        return {review["source_id"]: review for review in self[judge].all("/v1/reviews", stage=stage)}

    def review(self, judge: str, claim: Answer, stage: str = "first") -> Answer:
        """The claim's review, once it lies on the judge's desk."""
        return until(f"{claim['id']} on the desk of {judge}", lambda: self.desk(judge, stage).get(claim["id"]))

    def judge(self, judge: str, claim: Answer, decision: str, **more: Any) -> Answer:
        """Decide on the claim once it lies on the judge's desk."""
        review = self.review(judge, claim, "final" if decision == "approve" else "first")
        path = f"/v1/reviews/{review['id']}/decision"
        decided: Answer = self[judge].post(path, {"decision": decision, **more})
        return decided

    def status(self, claim: Answer, wanted: str) -> Answer:
        """The claim with its timeline, once it has come so far."""

        def arrived() -> Answer | None:
            found: Answer = self["组长"].get(f"/v1/claims/{claim['id']}")
            return found if found["status"] == wanted else None

        return until(f"{claim['id']} {wanted}", arrived)

    def publish(self) -> Answer:
        """Make the month's list public; what is declared from now on falls into an earlier month."""
        publication: Answer = self["组长"].post(f"/v1/periods/{self.month}/publish")
        self.months.pop(0)
        return publication

    def settle(self, period: str) -> Answer:
        """Settle the month as soon as its window has closed."""

        def settled() -> Answer | None:
            try:
                publication: Answer = self["组长"].post(f"/v1/periods/{period}/settle")
            except Refused as no:
                if no.code != "window_open":
                    raise
                return None
            return publication

        return until(f"the end of the window of {period}", settled)

    def earn(self, item: str = "merit", **points: int) -> None:
        """Let people earn points at once: a month of theirs is declared, judged, published and settled."""
        score = next(rule["score"] for rule in RULES if rule["code"] == item)
        claims = [
            self.declare(self.head_of(name), item, quantity=many // score, person_id=self.people[name])
            for name, many in points.items()
        ]
        for name, claim in zip(points, claims, strict=True):
            self.judge(self.head_of(name), claim, "endorse")
        for claim in claims:
            self.judge("组长", claim, "approve")
        self.settle(self.publish()["period"])
        for name, many in points.items():
            until(f"{name}'s points", lambda name=name, many=many: self.book(name)["available"] >= many)

    def head_of(self, name: str) -> str:
        """The head of the courtyard somebody lives in."""
        courtyard = next(place[0] for place, members in _HOMES.values() if name in members)
        return next(members[0] for place, members in _HOMES.values() if place[0] == courtyard)

    def book(self, name: str) -> Answer:
        """The passbook of somebody's household, as the committee sees it."""
        book: Answer = self.committee.get(f"/v1/passbooks/{self.household_of(name)}")
        return book

    def reward(self, **terms: Any) -> str:
        """Put something on the shelf; its id."""
        offer = {"kind": "goods", "name": "大米", "points": 50, "stock": 10, **terms}
        return str(once_told(lambda: self.committee.post("/v1/rewards", offer))["id"])

    def shop(self, name: str = "善治超市", mode: str = "live", **key: Any) -> Visitor:
        """Admit a merchant; its till."""
        merchant = once_told(lambda: self.committee.post("/v1/merchants", {"name": name}))
        made = self.committee.post(f"/v1/merchants/{merchant['id']}/keys", {"mode": mode, **key})
        return self.door.till(made)

    def order(self, name: str, reward: str, **more: Any) -> Answer:
        """An order of somebody's, once its points are held."""
        by = self[name]
        placed = once_told(lambda: by.post("/v1/orders", {"reward_id": reward, **more}))

        def confirmed() -> Answer | None:
            order: Answer = by.get(f"/v1/orders/{placed['id']}")
            return order if order["status"] == "confirmed" else None

        return until(f"the voucher of {placed['id']}", confirmed)

    def _enter(self, name: str) -> Visitor:
        if name in self.phones:
            return self.door.sign_in(self.phones[name], PASSWORD)
        invitation = self.committee.post(f"/v1/residents/{self.people[name]}/invitations")
        return self.door.sign_in_by_wechat(f"fake-{self.people[name]}", invitation["invite_code"])


def found(door: Door, administrator: Visitor, name: str, **settings: Any) -> Village:
    """Found a village whose services know of it: roster, staff, rulebook. `settings` are its policy."""
    phone = next(_phones)
    committee = {"name": "社区党委", "phone": phone, "password": PASSWORD}
    community = administrator.post(
        "/v1/communities", {"name": f"{name} {phone}", "district": "离石区", "committee": committee}
    )
    today = calendar.day_of(datetime.now(UTC))
    months = list(itertools.islice(_months_before(today), 9))
    village = Village(
        door,
        community["id"],
        committee=door.sign_in(phone, PASSWORD),
        since=calendar.first_day(months[-1]),
        months=months,
    )
    village.committee.put(f"/v1/communities/{village.id}/settings", {**SETTINGS, **settings})
    _move_in(village)
    _appoint(village)
    chair = village["组长"]
    draft = once_told(lambda: chair.post("/v1/rulebooks", {"items": RULES}))
    chair.post(f"/v1/rulebooks/{draft['id']}/adopt", {"effective_from": village.since.isoformat()})
    return village


def _months_before(day: date) -> Iterator[str]:
    while True:
        day = calendar.first_day(calendar.period_of(day)) - timedelta(days=1)
        yield calendar.period_of(day)


def _move_in(village: Village) -> None:
    roster, since = io.StringIO(), village.since.isoformat()
    sheet = csv.writer(roster)
    sheet.writerow(_COLUMNS)
    for code, (place, members) in _HOMES.items():
        for position, name in enumerate(members):
            heads = code.endswith("-1") and position == 0
            tenure = "房东" if code.endswith("-1") else "租户"
            sheet.writerow((*place, code, name, "", tenure, "是" if heads else "", "", since, ""))
    village.committee.upload("/v1/rosters", "roster.csv", roster.getvalue().encode(), "text/csv")
    courtyards = village.committee.all("/v1/courtyards")
    village.courtyards = {each["number"]: each["id"] for each in courtyards}
    village.grids = {each["grid_name"]: each["grid_id"] for each in courtyards}
    village.households = {each["code"]: each["id"] for each in village.committee.all("/v1/households")}
    village.people = {each["name"]: each["id"] for each in village.committee.all("/v1/residents")}


def _appoint(village: Village) -> None:
    for name, role in _STAFF.items():
        village.phones[name] = phone = next(_phones)
        form = {"name": name, "phone": phone, "password": PASSWORD}
        village.people[name] = person = village.committee.post("/v1/residents", form)["id"]
        appointment = {"person_id": person, "role": role, "scope_id": village.grids.get(name.removesuffix("员"))}
        village.committee.post("/v1/appointments", appointment)
