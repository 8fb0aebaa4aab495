"""A month approved at a stroke: 2,000 final approvals in one call over HTTP, against their rows in bare SQL batches."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from psycopg2.extras import Json, execute_values
from sqlalchemy import Engine, create_engine, text

from benchmarks import small_community
from benchmarks.figure import Figure
from benchmarks.small_community import SmallCommunity
from contracts import calendar, ids
from contracts.claims import ClaimSubmitted
from deploy.demo.api_client import retry_until_known, wait_for
from deploy.local.stack import Stack
from messaging import engine
from messaging.envelope import Envelope, ReceivedEvent
from messaging.store import StoreAccess
from services.review.service import ReviewService
from services.review.store import ReviewTransaction

_CASES, _TURNS = 2_000, 3
_WRITTEN = {
    "decisions": "SELECT * FROM decisions WHERE community = %s",
    "entries": "SELECT * FROM entries WHERE community = %s",
    "outbox": "SELECT id, publisher, name, community, subject, body, emitted_at, now() AS sent_at FROM outbox"
    " WHERE community = %s AND name = 'EntryApproved'",
}


def measure(stack: Stack) -> Iterator[Figure]:
    """Approvals per second, and what the same rows take without anybody deciding."""
    stack.start()
    today = calendar.day_of(datetime.now(UTC))
    store = create_engine(engine.url(stack.database_uris["review"]))
    ours = other = 0.0
    for turn in range(_TURNS):
        community = small_community.create(stack, 10 + turn, 1, today)
        ours = max(ours, _CASES / _approve(stack, community, today))
        other = max(other, _CASES / _insert(store, community.community_id))
    store.dispose()
    yield Figure("bulk_approval", "items/s", ours, other)


def _approve(stack: Stack, community: SmallCommunity, today: date) -> float:
    """Seconds from the call to its answer."""
    _propose(stack, community, today)
    cases = _cases(stack, community.community_id)
    decisions = [{"review_id": case, "decision": "approve"} for case in cases]
    retry_until_known(lambda: community.chair.get("/v1/reviews", stage="final"))
    started = time.monotonic()
    answers = community.chair.post("/v1/reviews/decisions", {"decisions": decisions})["data"]
    seconds = time.monotonic() - started
    assert [answer["stage"] for answer in answers] == ["approved"] * _CASES
    return seconds


def _propose(stack: Stack, community: SmallCommunity, today: date) -> None:
    """Let review hear of as many deeds the platform recorded: they go straight to final approval."""
    review = ReviewService()
    review.store = StoreAccess(engine.connect_to(stack.database_uris["review"]), ReviewTransaction)
    now = datetime.now(UTC)

    def declared(_: int) -> ReceivedEvent:
        person = ids.new("per")
        claim = ClaimSubmitted(
            community=community.community_id,
            claim=ids.new("clm"),
            person=person,
            household=None,
            courtyard=community.courtyard_id,
            book="head",
            declared_by=person,
            day=today,
            item=small_community.ITEM,
            category="public_order",
            points=5,
            rulebook="rbk_1",
            system_made=True,
            at=now,
        )
        return ReceivedEvent(Envelope.wrap(claim, at=now), claim)

    wait_for("the courtyard to be known to review", lambda: _knows(stack, community))
    review.follow_claims([declared(number) for number in range(_CASES)])


def _knows(stack: Stack, community: SmallCommunity) -> bool:
    with create_engine(engine.url(stack.database_uris["review"])).connect() as connection:
        asked = text("SELECT EXISTS (SELECT FROM directory_courtyards WHERE courtyard = :courtyard)")
        return bool(connection.scalar(asked, {"courtyard": community.courtyard_id}))


def _cases(stack: Stack, community: str) -> list[str]:
    with create_engine(engine.url(stack.database_uris["review"])).connect() as connection:
        asked = text("SELECT id FROM reviews WHERE community = :community ORDER BY id")
        return list(connection.scalars(asked, {"community": community}))


def _insert(store: Engine, community: str) -> float:
    """Seconds to write such rows once more, as another community's, and to close as many cases."""
    raw = store.raw_connection()
    cursor: Any = raw.cursor()
    rows = {}
    for table, question in _WRITTEN.items():
        cursor.execute(question, (community,))
        names = [column.name for column in cursor.description]
        rows[table] = names, [_copied(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
    raw.commit()
    started = time.monotonic()
    for table, (names, values) in rows.items():
        columns = ", ".join(f'"{name}"' for name in names)
        execute_values(cursor, f"INSERT INTO {table} ({columns}) VALUES %s", values, page_size=1000)
    cursor.execute("UPDATE reviews SET version = version + 1 WHERE community = %s", (community,))
    raw.commit()
    seconds = time.monotonic() - started
    raw.close()
    return seconds


def _copied(row: dict[str, Any]) -> tuple[Any, ...]:
    row["community"] += "_bare"
    if "body" in row:
        row |= {"id": f"{row['id']}_bare", "body": Json(row["body"])}
    return tuple(list(value) if isinstance(value, tuple) else value for value in row.values())
