"""Sweeps through all open first reviews in batches, so that no transaction grows with the number of reviews."""

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.review.domain.overdue import OpenReview
from services.review.store.reviews import SWEEP_ORDER, open_reviews
from services.review.store.tables import rounds


class OpenReviewSweep:
    """Iterates over the open first reviews of all communities and stores its position under its name."""

    def __init__(self, session: Session, name: str) -> None:
        self._session, self._name = session, name

    def next_batch(self, limit: int) -> list[OpenReview]:
        """Return the next `limit` reviews; after the last one the sweep begins anew."""
        stored = select(rounds.c.community, rounds.c.since, rounds.c.review).where(rounds.c.name == self._name)
        position = self._session.execute(stored).first()
        conditions = [tuple_(*SWEEP_ORDER) > tuple(position)] if position else []
        batch = open_reviews(self._session, *conditions, limit=limit)
        if len(batch) == limit:
            self._store_position(batch[-1])
        elif position:
            self._session.execute(delete(rounds).where(rounds.c.name == self._name))
        return batch

    def _store_position(self, review: OpenReview) -> None:
        position = {"community": review.community, "since": review.since, "review": review.id}
        row = insert(rounds).values(name=self._name, **position)
        self._session.execute(row.on_conflict_do_update(index_elements=rounds.primary_key, set_=position))
