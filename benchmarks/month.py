"""A month of a community of 10,000 households through every step: how the cost of a claim grows with the month.

The services' entry points run on real PostgreSQL. Events are passed to the services that receive them in batches of
their handlers' sizes, without a broker, whose cost `receive_batch` measures. The last five hundred claims are submitted
through the service; the others are generated. Heads endorse ten claims in a call; a head's further claims are endorsed
too and not counted. The working group approves 2,000 in a call.

A figure compares the whole month with a tenth of it: a ratio of 1 means that the cost of a claim does not depend on
their number. `month_…_cpu` is claims per second of CPU, of the service and PostgreSQL; use it on a machine with other
load. The month has 10,000 claims, with `--full` 100,000.
"""

import gc
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import NullPool, create_engine, insert, text

from benchmarks.figure import Figure
from benchmarks.large_community import (
    COURTYARDS,
    GRIDS,
    HOUSEHOLDS,
    ITEM,
    SINCE,
    actor,
    declared,
    insert_directory,
    moment,
)
from benchmarks.service_runner import Cost, ServiceRunner
from contracts import calendar
from contracts.event import Event
from deploy.local.stack import Stack
from messaging import engine
from services.aggregation.service import AggregationService
from services.claims.service import ClaimsService
from services.claims.store.tables import claims as claims_table
from services.review.service import ReviewService

_CLAIMS, _FULL = 10_000, 100_000
_SUBMITTED = 500
_OBJECTED = 100
_READS = 200
_HEAD_BATCH, _GROUP_BATCH = 10, 2_000


def measure(stack: Stack) -> Iterator[Figure]:
    """Yield claims per second of each step, and the 99th percentile of the lists when the month is complete."""
    return _measure(stack, _CLAIMS)


def measure_fully(stack: Stack) -> Iterator[Figure]:
    """Measure with 100,000 claims."""
    return _measure(stack, _FULL)


