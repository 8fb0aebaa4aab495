"""Evidence whose retention has ended, and the report of what was deleted, in one community."""

from collections.abc import Iterable, Sequence

from sqlalchemy import exists, select, update
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from services.claims.domain.evidence import Evidence
from services.claims.domain.retention import DECIDED, RetentionLimits, RetentionRun
from services.claims.store.tables import claims, evidence, retention_runs

_NAMES_IT = claims.c.evidence.contains(array([evidence.c.id]))
"""Condition that a claim names an upload; an index finds the claims."""


class RetentionRepository:
    """Finds expired evidence of one community, and stores its runs."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def unnamed_uploads(self, limits: RetentionLimits, limit: int) -> list[Evidence]:
        """Return uploads that no claim or inspection has named in time, oldest first."""
        rows = select(Evidence).where(
            evidence.c.community == self._community,
            evidence.c.uploaded_at < limits.uploads,
            ~evidence.c.kept,
            ~exists().where(claims.c.community == self._community, _NAMES_IT),
        )
        return list(self._session.scalars(rows.order_by(evidence.c.uploaded_at).limit(limit)))

    def decided_evidence(self, limits: RetentionLimits, limit: int) -> list[Evidence]:
        """Return evidence all of whose claims were decided long enough ago, and old photos of inspections."""
        undecided = exists().where(
            claims.c.community == self._community,
            _NAMES_IT,
            claims.c.status.not_in(DECIDED) | (claims.c.changed_at >= limits.evidence),
        )
        named = exists().where(claims.c.community == self._community, _NAMES_IT)
        rows = select(Evidence).where(
            evidence.c.community == self._community,
            evidence.c.uploaded_at < limits.evidence,
            evidence.c.kept | named,
            ~undecided,
        )
        return list(self._session.scalars(rows.order_by(evidence.c.uploaded_at).limit(limit)))

    def keep(self, ids: Iterable[str], uploaded_by: str | None = None) -> None:
        """Keep uploads as long as evidence although no claim names them; with `uploaded_by` only that person's."""
        rows = update(evidence).where(evidence.c.community == self._community, evidence.c.id.in_(list(ids)))
        if uploaded_by:
            rows = rows.where(evidence.c.uploaded_by == uploaded_by)
        self._session.execute(rows.values(kept=True))

    def add(self, run: RetentionRun) -> None:
        """Store a run."""
        self._session.add(run)

    def latest(self) -> RetentionRun | None:
        """Return the newest run, if there is one."""
        return next(iter(self.list(1, None)), None)

    def list(self, limit: int, before: str | None) -> Sequence[RetentionRun]:
        """Return runs, newest first."""
        rows = select(RetentionRun).where(retention_runs.c.community == self._community)
        if before:
            rows = rows.where(retention_runs.c.id < before)
        return self._session.scalars(rows.order_by(retention_runs.c.id.desc()).limit(limit)).all()
