"""Remove personal data from rows that messaging keeps beside a service's tables: stored replies and outbox events."""

from collections.abc import Collection

from sqlalchemy import Text, cast, literal, null, or_, update
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql import func

from messaging.tables import idempotency_keys, outbox


def redact_replies(session: Session, *ids: str) -> None:
    """Set stored replies that mention one of `ids` to null. The idempotency keys stay, so requests are not repeated."""
    reply = cast(idempotency_keys.c.reply, Text)
    mentions_id = or_(*(reply.contains(each, autoescape=True) for each in ids))
    session.execute(update(idempotency_keys).where(mentions_id).values(reply=null()))


def redact_event_field(session: Session, community: str, subjects: Collection[str], field: str) -> None:
    """Empty `field` in the data of all outbox events about `subjects`, so that a replay does not publish it again."""
    body = cast(outbox.c.body, JSONB)
    redacted = func.jsonb_set(body, literal(["data", field], ARRAY(Text)), cast(literal('""'), JSONB))
    session.execute(
        update(outbox)
        .where(
            outbox.c.community == community,
            outbox.c.subject.in_(list(subjects)),
            body["data"][field].astext != "",
        )
        .values(body=cast(redacted, JSON))
    )
