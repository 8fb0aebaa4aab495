"""What messaging keeps beside a service's own tables, when it is to be forgotten: answers, and words that were said."""

from collections.abc import Collection

from sqlalchemy import Text, cast, literal, null, or_, update
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql import func

from messaging.tables import idempotency_keys, outbox


def forget_answers(session: Session, *mentioned: str) -> None:
    """Empty the answers kept for repeated requests that tell of one of these ids; the requests stay done."""
    reply = cast(idempotency_keys.c.reply, Text)
    told = or_(*(reply.contains(each, autoescape=True) for each in mentioned))
    session.execute(update(idempotency_keys).where(told).values(reply=null()))


def forget_words(session: Session, community: str, subjects: Collection[str], field: str) -> None:
    """Empty one field of all that was said about these subjects, so that no replay tells it again."""
    body = cast(outbox.c.body, JSONB)
    path = literal(["data", field], ARRAY(Text))
    silent = func.jsonb_set(body, path, cast(literal('""'), JSONB))
    spoken = body["data"][field].astext != ""
    said = update(outbox).where(outbox.c.community == community, outbox.c.subject.in_(list(subjects)), spoken)
    session.execute(said.values(body=cast(silent, JSON)))
