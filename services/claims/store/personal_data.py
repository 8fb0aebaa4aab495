"""Erasure of personal data: texts and evidence of people who were erased."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.claims.domain.claims import Claim
from services.claims.domain.evidence import Evidence
from services.claims.store.tables import (
    acts,
    claim_steps,
    claims,
    evidence,
    forgettings,
    forgotten_files,
    suspensions,
)

_REPEAT_AFTER = timedelta(minutes=2)
"""Longer than any request or transaction, so that those under way during the erasure have ended."""
_FILES_PER_CALL = 100


class PersonalDataRepository:
    """Finds and erases what one community stores of one person."""

    def __init__(self, session: Session, community: str, person: str) -> None:
        self._session, self._community, self._person = session, community, person

    def lock_claims(self) -> list[Claim]:
        """Return all claims of the person, locked."""
        rows = select(Claim).where(claims.c.community == self._community, claims.c.person == self._person)
        return list(self._session.scalars(rows.order_by(claims.c.id).with_for_update()))

    def empty_texts(self, claim_ids: Collection[str]) -> None:
        """Empty the reasons on the timelines of these claims, and the texts of the person's acts and suspensions."""
        self._session.flush()
        steps = claim_steps.c
        reasons = update(claim_steps).where(
            steps.community == self._community, steps.claim.in_(list(claim_ids)), steps.reason != ""
        )
        self._session.execute(reasons.values(reason=""))
        for table, columns in ((acts, ("place", "cause", "reason")), (suspensions, ("reason", "lift_reason"))):
            self._session.execute(
                update(table)
                .where(table.c.community == self._community, table.c.person == self._person)
                .values(dict.fromkeys(columns, ""))
            )

    def uploads(self) -> list[Evidence]:
        """Return what the person uploaded."""
        rows = select(Evidence).where(evidence.c.community == self._community, evidence.c.uploaded_by == self._person)
        return list(self._session.scalars(rows))

    def repeat_later(self, at: datetime) -> None:
        """Schedule the erasure once more, for what was stored by requests under way."""
        row = {"community": self._community, "person": self._person, "again_at": at + _REPEAT_AFTER}
        self._session.execute(upsert(forgettings).values(row).on_conflict_do_nothing())


class ErasureRepository:
    """Lists of what remains to be erased, in all communities."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take_due(self, at: datetime) -> list[tuple[str, str]]:
        """Return community and person of erasures to be repeated now, and take them off the list."""
        rows = (
            delete(forgettings)
            .where(forgettings.c.again_at <= at)
            .returning(forgettings.c.community, forgettings.c.person)
        )
        return [(row.community, row.person) for row in self._session.execute(rows)]

    def files_due(self, at: datetime) -> list[tuple[str, str]]:
        """Return community and evidence id of files to be deleted now, at most 100."""
        files = forgotten_files.c
        rows = (
            select(files.community, files.evidence)
            .where(files.due_at <= at)
            .order_by(files.due_at)
            .limit(_FILES_PER_CALL)
        )
        return [(row.community, row.evidence) for row in self._session.execute(rows)]

    def mark_files_deleted(self, files: Iterable[tuple[str, str]], at: datetime) -> None:
        """Take deleted files off the list; a recent one stays for a second deletion, since its upload may be late."""
        columns = forgotten_files.c
        keys = tuple_(columns.community, columns.evidence).in_([tuple(file) for file in files])
        self._session.execute(delete(forgotten_files).where(keys, columns.since <= at - _REPEAT_AFTER))
        self._session.execute(update(forgotten_files).where(keys).values(due_at=columns.since + _REPEAT_AFTER))
