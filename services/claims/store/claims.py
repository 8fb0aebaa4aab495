"""The claims of one community, their timelines, and what is used of each cap."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    bindparam,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from contracts.errors import NotFound
from contracts.event import Event
from directory.tables import erasures
from messaging.fastpath.statements import deferred, prepared
from messaging.sql import bulk
from messaging.sql.bulk import BulkTable
from messaging.sql.keys import among
from services.claims.domain.caps import Cap, Counts
from services.claims.domain.claim import COUNTED, Claim, Doer, Status
from services.claims.domain.readers import Reader
from services.claims.domain.rulebook import Item
from services.claims.domain.timeline import Step
from services.claims.store.tables import claim_steps, claims

_ROW = [str(column.name) for column in claims.c]
_STEP = ", ".join(f'"{column.name}"' for column in claim_steps.c if column.name != "position")
_ADD = deferred(
    prepared(
        text(
            "WITH added AS (INSERT INTO claims SELECT * FROM json_populate_record(NULL::claims, :claim))"
            f" INSERT INTO claim_steps ({_STEP}) SELECT {_STEP} FROM json_populate_record(NULL::claim_steps, :step)"
        )
    )
)
_HOLD = deferred(
    prepared(text("SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(CAST(:keys AS text[])) AS key"))
)


def _used(subject: Column[str], amount: ColumnElement[int]) -> Select[tuple[int]]:
    return prepared(
        select(func.coalesce(func.sum(amount), 0)).where(
            claims.c.community == bindparam("community"),
            subject == bindparam("subject"),
            claims.c.item == bindparam("item"),
            claims.c.day >= bindparam("first"),
            claims.c.day < bindparam("after"),
            claims.c.status.in_([literal_column(f"'{status.value}'") for status in COUNTED]),
            claims.c.id != bindparam("but"),
        )
    )


_AMOUNTS: dict[Counts, ColumnElement[int]] = {"points": func.abs(claims.c.points), "times": claims.c.quantity}
_USED = {
    (subject, counts): _used(claims.c[subject], amount)
    for subject in ("person", "household")
    for counts, amount in _AMOUNTS.items()
}
"""By whose cap it is and what it counts; asked for every claim that has one."""
_HEARD = ("status", "changed_at", "judged", "entry", "period", "approved_points", "corrected_points", "version")
_REVIEWED = BulkTable(claims, updates=_HEARD)
_SLICE = 2_000
"""Claims that one statement publishes: a large month takes longer than a statement may."""


class Claims:
    """Claims by id and by cap."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def add(self, claim: Claim, event: Event) -> None:
        """A new claim and the first step of its timeline, which `event` is, in one statement."""
        row = {name: getattr(claim, name) for name in _ROW}
        written = {"claim": row, "step": vars(Step.of(claim.id, event))}
        self._session.execute(_ADD, {name: bulk.to_json(value) for name, value in written.items()})

    def get(self, claim: str, *, for_update: bool = False) -> Claim:
        """`NotFound` when this community has no such claim."""
        found = self._session.get(Claim, (self._community, claim), with_for_update=for_update)
        if found is None:
            raise NotFound("没有此申报")
        return found

    def seen_by(self, reader: Reader, claim: str, *, for_update: bool = False) -> Claim:
        """The same; what the reader may not see is not there for him."""
        found = self.get(claim, for_update=for_update)
        if not reader.sees(found):
            raise NotFound("没有此申报")
        return found

    def some_seen_by(self, reader: Reader, ids: Iterable[str]) -> list[Claim]:
        """Those of `ids` that the reader may see."""
        rows = select(Claim).where(among(claims.c.id, ids, self._community))
        return [claim for claim in self._session.scalars(rows) if reader.sees(claim)]

    # Caps

    def hold_caps(self, item: Item, doer: Doer) -> None:
        """From here to the end of the transaction nobody else counts this item for these people (R7)."""
        subjects = sorted({cap.whose(doer.person, doer.household) for cap in item.caps})
        if subjects:  # locked in one order by all: no deadlocks
            keys = [f"caps/{self._community}/{item.code}/{subject}" for subject in subjects]
            self._session.execute(_HOLD, {"keys": keys})

    def used(self, cap: Cap, item: Item, doer: Doer, day: date, *, but: str) -> int:
        """What counts against `cap` around `day`, without the claim `but`."""
        first, after = cap.window(day)
        subject = "household" if cap.of == "household" and doer.household else "person"
        asked = {
            "community": self._community,
            "subject": cap.whose(doer.person, doer.household),
            "item": item.code,
            "first": first,
            "after": after,
            "but": but,
        }
        return int(self._session.scalar(_USED[subject, cap.counts], asked) or 0)

    # What review says

    def locked(self, ids: Iterable[str]) -> dict[str, Claim]:
        """Those claims, locked in one order for all; `heard` keeps what becomes of them, nothing else does."""
        rows = select(Claim).where(among(claims.c.id, ids, self._community))
        found = {claim.id: claim for claim in self._session.scalars(rows.order_by(claims.c.id).with_for_update())}
        for claim in found.values():
            self._session.expunge(claim)
        return found

    def heard(self, changed: Iterable[Claim]) -> None:
        """Keep what review's events have made of these claims, which are there and locked."""
        _REVIEWED.update(self._session, changed)

    def of_entry(self, entry: str) -> Claim | None:
        """The claim an entry came from; none if it came from an award."""
        return self._session.scalar(select(Claim).where(claims.c.community == self._community, claims.c.entry == entry))

    def publish(self, period: str, at: datetime, step: Step) -> None:
        """The list of `period` is public: its approved claims are published, and all on it take `step`."""
        listed = [
            claims.c.community == self._community,
            claims.c.period == period,
            claims.c.status.in_((Status.APPROVED, Status.PUBLISHED, Status.FINAL)),
        ]
        taken = asdict(step) | {"claim": claims.c.id}
        columns = [column for column in claim_steps.c if column.name in taken]
        values = [
            taken[column.name] if column.name == "claim" else literal(taken[column.name], column.type)
            for column in columns
        ]
        self._session.execute(insert(claim_steps).from_select(columns, select(*values).where(*listed)))
        ids = list(self._session.scalars(select(claims.c.id).where(*listed).order_by(claims.c.id)))
        public = {"status": Status.PUBLISHED, "changed_at": at, "version": claims.c.version + 1}
        for start in range(0, len(ids), _SLICE):
            part = among(claims.c.id, ids[start : start + _SLICE], self._community)
            self._session.execute(update(claims).where(part, claims.c.status == Status.APPROVED).values(public))

    # The timeline

    def record(self, steps: Iterable[Step]) -> None:
        """Write steps of timelines, for good; those of an erased person's claims without their words."""
        taken = list(steps)
        forgotten = self._of_the_erased({step.claim for step in taken if step.reason})
        rows = [asdict(step.without_words() if step.claim in forgotten else step) for step in taken]
        if rows:
            self._session.execute(insert(claim_steps), rows)

    def _of_the_erased(self, ids: set[str]) -> set[str]:
        erased = select(erasures.c.person).where(erasures.c.community == self._community)
        theirs = select(claims.c.id).where(among(claims.c.id, ids, self._community), claims.c.person.in_(erased))
        return set(self._session.scalars(theirs)) if ids else set()

    def note(self, claim: str, event: Event) -> None:
        """Write the step that `event` is."""
        self.record([Step.of(claim, event)])

    def timeline(self, claim: str) -> list[Step]:
        """Every step in the order in which they were taken (R15)."""
        columns = [column for column in claim_steps.c if column.name != "position"]
        rows = select(*columns).where(claim_steps.c.community == self._community, claim_steps.c.claim == claim)
        taken = self._session.execute(rows.order_by(claim_steps.c.at, claim_steps.c.position))
        return [Step(**row._mapping) for row in taken]
