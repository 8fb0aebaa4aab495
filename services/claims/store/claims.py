"""Claims of one community, their timelines, and the use of caps."""

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
from services.claims.domain.claims import COUNTED, Claim, Claimant, Status
from services.claims.domain.readers import ClaimReader
from services.claims.domain.rulebooks import Item
from services.claims.domain.timeline import Step
from services.claims.store.tables import claim_steps, claims

_CLAIM_COLUMNS = [str(column.name) for column in claims.c]
_STEP_COLUMNS = ", ".join(f'"{column.name}"' for column in claim_steps.c if column.name != "position")
_INSERT = deferred(
    prepared(
        text(
            "WITH added AS (INSERT INTO claims SELECT * FROM json_populate_record(NULL::claims, :claim))"
            f" INSERT INTO claim_steps ({_STEP_COLUMNS})"
            f" SELECT {_STEP_COLUMNS} FROM json_populate_record(NULL::claim_steps, :step)"
        )
    )
)
_LOCK = deferred(
    prepared(text("SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(CAST(:keys AS text[])) AS key"))
)


def _used(subject: Column[str], amount: ColumnElement[int]) -> Select[int]:
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
"""By the subject of the cap and what it counts. Executed for every claim of an item with caps."""
_REVIEW_COLUMNS = (
    "status",
    "changed_at",
    "judged",
    "entry",
    "period",
    "approved_points",
    "corrected_points",
    "version",
)
_REVIEWED = BulkTable(claims, updates=_REVIEW_COLUMNS)
_PUBLISH_BATCH = 2_000
"""Claims that one statement publishes, so that a large month stays within the statement timeout."""


class ClaimRepository:
    """Loads and stores claims and the steps of their timelines."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def add(self, claim: Claim, event: Event) -> None:
        """Insert a new claim, and `event` as the first step of its timeline, by one statement."""
        row = {name: getattr(claim, name) for name in _CLAIM_COLUMNS}
        rows = {"claim": row, "step": vars(Step.of(claim.id, event))}
        self._session.execute(_INSERT, {name: bulk.to_json(value) for name, value in rows.items()})

    def get(self, claim: str, *, for_update: bool = False) -> Claim:
        """Return a claim. Raises `NotFound`."""
        found = self._session.get(Claim, (self._community, claim), with_for_update=for_update)
        if found is None:
            raise NotFound("没有此申报")
        return found

    def get_visible(self, reader: ClaimReader, claim: str, *, for_update: bool = False) -> Claim:
        """Return a claim that the reader may read. Raises `NotFound`, also when they may not."""
        found = self.get(claim, for_update=for_update)
        if not reader.may_read(found):
            raise NotFound("没有此申报")
        return found

    def list_visible(self, reader: ClaimReader, ids: Iterable[str]) -> list[Claim]:
        """Return the claims of `ids` that the reader may read."""
        rows = select(Claim).where(among(claims.c.id, ids, self._community))
        return [claim for claim in self._session.scalars(rows) if reader.may_read(claim)]

    # Caps

    def lock_caps(self, item: Item, claimant: Claimant) -> None:
        """Lock the item's caps for the claimant until the transaction ends (R7)."""
        subjects = sorted({cap.subject_of(claimant.person, claimant.household) for cap in item.caps})
        if subjects:  # in one order, which avoids deadlocks
            keys = [f"caps/{self._community}/{item.code}/{subject}" for subject in subjects]
            self._session.execute(_LOCK, {"keys": keys})

    def used(self, cap: Cap, item: Item, claimant: Claimant, day: date, *, but: str) -> int:
        """Return what counts towards `cap` in the span around `day`, without the claim `but`."""
        first, after = cap.window(day)
        subject = "household" if cap.of == "household" and claimant.household else "person"
        parameters = {
            "community": self._community,
            "subject": cap.subject_of(claimant.person, claimant.household),
            "item": item.code,
            "first": first,
            "after": after,
            "but": but,
        }
        return int(self._session.scalar(_USED[subject, cap.counts], parameters) or 0)

    # Events of review

    def lock(self, ids: Iterable[str]) -> dict[str, Claim]:
        """Return the claims of `ids` that exist, by id, locked in one order and detached from the session.

        Changes are written by `update_reviewed` only.
        """
        rows = select(Claim).where(among(claims.c.id, ids, self._community))
        found = {claim.id: claim for claim in self._session.scalars(rows.order_by(claims.c.id).with_for_update())}
        for claim in found.values():
            self._session.expunge(claim)
        return found

    def update_reviewed(self, changed: Iterable[Claim]) -> None:
        """Write what review's events have changed in claims that `lock` returned."""
        _REVIEWED.update(self._session, changed)

    def of_entry(self, entry: str) -> Claim | None:
        """Return the claim of an entry, None for the entry of an award."""
        return self._session.scalar(select(Claim).where(claims.c.community == self._community, claims.c.entry == entry))

    def publish(self, period: str, at: datetime, step: Step) -> None:
        """Set the approved claims on the list of `period` to published; add `step` to the timelines of all on it."""
        listed = [
            claims.c.community == self._community,
            claims.c.period == period,
            claims.c.status.in_((Status.APPROVED, Status.PUBLISHED, Status.FINAL)),
        ]
        row = asdict(step) | {"claim": claims.c.id}
        columns = [column for column in claim_steps.c if column.name in row]
        values = [
            row[column.name] if column.name == "claim" else literal(row[column.name], column.type) for column in columns
        ]
        self._session.execute(insert(claim_steps).from_select(columns, select(*values).where(*listed)))
        ids = list(self._session.scalars(select(claims.c.id).where(*listed).order_by(claims.c.id)))
        published = {"status": Status.PUBLISHED, "changed_at": at, "version": claims.c.version + 1}
        for start in range(0, len(ids), _PUBLISH_BATCH):
            batch = among(claims.c.id, ids[start : start + _PUBLISH_BATCH], self._community)
            self._session.execute(update(claims).where(batch, claims.c.status == Status.APPROVED).values(published))

    # The timeline

    def add_steps(self, steps: Iterable[Step]) -> None:
        """Insert steps of timelines, those of an erased person's claims without their reasons."""
        new = list(steps)
        erased = self._of_erased_people({step.claim for step in new if step.reason})
        rows = [asdict(step.without_reason() if step.claim in erased else step) for step in new]
        if rows:
            self._session.execute(insert(claim_steps), rows)

    def _of_erased_people(self, ids: set[str]) -> set[str]:
        erased = select(erasures.c.person).where(erasures.c.community == self._community)
        theirs = select(claims.c.id).where(among(claims.c.id, ids, self._community), claims.c.person.in_(erased))
        return set(self._session.scalars(theirs)) if ids else set()

    def add_step(self, claim: str, event: Event) -> None:
        """Insert the step that `event` is for a claim."""
        self.add_steps([Step.of(claim, event)])

    def timeline(self, claim: str) -> list[Step]:
        """Return every step of a claim in order of time (R15)."""
        columns = [column for column in claim_steps.c if column.name != "position"]
        rows = select(*columns).where(claim_steps.c.community == self._community, claim_steps.c.claim == claim)
        found = self._session.execute(rows.order_by(claim_steps.c.at, claim_steps.c.position))
        return [Step(**row._mapping) for row in found]
