"""Where the words and the proof of people lie that are to be forgotten."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import Delete, Table, delete, exists, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.claims.domain.claim import Claim
from services.claims.domain.evidence import Evidence
from services.claims.store.tables import (
    acts,
    claim_steps,
    claims,
    evidence,
    evidence_likenesses,
    evidence_looks,
    evidence_origins,
    forgettings,
    forgotten_files,
    suspensions,
)

_GRACE = timedelta(minutes=2)
"""Longer than any request or transaction: what was under way at the time has ended by then."""
_FILES = 100


class Traces:
    """What one community keeps of one person."""

    def __init__(self, session: Session, community: str, person: str) -> None:
        self._session, self._community, self._person = session, community, person

    def claims(self) -> list[Claim]:
        """All that he ever declared or others declared for him, locked."""
        his = select(Claim).where(claims.c.community == self._community, claims.c.person == self._person)
        return list(self._session.scalars(his.order_by(claims.c.id).with_for_update()))

    def empty_words(self, of: Collection[str]) -> None:
        """Nothing is read any more of what was said on these claims, of his acts, and of why he was suspended."""
        self._session.flush()
        steps = claim_steps.c
        said = update(claim_steps).where(
            steps.community == self._community, steps.claim.in_(list(of)), steps.reason != ""
        )
        self._session.execute(said.values(reason=""))
        for table, words in ((acts, ("place", "cause", "reason")), (suspensions, ("reason", "lift_reason"))):
            self._session.execute(
                update(table)
                .where(table.c.community == self._community, table.c.person == self._person)
                .values(dict.fromkeys(words, ""))
            )

    def uploads(self) -> list[Evidence]:
        """What he uploaded."""
        his = select(Evidence).where(evidence.c.community == self._community, evidence.c.uploaded_by == self._person)
        return list(self._session.scalars(his))

    def carried(self, pieces: Collection[str]) -> set[str]:
        """Those of `pieces` that a claim still carries."""
        carrying = select(func.unnest(claims.c.evidence)).where(
            claims.c.community == self._community, claims.c.evidence.overlap(sorted(pieces))
        )
        return set(self._session.scalars(carrying)) & set(pieces) if pieces else set()

    def drop(self, pieces: Iterable[str], at: datetime) -> None:
        """Know nothing of these uploads any more, and have their files deleted."""
        gone = sorted(pieces)
        if not gone:
            return
        listed = [{"community": self._community, "evidence": piece, "since": at, "due_at": at} for piece in gone]
        self._session.execute(upsert(forgotten_files).values(listed).on_conflict_do_nothing())
        where = (evidence_origins.c.community == self._community, evidence_origins.c.evidence.in_(gone))
        self._session.execute(delete(evidence_origins).where(*where))
        here = (evidence.c.community == self._community, evidence.c.id.in_(gone))
        contents = set(self._session.scalars(delete(evidence).where(*here).returning(evidence.c.sha256)))
        for table, columns in ((evidence_looks, ("sha256",)), (evidence_likenesses, ("sha256", "alike"))):
            for column in columns:
                self._session.execute(self._looks_of(contents, table, column))

    def again(self, at: datetime) -> None:
        """Have him forgotten once more in a while."""
        noted = {"community": self._community, "person": self._person, "again_at": at + _GRACE}
        self._session.execute(upsert(forgettings).values(noted).on_conflict_do_nothing())

    def _looks_of(self, contents: Collection[str], table: Table, column: str) -> Delete:
        content = table.c[column]
        kept = exists().where(evidence.c.community == self._community, evidence.c.sha256 == content)
        return delete(table).where(table.c.community == self._community, content.in_(sorted(contents)), ~kept)


def due_again(session: Session, at: datetime) -> list[tuple[str, str]]:
    """Community and person of those whose second time has come; it is their last."""
    rows = (
        delete(forgettings).where(forgettings.c.again_at <= at).returning(forgettings.c.community, forgettings.c.person)
    )
    return [(row.community, row.person) for row in session.execute(rows)]


def files_due(session: Session, at: datetime) -> list[tuple[str, str]]:
    """Community and id of proof whose files are to be deleted now."""
    files = forgotten_files.c
    rows = select(files.community, files.evidence).where(files.due_at <= at).order_by(files.due_at).limit(_FILES)
    return [(row.community, row.evidence) for row in session.execute(rows)]


def files_deleted(session: Session, files: Iterable[tuple[str, str]], at: datetime) -> None:
    """They are gone; a recent one is deleted once more, in case its upload was still under way."""
    columns = forgotten_files.c
    these = tuple_(columns.community, columns.evidence).in_([tuple(file) for file in files])
    session.execute(delete(forgotten_files).where(these, columns.since <= at - _GRACE))
    session.execute(update(forgotten_files).where(these).values(due_at=columns.since + _GRACE))
