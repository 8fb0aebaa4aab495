"""A sample community on the running platform: two rows, four courtyards, ten households and its staff.

People are addressed by name: `community["张三"]` is an API client of 张三, signed in on first use.
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
from deploy.demo.api_client import Api, ApiClient, ApiError, retry_until_known, wait_for
from deploy.demo.ordinary_month import upload_evidence

Json = dict[str, Any]

PASSWORD = "password-of-the-tests"
SETTINGS = {
    "objection_window_days": 0,
    "late_declaration_days": 366,
    "public_place": "courtyard",
    "public_min_residents": 1,
    "spending_wait_days": 0,
}
"""What tests need of a community of ten households: with the default hardly a line would show a name, and residents who
are invited would spend after a week."""

_ROSTER_COLUMNS = ("院落号", "排", "网格", "户号", "姓名", "手机号", "身份", "院长", "在外", "入住日期", "出生年")
_HOUSEHOLDS = {
    # household code: (courtyard, row, grid), members; the first member of a courtyard's first household is its head
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
RULEBOOK_ITEMS: list[Json] = [
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
    {
        "code": "tip",
        "category": "public_order",
        "title": "提供安全线索",
        "score": 5,
        "evidence_required": False,
        "public": False,
    },
]

_phones = map(str, itertools.count(random.randrange(15_000_000_000, 15_900_000_000)))  # unused on a reused stack


@contextmanager
def expect_refused(code: str, status: int | None = None) -> Iterator[None]:
    """Expect the platform to refuse a request of the block with this code, and this status if given."""
    with pytest.raises(ApiError) as caught:
        yield
    assert (caught.value.code, caught.value.status) == (code, status or caught.value.status), caught.value


@dataclass
class Community:
    """A community: the ids of its people, households and courtyards by name or number, and steps that tests share."""

    api: Api
    id: str
    committee: ApiClient
    administrator: ApiClient
    """A platform administrator, who approves what the committee proposes."""
    since: date
    """First day of all tenancies, and of the rulebook."""
    courtyard_ids: dict[int, str] = field(default_factory=dict)
    grid_ids: dict[str, str] = field(default_factory=dict)
    household_ids: dict[str, str] = field(default_factory=dict)
    person_ids: dict[str, str] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)
    months: list[str] = field(default_factory=list)
    """Past months that are not published, the latest first. Claims are made for the first of them."""
    _clients: dict[str, ApiClient] = field(default_factory=dict)

    def __getitem__(self, name: str) -> ApiClient:
        """Return the client of a person: staff sign in by password, residents by WeChat and an invitation."""
        if name not in self._clients:
            self._clients[name] = self._sign_in(name)
        return self._clients[name]

    @property
    def public(self) -> ApiClient:
        """Return a client without credentials."""
        return self.api.public

    @property
    def month(self) -> str:
        return self.months[0]

    def household_id_of(self, name: str) -> str:
        return self.household_ids[next(code for code, (_, members) in _HOUSEHOLDS.items() if name in members)]

    def head_of(self, name: str) -> str:
        """Return the name of the head of the courtyard that a person lives in."""
        courtyard = next(place[0] for place, members in _HOUSEHOLDS.values() if name in members)
        return next(members[0] for place, members in _HOUSEHOLDS.values() if place[0] == courtyard)

    def officer_of(self, name: str) -> str:
        """Return the name of the grid officer of the courtyard that a person lives in."""
        grid = next(place[2] for place, members in _HOUSEHOLDS.values() if name in members)
        return f"{grid}员"

    def appoint(self, name: str, role: str, scope_id: str | None = None) -> Json:
        """Appoint a person, with the platform's approval if the office needs one, and return the appointment."""
        form = {"person_id": self.person_ids[name], "role": role, "scope_id": scope_id}
        made: Json = self.committee.post("/v1/appointments", form)
        if made["proposal_id"] is None:
            return made
        self.approve(made["proposal_id"])
        person = {"person_id": self.person_ids[name], "role": role}
        held: Json = self.committee.get("/v1/appointments", **person)["data"][-1]
        return held

    def approve(self, proposal: str) -> None:
        """Approve a proposal as the platform's administrator."""
        self.administrator.post(f"/v1/communities/{self.id}/proposals/{proposal}/approval")

    def change_settings(self, **chosen: Any) -> None:
        """Change settings; a platform administrator approves what loosens a guard."""
        path = f"/v1/communities/{self.id}"
        proposal = self.committee.put(f"{path}/settings", self.committee.get(f"{path}/settings") | chosen)[
            "proposal_id"
        ]
        if proposal:
            self.approve(proposal)

    def claim_form(self, item: str, day: int = 3, **more: Any) -> Json:
        """Return the form of a claim for a deed on that day of the month."""
        on = calendar.first_day(self.month) + timedelta(days=day - 1)
        at = datetime(on.year, on.month, on.day, 9, tzinfo=calendar.ZONE).astimezone(UTC)
        return {"item": item, "happened_at": at.isoformat(), "place": "巷口", "cause": "测试", **more}

    def submit_claim(self, name: str, item: str, day: int = 3, photo: bytes | None = None, **more: Any) -> Json:
        """Submit a claim as `name`, with `photo` as its evidence."""
        client = self[name]
        if photo:
            more["evidence_ids"] = [upload_evidence(client, photo)]
        claim: Json = retry_until_known(lambda: client.post("/v1/claims", self.claim_form(item, day, **more)))
        return claim

    def open_reviews(self, reviewer: str, stage: str = "first") -> dict[str, Json]:
        """Return the reviews that wait for a reviewer, by claim id."""
        return {review["source_id"]: review for review in self[reviewer].all("/v1/reviews", stage=stage)}

    def wait_for_review(self, reviewer: str, claim: Json, stage: str = "first") -> Json:
        """Return the claim's review as soon as the reviewer can see it."""
        return wait_for(
            f"{claim['id']} to wait for {reviewer}", lambda: self.open_reviews(reviewer, stage).get(claim["id"])
        )

    def decide(self, reviewer: str, claim: Json, decision: str, **more: Any) -> Json:
        """Decide on the claim as soon as the reviewer can see it."""
        review = self.wait_for_review(reviewer, claim, "final" if decision == "approve" else "first")
        path = f"/v1/reviews/{review['id']}/decision"
        decided: Json = self[reviewer].post(path, {"decision": decision, **more})
        return decided

    def endorse_and_approve(self, claim: Json, *, endorsed_by: str) -> None:
        """Endorse the claim as `endorsed_by` and approve it as the chair."""
        self.decide(endorsed_by, claim, "endorse")
        self.decide("组长", claim, "approve")

    def wait_for_status(self, claim: Json, status: str) -> Json:
        """Return the claim with its timeline as soon as it has this status."""

        def with_status() -> Json | None:
            current: Json = self["组长"].get(f"/v1/claims/{claim['id']}")
            return current if current["status"] == status else None

        return wait_for(f"{claim['id']} {status}", with_status)

    def publish_month(self) -> Json:
        """Publish the month's list as another member than the chair, who approved it alone.

        Return the publication. Later claims are made for an earlier month.
        """
        publication: Json = self["组员"].post(f"/v1/periods/{self.month}/publish")
        self.months.pop(0)
        return publication

    def settle_month(self, period: str) -> Json:
        """Settle the month as soon as its objection window has closed, and return the publication."""

        def settled() -> Json | None:
            try:
                publication: Json = self["组长"].post(f"/v1/periods/{period}/settle")
            except ApiError as error:
                if error.code != "window_open":
                    raise
                return None
            return publication

        return wait_for(f"the end of the window of {period}", settled)

    def credit_points(self, item: str = "merit", **points: int) -> None:
        """Credit points by name of person: submit, review, publish and settle claims, and wait for the ledger."""
        score = next(rule["score"] for rule in RULEBOOK_ITEMS if rule["code"] == item)
        claims = [
            self.submit_claim(self.head_of(name), item, quantity=wanted // score, person_id=self.person_ids[name])
            for name, wanted in points.items()
        ]
        for name, claim in zip(points, claims, strict=True):
            self.decide(self.officer_of(name), claim, "endorse")
        for claim in claims:
            self.decide("组长", claim, "approve")
        self.settle_month(self.publish_month()["period"])
        for name, wanted in points.items():
            self._wait_for_available(name, wanted)

    def passbook(self, name: str) -> Json:
        """Return the passbook of a person's household, as the committee reads it."""
        passbook: Json = self.committee.get(f"/v1/passbooks/{self.household_id_of(name)}")
        return passbook

    def create_reward(self, **terms: Any) -> str:
        """Create a reward, which the chair of the working group approves, and return its id."""
        form = {"kind": "goods", "name": "大米", "points": 50, "stock": 10, **terms}
        reward = retry_until_known(lambda: self.committee.post("/v1/rewards", form))
        self["组长"].post(f"/v1/reward-proposals/{reward['proposal_id']}/approval")
        return str(reward["id"])

    def create_till(self, name: str = "善治超市", mode: str = "live", **key: Any) -> ApiClient:
        """Create a merchant with one key and return the client of its till."""
        merchant = retry_until_known(lambda: self.committee.post("/v1/merchants", {"name": name}))
        created = self.committee.post(f"/v1/merchants/{merchant['id']}/keys", {"mode": mode, **key})
        return self.api.till(created)

    def place_order(self, name: str, reward: str, **more: Any) -> Json:
        """Place an order as `name` and return it as soon as it is confirmed."""
        client = self[name]
        placed = retry_until_known(lambda: client.post("/v1/orders", {"reward_id": reward, **more}))

        def confirmed() -> Json | None:
            order: Json = client.get(f"/v1/orders/{placed['id']}")
            return order if order["status"] == "confirmed" else None

        return wait_for(f"the voucher of {placed['id']}", confirmed)

    def _wait_for_available(self, name: str, at_least: int) -> None:
        wait_for(f"{at_least} points of {name}", lambda: self.passbook(name)["available"] >= at_least)

    def _sign_in(self, name: str) -> ApiClient:
        if name in self.phones:
            return self.api.sign_in(self.phones[name], PASSWORD)
        invitation = self.committee.post(f"/v1/residents/{self.person_ids[name]}/invitations")
        return self.api.sign_in_by_wechat(f"fake-{self.person_ids[name]}", invitation["invite_code"], self.approve)


def found_community(api: Api, administrator: ApiClient, name: str, **settings: Any) -> Community:
    """Found a community with residents, staff and a rulebook. `settings` override SETTINGS."""
    phone = next(_phones)
    committee = {"name": "社区党委", "phone": phone, "password": PASSWORD}
    founded = administrator.post(
        "/v1/communities", {"name": f"{name} {phone}", "district": "离石区", "committee": committee}
    )
    today = calendar.day_of(datetime.now(UTC))
    months = list(itertools.islice(_months_before(today), 9))
    community = Community(
        api,
        founded["id"],
        committee=api.sign_in(phone, PASSWORD),
        phones={"社区党委": phone},
        administrator=administrator,
        since=calendar.first_day(months[-1]),
        months=months,
    )
    community.committee.put(f"/v1/communities/{community.id}/settings", {**SETTINGS, **settings})
    _import_roster(community)
    _appoint_staff(community)
    _adopt_rulebook(community)
    return community


def _months_before(day: date) -> Iterator[str]:
    while True:
        day = calendar.first_day(calendar.period_of(day)) - timedelta(days=1)
        yield calendar.period_of(day)


def _import_roster(community: Community) -> None:
    committee = community.committee
    committee.upload("/v1/rosters", "roster.csv", _roster(community.since).encode(), "text/csv")
    courtyards = committee.all("/v1/courtyards")
    community.courtyard_ids = {courtyard["number"]: courtyard["id"] for courtyard in courtyards}
    community.grid_ids = {courtyard["grid_name"]: courtyard["grid_id"] for courtyard in courtyards}
    community.household_ids = {household["code"]: household["id"] for household in committee.all("/v1/households")}
    community.person_ids = {resident["name"]: resident["id"] for resident in committee.all("/v1/residents")}


def _roster(since: date) -> str:
    """Return the roster as CSV. Everybody has lived there since that day."""
    roster = io.StringIO()
    sheet = csv.writer(roster)
    sheet.writerow(_ROSTER_COLUMNS)
    for code, (place, members) in _HOUSEHOLDS.items():
        tenure = "房东" if code.endswith("-1") else "租户"
        for position, name in enumerate(members):
            is_head = "是" if code.endswith("-1") and position == 0 else ""
            sheet.writerow((*place, code, name, "", tenure, is_head, "", since.isoformat(), ""))
    return roster.getvalue()


def _appoint_staff(community: Community) -> None:
    for name, role in _STAFF.items():
        community.phones[name] = phone = next(_phones)
        form = {"name": name, "phone": phone, "password": PASSWORD}
        community.person_ids[name] = community.committee.post("/v1/residents", form)["id"]
        community.appoint(name, role, community.grid_ids.get(name.removesuffix("员")))


def _adopt_rulebook(community: Community) -> None:
    chair = community["组长"]
    draft = retry_until_known(lambda: chair.post("/v1/rulebooks", {"items": RULEBOOK_ITEMS}))
    chair.post(f"/v1/rulebooks/{draft['id']}/adopt", {"effective_from": community.since.isoformat()})
