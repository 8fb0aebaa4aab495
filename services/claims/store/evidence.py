"""Evidence of one community, and which uploads show the same picture (R10)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Delete, Table, delete, exists, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from contracts.errors import EvidenceUnusable, NotFound
from services.claims.domain.claims import Claim, Status
from services.claims.domain.evidence import (
    COMPARED_WITH,
    HASH_BITS,
    NEAR_BITS,
    Evidence,
    Flag,
    FlagKind,
    Origin,
    Uploads,
)
from services.claims.store.tables import claims, evidence_likenesses, evidence_looks, evidence_origins, forgotten_files
from services.claims.store.tables import evidence as evidence_table

_NEAR = text(
    f"""
    SELECT compared.sha256
    FROM (
        SELECT sha256, looks FROM evidence_looks
        WHERE community = :community AND position < :position
        ORDER BY position DESC LIMIT {COMPARED_WITH}
    ) AS compared
    WHERE EXISTS (
        SELECT 1 FROM unnest(compared.looks) AS look
        WHERE bit_count(look # CAST(:whole AS bit({HASH_BITS}))) <= {NEAR_BITS}
    )
    """
)

_ALIKE = text(
    """
    SELECT mine.id, other.id, other.sha256 = mine.sha256
    FROM evidence AS mine
    CROSS JOIN LATERAL (
        SELECT mine.sha256
        UNION ALL
        SELECT alike FROM evidence_likenesses AS l WHERE l.community = mine.community AND l.sha256 = mine.sha256
    ) AS content
    JOIN evidence AS other ON other.community = mine.community AND other.sha256 = content.sha256
    WHERE mine.community = :community AND mine.id = ANY(:ids)
    """
)

_MOST_FLAGGED_CLAIMS = 20
"""Flags refer to so many other claims at most, the earliest ones."""


class EvidenceRepository:
    """Loads and stores uploads, their perceptual hashes, and which files look alike."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def add(self, evidence: Evidence, origin: Origin | None, hashes: Sequence[str]) -> None:
        """Store an upload and, for a picture not uploaded before, which others it resembles.

        `hashes` are perceptual hashes as bit strings, that of the whole picture first; none for a document.
        """
        self._session.add(evidence)
        self._session.flush()
        if origin:
            key = {"community": self._community, "evidence": evidence.id}
            self._session.execute(insert(evidence_origins), [key | vars(origin)])
        if hashes:
            self._compare(evidence.sha256, hashes)

    def lock_uploads_of(self, person: str) -> None:
        """Lock a person's count of uploads until the transaction ends."""
        key = f"uploads/{self._community}/{person}"
        self._session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))

    def uploads_since(self, person: str, since: datetime) -> Uploads:
        """Return how many files a person uploaded since an instant, and their size."""
        rows = select(func.count(), func.coalesce(func.sum(evidence_table.c.size), 0)).where(
            evidence_table.c.community == self._community,
            evidence_table.c.uploaded_by == person,
            evidence_table.c.uploaded_at >= since,
        )
        files, size = self._session.execute(rows).one()
        return Uploads(files=files, bytes=int(size))

    def get(self, evidence: str) -> Evidence:
        """Return an upload. Raises `NotFound`."""
        found = self._session.get(Evidence, (self._community, evidence))
        if found is None:
            raise NotFound("没有此证明材料")
        return found

    def get_many(self, ids: Iterable[str]) -> dict[str, Evidence]:
        """Return the uploads of `ids` that exist, by id."""
        ids = list(ids)
        if not ids:
            return {}
        rows = select(Evidence).where(evidence_table.c.community == self._community, evidence_table.c.id.in_(ids))
        return {found.id: found for found in self._session.scalars(rows)}

    def uploads_of(self, person: str, limit: int, before: str | None) -> list[Evidence]:
        """Return what a person uploaded, newest first, below the id `before`."""
        rows = select(Evidence).where(
            evidence_table.c.community == self._community, evidence_table.c.uploaded_by == person
        )
        if before:
            rows = rows.where(evidence_table.c.id < before)
        return list(self._session.scalars(rows.order_by(evidence_table.c.id.desc()).limit(limit)))

    def require_usable(self, ids: Sequence[str], uploaders: set[str]) -> None:
        """Raise `EvidenceUnusable` unless each of `ids` exists and was uploaded by one of `uploaders`."""
        found = self.get_many(ids)
        errors = [
            {"pointer": f"/evidence_ids/{position}", "detail": "没有此证明材料，或不是您上传的"}
            for position, id in enumerate(ids)
            if id not in found or found[id].uploaded_by not in uploaders
        ]
        if errors:
            raise EvidenceUnusable(errors=errors)

    def origins_of(self, ids: Iterable[str]) -> dict[str, Origin]:
        """Return where and when pictures were taken, by id; those without such metadata are left out."""
        table = evidence_origins.c
        rows = select(table.evidence, table.captured_at, table.latitude, table.longitude).where(
            table.community == self._community, table.evidence.in_(list(ids))
        )
        return {
            row.evidence: Origin(captured_at=row.captured_at, latitude=row.latitude, longitude=row.longitude)
            for row in self._session.execute(rows)
        }

    def claims_with(self, evidence: str) -> list[Claim]:
        """Return the claims that carry an upload."""
        rows = select(Claim).where(claims.c.community == self._community, claims.c.evidence.contains([evidence]))
        return list(self._session.scalars(rows))

    def flags_for(self, ids: Sequence[str], claim: str) -> list[Flag]:
        """Return flags for other claims, not withdrawn, that carry the same evidence as `claim`."""
        if not ids:
            return []
        alike = self._alike(ids)
        others = (
            select(claims.c.id, claims.c.evidence)
            .where(
                claims.c.community == self._community,
                claims.c.evidence.overlap(sorted({other for _, other in alike})),
                claims.c.id != claim,
                claims.c.status != Status.WITHDRAWN,
            )
            .order_by(claims.c.id)
            .limit(_MOST_FLAGGED_CLAIMS)
        )
        return [
            Flag(kind=kind, evidence=own, seen_in=row.id, seen_as=other)
            for row in self._session.execute(others)
            for (own, other), kind in alike.items()
            if other in row.evidence
        ]

    def _alike(self, ids: Sequence[str]) -> dict[tuple[str, str], FlagKind]:
        """Return how uploads resemble those of `ids`, themselves included, by both ids."""
        parameters = {"community": self._community, "ids": list(ids)}
        return {
            (own, other): "same_file" if same else "near_same_picture"
            for own, other, same in self._session.execute(_ALIKE, parameters)
        }

    def _compare(self, sha256: str, hashes: Sequence[str]) -> None:
        """Compare a picture with the newest ones, once for each file, and store pairs that look alike, both ways."""
        key = {"community": self._community, "sha256": sha256}
        added = upsert(evidence_looks).on_conflict_do_nothing().returning(evidence_looks.c.position)
        position = self._session.scalar(added.values(**key, looks=list(hashes)))
        if position is None:
            return
        near = self._session.scalars(_NEAR, key | {"position": position, "whole": hashes[0]}).all()
        pairs = [pair for other in near for pair in ((sha256, other), (other, sha256))]
        if pairs:
            rows = [{"community": self._community, "sha256": one, "alike": other} for one, other in pairs]
            self._session.execute(insert(evidence_likenesses), rows)

    # Deletion

    def carried_by_claims(self, ids: Collection[str]) -> set[str]:
        """Return those of the uploads `ids` that some claim still carries."""
        rows = select(func.unnest(claims.c.evidence)).where(
            claims.c.community == self._community, claims.c.evidence.overlap(sorted(ids))
        )
        return set(self._session.scalars(rows)) & set(ids) if ids else set()

    def delete(self, ids: Iterable[str], at: datetime) -> None:
        """Delete uploads with their origins and perceptual hashes, and list their files for deletion."""
        deleted = sorted(ids)
        if not deleted:
            return
        files = [{"community": self._community, "evidence": id, "since": at, "due_at": at} for id in deleted]
        self._session.execute(upsert(forgotten_files).values(files).on_conflict_do_nothing())
        origins = (evidence_origins.c.community == self._community, evidence_origins.c.evidence.in_(deleted))
        self._session.execute(delete(evidence_origins).where(*origins))
        uploads = (evidence_table.c.community == self._community, evidence_table.c.id.in_(deleted))
        contents = set(self._session.scalars(delete(evidence_table).where(*uploads).returning(evidence_table.c.sha256)))
        for table, columns in ((evidence_looks, ("sha256",)), (evidence_likenesses, ("sha256", "alike"))):
            for column in columns:
                self._session.execute(self._delete_unused(contents, table, column))

    def _delete_unused(self, contents: Collection[str], table: Table, column: str) -> Delete:
        content = table.c[column]
        used = exists().where(evidence_table.c.community == self._community, evidence_table.c.sha256 == content)
        return delete(table).where(table.c.community == self._community, content.in_(sorted(contents)), ~used)
