"""The round through all that is open, some thousand cases at a time, so that no step grows with a community."""

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.review.domain.waiting import OpenReview
from services.review.store.docket import PLACE, open_reviews
from services.review.store.tables import rounds


class Round:
    """One round of that name through every community's open first reviews; how far it has come is kept."""

    def __init__(self, session: Session, name: str) -> None:
        self._session, self._name = session, name

    def following(self, limit: int) -> list[OpenReview]:
        """The next `limit` cases; after the last the round begins anew."""
        place = select(rounds.c.community, rounds.c.since, rounds.c.review).where(rounds.c.name == self._name)
        reached = self._session.execute(place).first()
        cases = open_reviews(self._session, *([tuple_(*PLACE) > tuple(reached)] if reached else []), limit=limit)
        if len(cases) == limit:
            self._go_to(cases[-1])
        elif reached:
            self._session.execute(delete(rounds).where(rounds.c.name == self._name))
        return cases

    def _go_to(self, case: OpenReview) -> None:
        place = {"community": case.community, "since": case.since, "review": case.id}
        row = insert(rounds).values(name=self._name, **place)
        self._session.execute(row.on_conflict_do_update(index_elements=rounds.primary_key, set_=place))
