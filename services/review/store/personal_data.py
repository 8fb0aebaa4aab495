"""Texts about people: reasons of decisions, objections and rulings, and the events and replies that carry them."""

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from messaging.sql.redaction import redact_event_field, redact_replies
from services.review.domain.objections import Outcome
from services.review.store.tables import correction_proposals, corrections, decisions, entries, objections, reviews


class PersonalDataRepository:
    """Deletes texts about people of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def redact(self, person: str) -> None:
        """Delete the texts on a person's reviews and entries, and of their own objections.

        Who decided what and when stays. An open objection keeps its text until the branch has ruled on it.
        """
        own_reviews = select(reviews.c.id).where(reviews.c.community == self._community, reviews.c.person == person)
        own_entries = select(entries.c.id).where(entries.c.community == self._community, entries.c.person == person)
        to_own_entry = objections.c.entry.in_(own_entries)
        decided = (objections.c.community == self._community, objections.c.outcome != Outcome.OPEN)
        for statement in (
            update(decisions).where(decisions.c.review.in_(own_reviews), decisions.c.reason != "").values(reason=""),
            update(corrections).where(corrections.c.entry.in_(own_entries)).values(reason=""),
            update(correction_proposals)
            .where(correction_proposals.c.entry.in_(own_entries))
            .values(reason="", decision_reason=""),
            update(objections).where(*decided, or_(to_own_entry, objections.c.objector == person)).values(reason=""),
            update(objections).where(*decided, to_own_entry).values(ruling_reason=""),
        ):
            self._session.execute(statement)
        self._redact_events(person, own_reviews, own_entries)

    def _redact_events(self, person: str, own_reviews: Select[tuple[str]], own_entries: Select[tuple[str]]) -> None:
        ruled = select(objections.c.id).where(
            objections.c.community == self._community, objections.c.outcome != Outcome.OPEN
        )
        to_own_entries = list(self._session.scalars(ruled.where(objections.c.entry.in_(own_entries))))
        own_objections = list(self._session.scalars(ruled.where(objections.c.objector == person)))
        subjects = [*self._session.scalars(own_reviews), *self._session.scalars(own_entries), *to_own_entries]
        redact_event_field(self._session, self._community, subjects, "reason")
        redact_replies(self._session, person, *to_own_entries, *own_objections)
