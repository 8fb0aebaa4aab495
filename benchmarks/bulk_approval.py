"""2,000 final approvals in one call over HTTP, against inserting the same rows with SQL alone."""

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

CLAIMS, _ROUNDS = 2_000, 3
_WRITTEN = {
    "decisions": "SELECT * FROM decisions WHERE community = %s",
    "entries": "SELECT * FROM entries WHERE community = %s",
    "outbox": "SELECT id, publisher, name, community, subject, body, emitted_at, now() AS sent_at FROM outbox"
    " WHERE community = %s AND name = 'EntryApproved'",
}


def measure(stack: Stack) -> Iterator[Figure]:
    """Yield approvals per second; the reference inserts the same rows."""
    stack.start()
    today = calendar.day_of(datetime.now(UTC))
    store = create_engine(engine.url(stack.database_uris["review"]))
    ours = other = 0.0
    for round_number in range(_ROUNDS):
        community = small_community.create(stack, 10 + round_number, 1, today)
        ours = max(ours, CLAIMS / approve(stack, community, today))
        other = max(other, CLAIMS / _insert(store, community.community_id))
    store.dispose()
    yield Figure("bulk_approval", "items/s", ours, other)


def approve(stack: Stack, community: SmallCommunity, today: date) -> float:
    """Approve the claims and return the seconds until the response."""
    deliver_claims(stack, community, today)
    review_ids = _review_ids(stack, community.community_id)
    decisions = [{"review_id": review_id, "decision": "approve"} for review_id in review_ids]
    retry_until_known(lambda: community.chair.get("/v1/reviews", stage="final"))
    started = time.monotonic()
    answers = community.chair.post("/v1/reviews/decisions", {"decisions": decisions})["data"]
    seconds = time.monotonic() - started
    refused = [answer for answer in answers if answer["stage"] != "approved"]
    assert not refused, f"{len(refused)} were not approved, the first: {refused[0]}"
    return seconds


def deliver_claims(stack: Stack, community: SmallCommunity, today: date) -> None:
    """Deliver claims recorded by the platform to review, which puts them before the final approval."""
    review: Any = ReviewService()
    review.store = StoreAccess(engine.connect_to(stack.database_uris["review"]), ReviewTransaction)
    now = datetime.now(UTC)

    def recorded_claim(_: int) -> ReceivedEvent:
        person = ids.new("per")
        claim = ClaimSubmitted(
            community=community.community_id,
            claim=ids.new("clm"),
            person=person,
            household=None,
            courtyard=community.courtyard_id,
            book="head",
            declared_by=person,
            recorded_by=ids.new("per"),  # somebody without an interest, so that one member's approval is enough
            day=today,
            item=small_community.ITEM,
            category="public_order",
            points=5,
            rulebook="rbk_1",
            system_made=True,
            at=now,
        )
        return ReceivedEvent(Envelope.wrap(claim, at=now), claim)

    wait_for("the courtyard to be known to review", lambda: _knows_courtyard(stack, community))
    review.follow_claims([recorded_claim(number) for number in range(CLAIMS)])


def _knows_courtyard(stack: Stack, community: SmallCommunity) -> bool:
    with create_engine(engine.url(stack.database_uris["review"])).connect() as connection:
        asked = text("SELECT EXISTS (SELECT FROM directory_courtyards WHERE courtyard = :courtyard)")
        return bool(connection.scalar(asked, {"courtyard": community.courtyard_id}))


def _review_ids(stack: Stack, community: str) -> list[str]:
    with create_engine(engine.url(stack.database_uris["review"])).connect() as connection:
        asked = text("SELECT id FROM reviews WHERE community = :community ORDER BY id")
        return list(connection.scalars(asked, {"community": community}))


def _insert(store: Engine, community: str) -> float:
    """Insert copies of the rows for another community and update the reviews; return the seconds."""
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
