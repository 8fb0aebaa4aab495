"""What was said about people: reasons of judges, words of objectors, and what was told of them."""

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from messaging.sql.redaction import redact_event_field, redact_replies
from services.review.domain.objections import Outcome
from services.review.store.tables import corrections, decisions, entries, objections, reviews


class Words:
    """The free text of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def forget(self, person: str) -> None:
        """Empty all that was said on his cases and entries, and his own objections; who decided what when stays.

        An objection that is open keeps its words until the branch has ruled on it.
        """
        his_cases = select(reviews.c.id).where(reviews.c.community == self._community, reviews.c.person == person)
        his_entries = select(entries.c.id).where(entries.c.community == self._community, entries.c.person == person)
        on_his = objections.c.entry.in_(his_entries)
        here = (objections.c.community == self._community, objections.c.outcome != Outcome.OPEN)
        for statement in (
            update(decisions).where(decisions.c.review.in_(his_cases), decisions.c.reason != "").values(reason=""),
            update(corrections).where(corrections.c.entry.in_(his_entries)).values(reason=""),
            update(objections).where(*here, or_(on_his, objections.c.objector == person)).values(reason=""),
            update(objections).where(*here, on_his).values(ruling_reason=""),
        ):
            self._session.execute(statement)
        self._forget_what_was_told(person, his_cases, his_entries)

    def _forget_what_was_told(self, person: str, cases: Select[tuple[str]], his_entries: Select[tuple[str]]) -> None:
        raised = select(objections.c.id).where(
            objections.c.community == self._community, objections.c.outcome != Outcome.OPEN
        )
        against_his = list(self._session.scalars(raised.where(objections.c.entry.in_(his_entries))))
        by_him = list(self._session.scalars(raised.where(objections.c.objector == person)))
        told = [*self._session.scalars(cases), *self._session.scalars(his_entries), *against_his]
        redact_event_field(self._session, self._community, told, "reason")
        redact_replies(self._session, person, *against_his, *by_him)