def _measure(stack: Stack, size: int) -> Iterator[Figure]:
    stack.prepare()
    tenth, whole = (_Month(stack, f"com_{each}", each) for each in (size // 10, size))
    tenth.run()
    whole.run()
    for step, cost in whole.steps.items():
        other = tenth.steps[step]
        yield Figure(f"month_{step}", "claims/s", cost.claims / cost.seconds, other.claims / other.seconds)
        yield Figure(f"month_{step}_cpu", "claims/s", cost.claims / cost.cpu, other.claims / other.cpu)
    for name, seconds in whole.lists.items():
        yield Figure(f"month_list_{name}_p99", "ms", seconds * 1_000, tenth.lists[name] * 1_000)


class _Month:
    """One community's month; `steps` holds the cost of each step, `lists` the 99th percentile in seconds."""

    def __init__(self, stack: Stack, community: str, size: int) -> None:
        self.steps: dict[str, Cost] = defaultdict(Cost)
        self.lists: dict[str, float] = {}
        self._stack, self._community, self._size = stack, community, size
        self._claims = ServiceRunner(ClaimsService, stack.database_uris["claims"])
        self._review = ServiceRunner(ReviewService, stack.database_uris["review"])
        self._bank = ServiceRunner(AggregationService, stack.database_uris["aggregation"])
        self._services = {"claims": self._claims, "review": self._review, "aggregation": self._bank}
        self._today = calendar.day_of(datetime.now(UTC))
        self._period = {"period": calendar.period_of(self._today)}
        self._chance = random.Random(size)

    def run(self) -> None:
        """Run all steps, from the first claim to the last credit."""
        for runner in self._services.values():
            with runner.engine.begin() as connection:
                insert_directory(connection, self._community)
        self._analyze()
        submitted = self._submit()
        with self._step("open", self._size):
            self._review.deliver("follow_claims", submitted)
        self._time_open_reviews()
        endorsed = self._endorse()
        approved = self._approve(endorsed)
        self._publish()
        final = self._make_final()
        with self._step("credit", self._size):
            self._bank.deliver("post", [*approved, *final])
        self._follow(final)
        self._time_claim_lists()

    # Steps

    def _submit(self) -> list[Event]:
        draft = self._as("per_chair", self._claims.service.draft_rulebook, title="积分细则", items=[ITEM])["data"]["id"]
        adopted = {"rulebook_id": draft, "effective_from": SINCE.isoformat()}
        self._as("per_chair", self._claims.service.adopt_rulebook, **adopted)
        generated = [declared(self._community, draft, n, self._chance) for n in range(self._size - _SUBMITTED)]
        with self._claims.engine.begin() as connection:
            for start in range(0, len(generated), 2_000):
                rows = [{c.name: getattr(claim, c.name) for c in claims_table.c} for claim in generated[start:][:2_000]]
                connection.execute(insert(claims_table), rows)
        self._analyze()
        self._claims.take_emitted()
        with self._step("submit", _SUBMITTED):
            for number in range(_SUBMITTED):
                deed = {
                    "item": "visit",
                    "happened_at": moment(self._chance).isoformat(),
                    "place": "3 排",
                    "cause": "看望",
                }
                self._as(f"per_{number * 17 % HOUSEHOLDS}", self._claims.service.submit_claim, **deed)
        return [*(claim.submitted() for claim in generated), *self._claims.take_emitted()]

    def _time_open_reviews(self) -> None:
        """Time the lists of open reviews, and the timers that route and remind."""
        service = self._review.service
        self._time_list("desk_of_a_head", lambda: self._as(self._head(), service.list_reviews))
        self._time_list("desk_of_an_officer", lambda: self._as(self._officer(), service.list_reviews))
        with self._step("route", self._size):
            for _ in range(self._size // 5_000 + 1):
                service.route_again()
        noon = datetime.combine(self._today + timedelta(days=4), datetime.min.time(), calendar.ZONE)
        self._review.clock_offset = noon + timedelta(hours=12) - datetime.now(UTC)
        self._time_list("overdue", lambda: self._as("per_chair", service.list_overdue_reviews))
        with self._step("remind", self._size):
            service.remind()
        self._review.clock_offset = timedelta()
        self._review.take_emitted()

    def _endorse(self) -> list[Event]:
        """Endorse as each courtyard's head, and as grid officer for claims of heads."""
        cases = self._cases()
        judges: dict[str, list[str]] = defaultdict(list)
        for case in cases:
            head, officer = case.courtyard.replace("cty", "per"), case.grid.replace("grd", "per_officer")
            judges[head if case.book == "household" else officer].append(case.id)
        batches = {judge: ids[:_HEAD_BATCH] for judge, ids in judges.items()}
        with self._step("endorse", sum(map(len, batches.values()))):
            for judge, ids in batches.items():
                self._decide(judge, "endorse", ids)
        for judge, ids in judges.items():
            self._decide(judge, "endorse", ids[_HEAD_BATCH:])
        return self._take_all_emitted()

    def _approve(self, endorsed: list[Event]) -> list[Event]:
        self._time_list(
            "desk_of_the_group", lambda: self._as("per_chair", self._review.service.list_reviews, stage="final")
        )
        cases = [event.subject for event in endorsed]
        with self._step("approve", self._size):
            for start in range(0, len(cases), _GROUP_BATCH):
                self._decide("per_chair", "approve", cases[start : start + _GROUP_BATCH])
        return self._take_all_emitted()

    def _publish(self) -> None:
        service = self._review.service
        with self._step("close", self._size):
            publication = self._as("per_member", service.publish_period, **self._period)["data"]["id"]
        with self._step("publish", self._size):
            while not self._review.emitted:
                service.go_on_publishing()
        self._follow(self._review.take_emitted())
        asked = {"publication_id": publication}
        self._time_list("published", lambda: service.get_publication(**asked, cursor=str(self._random(self._size))))
        self._time_list(
            "published_of_a_courtyard", lambda: service.get_publication(**asked, courtyard_id=self._courtyard())
        )
        for line in service.get_publication(**asked, limit=_OBJECTED)["data"]:
            self._as("per_1", service.object_to_entry, entry_id=line["id"], reason="没有看见他参加")
        self._time_list("objections", lambda: self._as("per_branch", service.list_objections))

    def _make_final(self) -> list[Event]:
        service = self._review.service
        self._follow(self._review.take_emitted())
        self._review.clock_offset = timedelta(days=1, minutes=1)
        with self._step("settle", self._size - _OBJECTED):
            self._as("per_chair", service.settle_period, **self._period)
            while self._review.emitted[-1].name() != "PeriodSettled":
                service.go_on_settling()
        self._time_list("periods", lambda: self._as("per_chair", service.list_periods))
        return [event for event in self._review.take_emitted() if event.name() == "EntryFinalized"]

    def _follow(self, events: list[Event]) -> None:
        """Deliver review's events to claims; their number counts once."""
        with self._step("follow", self._size if "follow" not in self.steps else 0):
            self._claims.deliver("follow_review", events)

    # Lists

    def _time_claim_lists(self) -> None:
        self._analyze()
        service = self._claims.service
        day = {"day": (self._today - timedelta(days=self._random(self._today.day))).isoformat()}
        reads: dict[str, Callable[[], Any]] = {
            "of_a_resident": lambda: self._as(f"per_{self._random(HOUSEHOLDS)}", service.list_claims),
            "of_a_head": lambda: self._as(self._head(), service.list_claims),
            "of_an_officer": lambda: self._as(self._officer(), service.list_claims, **self._period),
            "of_the_group": lambda: self._as("per_chair", service.list_claims, **self._period),
            "by_state": lambda: self._as("per_chair", service.list_claims, status="final"),
            "of_records": lambda: self._as("per_chair", service.list_records, courtyard_id=self._courtyard(), **day),
            "of_all_records": lambda: self._as("per_chair", service.list_records, **day),
        }
        for name, read in reads.items():
            self._time_list(name, read)

    def _time_list(self, name: str, read: Callable[[], Any]) -> None:
        times = []
        for _ in range(_READS):
            started = time.monotonic()
            read()
            times.append(time.monotonic() - started)
        self.lists[name] = sorted(times)[_READS * 99 // 100]

    # Callers and measurements

    def _as(self, person: str, method: Callable[..., Any], **asked: Any) -> Any:
        return method(actor=actor(self._community, person), **asked)

    def _decide(self, judge: str, verb: str, cases: list[str]) -> None:
        if cases:
            decisions = [{"review_id": each, "decision": verb} for each in cases]
            self._as(judge, self._review.service.decide_many, decisions=decisions)

    def _cases(self) -> list[Any]:
        question = text("SELECT id, courtyard, grid, book FROM reviews WHERE community = :here ORDER BY id")
        with self._review.engine.connect() as connection:
            found = list(connection.execute(question, {"here": self._community}))
        if len(found) != self._size:
            raise AssertionError(f"{len(found)} of {self._size} cases were opened")
        return found

    def _take_all_emitted(self) -> list[Event]:
        emitted = self._review.take_emitted()
        if len(emitted) != self._size:
            raise AssertionError(f"{len(emitted)} of {self._size} could be decided")
        self._follow(emitted)
        return emitted

    def _head(self) -> str:
        return f"per_{self._random(COURTYARDS)}"

    def _officer(self) -> str:
        return f"per_officer_{self._random(GRIDS)}"

    def _courtyard(self) -> str:
        return f"cty_{self._random(COURTYARDS)}"

    def _random(self, number: int) -> int:
        return self._chance.randrange(number)

    @contextmanager
    def _step(self, name: str, claims: int) -> Iterator[None]:
        gc.collect()
        gc.freeze()  # the events kept for the next step are not part of this one
        started, cpu_before = time.monotonic(), self._cpu()
        yield
        self.steps[name] += Cost(time.monotonic() - started, self._cpu() - cpu_before, claims)

    def _cpu(self) -> float:
        return time.process_time() + sum(runner.database_cpu() for runner in self._services.values())

    def _analyze(self) -> None:
        """Run ANALYZE, as autovacuum would within a minute."""
        for service in self._services:
            owner = create_engine(engine.url(self._stack.postgres.uri(service)), poolclass=NullPool)
            with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("ANALYZE"))
