"""A month of a community of 10,000 households, through every step, and how the cost of a claim grows with the month.

The services' own entry points work on real PostgreSQL. What one says is handed to those who hear it, in the batches
they take, without a broker between: its share is measured in `receive_batch`. Of the submitted claims the last five
hundred are really submitted; the others are generated.

Both sides of a figure are ours: the whole month against a tenth of it, so that a ratio of 1 means that a claim costs
the same however many there are. `MONTH_CLAIMS` is the size of the month (10,000; for the record 100,000).
"""

import os
import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR
from sqlalchemy import Table, insert, text

from benchmarks.figure import Figure
from contracts import calendar, ids
from contracts.event import Event
from deploy.local.stack import Stack
from directory.tables import appointments, communities, courtyards, locations, memberships
from messaging import engine
from messaging.envelope import Arrival, Envelope
from messaging.receive import Listener
from messaging.store import StoreAccess
from messaging.transaction import Context
from services.aggregation.service import AggregationService
from services.claims.domain.claim import Claim, Status
from services.claims.service import ClaimsService
from services.claims.store.tables import claims as claims_table
from services.review.service import ReviewService

_CLAIMS = int(os.environ.get("MONTH_CLAIMS", "10000"))
_HOUSEHOLDS, _COURTYARDS, _GRIDS = 10_000, 1_000, 20
_SUBMITTED = 500
_LOOKS = 200
_SITTING = 2_000
_SINCE = date(2026, 1, 1)
_ITEM = {
    "code": "visit",
    "category": "charity",
    "title": "照看孤寡老人",
    "score": 2,
    "evidence_required": False,
    "caps": [{"times": 400, "per": "month", "of": "household"}],
}


