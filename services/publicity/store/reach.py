"""Proofs that households know of announcements, and where those were put up (R36)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, Table, exists, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts import errors
from contracts.registry import CardIssued, CardRevoked
from services.publicity.domain.reach import Posting, ReachProof
from services.publicity.store.tables import audience_households, household_cards, postings, reach_proofs


class ReachRepository:
    """Loads and stores proofs of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add_proofs(self, proofs: Iterable[ReachProof]) -> None:
        """Store proofs; one of a kind that the household has already is left out."""
        rows = [
            {
                "community": each.community,
                "announcement": each.announcement,
                "household": each.household,
                "proof": each.proof,
                "by": each.by,
                "at": each.at,
            }
            for each in proofs
        ]
        if rows:
            self._session.execute(insert(reach_proofs).on_conflict_do_nothing(), rows)

    def audience(
        self, announcement: str, courtyards: Collection[str] | None, households: Collection[str] | None = None
    ) -> dict[str, str]:
        """Return the audience's households in `courtyards` (None: all) with their courtyard on the day of sending."""
        rows = select(audience_households.c.household, audience_households.c.courtyard).where(
            *self._of(audience_households, announcement, courtyards)
        )
        if households is not None:
            rows = rows.where(audience_households.c.household.in_(list(households)))
        return dict(self._session.execute(rows).all())

    def proofs_by_household(self, announcement: str) -> dict[str, list[str]]:
        """Return the kinds of proof of every household that has one."""
        rows = select(reach_proofs.c.household, reach_proofs.c.proof).where(
            reach_proofs.c.community == self._community, reach_proofs.c.announcement == announcement
        )
        found: dict[str, list[str]] = defaultdict(list)
        for household, proof in self._session.execute(rows):
            found[household].append(proof)
        return found

    def proofs_of(self, announcement: str, households: Collection[str]) -> dict[str, list[ReachProof]]:
        """Return the proofs of these households, the oldest first."""
        rows = select(ReachProof).where(
            reach_proofs.c.community == self._community,
            reach_proofs.c.announcement == announcement,
            reach_proofs.c.household.in_(list(households)),
        )
        found: dict[str, list[ReachProof]] = defaultdict(list)
        for each in self._session.scalars(rows.order_by(reach_proofs.c.at, reach_proofs.c.proof)):
            found[each.household].append(each)
        return found

    def page(
        self,
        announcement: str,
        courtyards: Collection[str] | None,
        limit: int,
        after: tuple[str, str] | None,
        reached: bool | None,
    ) -> Sequence[tuple[str, str]]:
        """Return households as (courtyard, household), in this order."""
        table = audience_households
        rows = select(table.c.courtyard, table.c.household).where(*self._of(table, announcement, courtyards))
        if reached is not None:
            proven = exists().where(
                reach_proofs.c.community == table.c.community,
                reach_proofs.c.announcement == table.c.announcement,
                reach_proofs.c.household == table.c.household,
            )
            rows = rows.where(proven if reached else ~proven)
        if after:
            rows = rows.where(tuple_(table.c.courtyard, table.c.household) > after)
        ordered = rows.order_by(table.c.courtyard, table.c.household).limit(limit)
        return [(courtyard, household) for courtyard, household in self._session.execute(ordered)]

    def households_of_cards(self, digests: Collection[str]) -> dict[str, str]:
        """Return the households of valid cards by digest; others are left out."""
        rows = (
            select(household_cards.c.digest, household_cards.c.household)
            .where(household_cards.c.community == self._community, household_cards.c.digest.in_(list(digests)))
            .where(~household_cards.c.revoked)
        )
        return dict(self._session.execute(rows).all())

    def _of(self, table: Table, announcement: str, courtyards: Collection[str] | None) -> list[ColumnElement[bool]]:
        here = [table.c.community == self._community, table.c.announcement == announcement]
        return here + ([] if courtyards is None else [table.c.courtyard.in_(list(courtyards))])


class PostingRepository:
    """Loads and stores where announcements of one community were put up."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, posting: Posting) -> None:
        """Store a new posting."""
        self._session.add(posting)

    def get(self, announcement: str, posting: str) -> Posting:
        """Return a posting. Raises `NotFound`."""
        found = self._session.get(Posting, (self._community, posting))
        if found is None or found.announcement != announcement:
            raise errors.NotFound("没有这次张贴")
        return found

    def page(self, announcement: str, limit: int, before: str | None) -> list[Posting]:
        """Return postings, newest first."""
        rows = select(Posting).where(postings.c.community == self._community, postings.c.announcement == announcement)
        if before:
            rows = rows.where(postings.c.id < before)
        return list(self._session.scalars(rows.order_by(postings.c.id.desc()).limit(limit)))


def keep_card(session: Session, event: CardIssued | CardRevoked) -> None:
    """Remember a household's card, idempotently and in any order; one that was revoked stays void."""
    is_revoked = isinstance(event, CardRevoked)
    row = insert(household_cards).values(
        community=event.community, digest=event.card_digest, household=event.household, revoked=is_revoked
    )
    if is_revoked:
        session.execute(row.on_conflict_do_update(index_elements=["community", "digest"], set_={"revoked": True}))
    else:
        session.execute(row.on_conflict_do_nothing())