def measure(stack: Stack) -> Iterator[Figure]:
    """Claims a second for each step, and the slowest hundredth of the lists, at the month's end."""
    stack.prepare()
    tenth, whole = (_Month(stack, f"com_{size}", size).lived() for size in (_CLAIMS // 10, _CLAIMS))
    for step, per_second in whole.items():
        unit = "1/s" if step.startswith("list_") else "claims/s"
        yield Figure(f"month_{step}", unit, per_second, tenth[step])


class _Desk:
    """One service at work; what it says is kept until it is handed on."""

    def __init__(self, service_class: Any, uri: str) -> None:
        self.engine = engine.connect_to(uri, pool_size=1)
        self.said: list[Event] = []
        self.service = service_class()
        self.service.store = StoreAccess(
            self.engine,
            service_class.store.transaction_class,
            context=Context(request_id="month"),
            committed=lambda tx: self.said.extend(tx.emitted),
        )

    def hear(self, handler: str, events: Iterable[Event]) -> None:
        """Hand over `events` in batches of the handler's own size."""
        method, now = getattr(self.service, handler), datetime.now(UTC)
        [listener] = [each for each in getattr(method, ENTRYPOINT_EXTENSIONS_ATTR) if isinstance(each, Listener)]
        arrivals = [Arrival(Envelope.around(event, at=now), event) for event in events]
        for start in range(0, len(arrivals), listener.size):
            method(arrivals[start : start + listener.size])

    def told(self) -> list[Event]:
        """What was said since the last time."""
        said = list(self.said)
        self.said.clear()
        return said


class _Month:
    """One community's month."""

    def __init__(self, stack: Stack, community: str, size: int) -> None:
        self._community, self._size = community, size
        self._claims = _Desk(ClaimsService, stack.database_uris["claims"])
        self._review = _Desk(ReviewService, stack.database_uris["review"])
        self._bank = _Desk(AggregationService, stack.database_uris["aggregation"])
        self._today = calendar.day_of(datetime.now(UTC))
        self._period = calendar.period_of(self._today)
        self._chance = random.Random(size)
        self._took: dict[str, float] = {}

    def lived(self) -> dict[str, float]:
        """By step, claims a second; by list, one over the seconds of the slowest hundredth."""
        for desk in (self._claims, self._review, self._bank):
            self._settle_in(desk)
        submitted = self._submit()
        with self._step("open"):
            self._review.hear("follow_claims", submitted)
        endorsed = self._decide("endorse", self._by_head(submitted))
        approved = self._decide("approve", {"per_chair": [event.subject for event in endorsed]})
        with self._step("publish"):
            self._review.service.publish_period(actor=self._actor("per_chair"), period=self._period)
        self._follow(self._review.told())
        final = self._make_final()
        with self._step("credit"):
            self._bank.hear("post", [*approved, *final])
        self._follow(final)
        whole = sum(self._took.values())
        steps = {step: self._size / seconds for step, seconds in self._took.items()} | {"whole": self._size / whole}
        return steps | {f"list_{name}_p99": 1 / seconds for name, seconds in self._look().items()}

    # Steps

    def _submit(self) -> list[Event]:
        generated = [self._declared(number) for number in range(self._size - _SUBMITTED)]
        with self._claims.engine.begin() as connection:
            for start in range(0, len(generated), 2_000):
                rows = [vars(claim) for claim in generated[start : start + 2_000]]
                connection.execute(insert(claims_table), [_plain(row) for row in rows])
        self._analyze(self._claims)
        self._claims.told()
        began = time.monotonic()
        for number in range(_SUBMITTED):
            declaration = {"item": "visit", "happened_at": self._moment().isoformat(), "place": "3 排", "cause": "看望"}
            self._claims.service.submit_claim(actor=self._actor(f"per_{number * 17 % _HOUSEHOLDS}"), **declaration)
        self._took["submit"] = (time.monotonic() - began) * self._size / _SUBMITTED
        return [*(claim.submitted() for claim in generated), *self._claims.told()]

    def _decide(self, verb: str, cases: dict[str, list[str]]) -> list[Event]:
        with self._step(verb):
            for judge, reviews in cases.items():
                for start in range(0, len(reviews), _SITTING):
                    said = [{"review_id": each, "decision": verb} for each in reviews[start : start + _SITTING]]
                    self._review.service.decide_many(actor=self._actor(judge), decisions=said)
        told = self._review.told()
        if len(told) != self._size:
            raise AssertionError(f"{len(told)} of {self._size} could be decided")
        self._follow(told)
        return told

    def _make_final(self) -> list[Event]:
        with self._step("settle"):
            self._review.service.settle_period(actor=self._actor("per_chair"), period=self._period)
            while self._review.said[-1].name() != "PeriodSettled":
                self._review.service.go_on_settling()
        return [event for event in self._review.told() if event.name() == "EntryFinalized"]

    def _follow(self, events: list[Event]) -> None:
        with self._step("follow"):
            self._claims.hear("follow_review", events)

    def _look(self) -> dict[str, float]:
        """The slowest hundredth of each list, in seconds, when the month is over."""
        self._analyze(self._claims)
        month = {"period": self._period}
        looks: dict[str, Callable[[], Any]] = {
            "of_a_resident": lambda: self._listed(f"per_{self._any(_HOUSEHOLDS)}"),
            "of_a_head": lambda: self._listed(f"per_{self._any(_COURTYARDS)}"),
            "of_an_officer": lambda: self._listed(f"per_officer_{self._any(_GRIDS)}", **month),
            "of_the_group": lambda: self._listed("per_chair", **month),
            "by_state": lambda: self._listed("per_chair", status="final"),
            "of_records": lambda: self._recorded(courtyard_id=f"cty_{self._any(_COURTYARDS)}"),
            "of_all_records": lambda: self._recorded(**month),
        }
        return {name: _slowest_hundredth(look) for name, look in looks.items()}

    def _listed(self, person: str, **query: Any) -> None:
        cursor = f"clm_{self._chance.choice('01')}" if self._chance.random() < 0.2 else None
        self._claims.service.list_claims(actor=self._actor(person), limit=20, cursor=cursor, **query)

    def _recorded(self, **query: Any) -> None:
        day = self._today - timedelta(days=self._any(self._today.day))
        cursor = f"{day.isoformat()}/"
        self._claims.service.list_records(actor=self._actor("per_chair"), limit=20, cursor=cursor, **query)

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self._took[name] = self._took.get(name, 0) + time.monotonic() - began

    # The community

    def _settle_in(self, desk: _Desk) -> None:
        here = {"community": self._community, "sequence": 1}
        offices = [("per_chair", "working_group_chair", self._community)]
        offices += [(f"per_officer_{grid}", "grid_officer", f"grd_{grid}") for grid in range(_GRIDS)]
        offices += [(f"per_{number}", "head", f"cty_{number}") for number in range(_COURTYARDS)]
        facts: dict[Table, Iterable[dict[str, Any]]] = {
            communities: [{"settings": {"objection_window_days": 0}}],
            courtyards: (
                {"courtyard": f"cty_{n}", "grid": f"grd_{n % _GRIDS}", "row": 1, "number": n}
                for n in range(_COURTYARDS)
            ),
            locations: (
                {"household": f"hou_{n}", "courtyard": f"cty_{n % _COURTYARDS}", "since": _SINCE}
                for n in range(_HOUSEHOLDS)
            ),
            memberships: (
                {"person": f"per_{n}", "household": f"hou_{n}", "away": False, "since": _SINCE}
                for n in range(_HOUSEHOLDS)
            ),
            appointments: (
                {"person": person, "role": role, "scope": scope, "appointment": f"apt_{n}", "since": _SINCE}
                for n, (person, role, scope) in enumerate(offices)
            ),
        }
        with desk.engine.begin() as connection:
            for table, rows in facts.items():
                connection.execute(insert(table), [here | row for row in rows])
        self._analyze(desk)
        if desk is self._claims:
            self._adopt()

    def _adopt(self) -> None:
        chair, service = self._actor("per_chair"), self._claims.service
        draft = service.draft_rulebook(actor=chair, title="积分细则", items=[_ITEM])["data"]["id"]
        service.adopt_rulebook(actor=chair, rulebook_id=draft, effective_from=_SINCE.isoformat())
        self._rulebook = draft

    def _declared(self, number: int) -> Claim:
        household = number % _HOUSEHOLDS
        at = self._moment()
        return Claim(
            community=self._community,
            id=ids.new("clm"),
            person=f"per_{household}",
            household=f"hou_{household}",
            courtyard=f"cty_{household % _COURTYARDS}",
            book="head" if household < _COURTYARDS else "household",
            declared_by=f"per_{household}",
            submitted_at=at,
            changed_at=at,
            system_made=False,
            status=Status.SUBMITTED,
            item=_ITEM["code"],
            category="charity",
            title=_ITEM["title"],
            unit="次",
            rulebook=self._rulebook,
            rulebook_version=1,
            quantity=1,
            points=2,
            day=calendar.day_of(at),
            happened_at=at,
            place="3 排",
            cause="看望独居老人",
        )

    def _by_head(self, submitted: list[Event]) -> dict[str, list[str]]:
        """The cases by who gives the first review: the courtyard's head; the grid's officer for heads."""
        with self._review.engine.connect() as connection:
            found = connection.execute(
                text("SELECT id, courtyard, grid, book FROM reviews WHERE community = :here"), {"here": self._community}
            ).all()
        judges: dict[str, list[str]] = {}
        for review, courtyard, grid, book in found:
            head, officer = courtyard.replace("cty", "per"), grid.replace("grd", "per_officer")
            judges.setdefault(head if book == "household" else officer, []).append(review)
        if len(found) != len(submitted):
            raise AssertionError(f"{len(found)} of {len(submitted)} cases were opened")
        return judges

    def _moment(self) -> datetime:
        """Any moment of the month so far."""
        first = datetime.combine(self._today.replace(day=1), datetime.min.time(), calendar.ZONE)
        return first + (datetime.now(UTC) - first) * self._chance.random()

    def _actor(self, person: str) -> dict[str, str | None]:
        return {"person": person, "community": self._community, "merchant": None}

    def _any(self, number: int) -> int:
        return self._chance.randrange(number)

    @staticmethod
    def _analyze(desk: _Desk) -> None:
        with desk.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if not name.startswith("_sa_")}


def _slowest_hundredth(look: Callable[[], Any]) -> float:
    took = []
    for _ in range(_LOOKS):
        began = time.monotonic()
        look()
        took.append(time.monotonic() - began)
    return sorted(took)[_LOOKS * 99 // 100]
