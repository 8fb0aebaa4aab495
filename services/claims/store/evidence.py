"""What is known of one community's evidence, and which pieces look alike (R10)."""

from collections.abc import Iterable, Sequence

from sqlalchemy import insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from contracts.errors import EvidenceUnusable, NotFound
from services.claims.domain.claim import Claim, Status
from services.claims.domain.evidence import COMPARED_WITH, HASH_BITS, NEAR_BITS, Evidence, Flag, FlagKind, Origin
from services.claims.store.tables import claims, evidence, evidence_likenesses, evidence_looks, evidence_origins

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

_MOST_SEEN = 20
"""Flags name so many other claims at most, the earliest; a judge needs no more."""


class EvidenceShelf:
    """Uploads, their looks, and what resembles what."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def add(self, piece: Evidence, origin: Origin | None, looks: Sequence[str]) -> None:
        """Keep what is known of an upload and, of a picture not seen before, what it resembles.

        `looks` are perceptual hashes as bit strings, that of the whole picture first; none for a document.
        """
        self._session.add(piece)
        self._session.flush()
        if origin:
            where = {"community": self._community, "evidence": piece.id}
            self._session.execute(insert(evidence_origins), [where | vars(origin)])
        if looks:
            self._look_at(piece.sha256, looks)

    def get(self, piece: str) -> Evidence:
        """`NotFound` when this community has no such evidence."""
        found = self._session.get(Evidence, (self._community, piece))
        if found is None:
            raise NotFound("没有此证明材料")
        return found

    def all_of(self, ids: Iterable[str]) -> dict[str, Evidence]:
        """Those of `ids` that exist here."""
        ids = list(ids)
        if not ids:
            return {}
        rows = select(Evidence).where(evidence.c.community == self._community, evidence.c.id.in_(ids))
        return {piece.id: piece for piece in self._session.scalars(rows)}

    def must_be_usable(self, ids: Sequence[str], uploaders: set[str]) -> None:
        """Each must exist and have been uploaded by one of `uploaders`; else `EvidenceUnusable` says which."""
        found = self.all_of(ids)
        wrong = [
            {"pointer": f"/evidence_ids/{place}", "detail": "没有此证明材料，或不是您上传的"}
            for place, piece in enumerate(ids)
            if piece not in found or found[piece].uploaded_by not in uploaders
        ]
        if wrong:
            raise EvidenceUnusable(errors=wrong)

    def origins_of(self, ids: Iterable[str]) -> dict[str, Origin]:
        """Where and when each was taken, as far as the camera said."""
        table = evidence_origins.c
        rows = select(table.evidence, table.captured_at, table.latitude, table.longitude).where(
            table.community == self._community, table.evidence.in_(list(ids))
        )
        return {
            row.evidence: Origin(captured_at=row.captured_at, latitude=row.latitude, longitude=row.longitude)
            for row in self._session.execute(rows)
        }

    def carriers_of(self, piece: str) -> list[Claim]:
        """The claims that carry it."""
        carrying = select(Claim).where(claims.c.community == self._community, claims.c.evidence.contains([piece]))
        return list(self._session.scalars(carrying))

    def flags_for(self, ids: Sequence[str], claim: str) -> list[Flag]:
        """Where the proof of `claim` was seen before: in claims that were not withdrawn, other than itself."""
        if not ids:
            return []
        alike = self._alike(ids)
        seen = (
            select(claims.c.id, claims.c.evidence)
            .where(
                claims.c.community == self._community,
                claims.c.evidence.overlap(sorted({other for _, other in alike})),
                claims.c.id != claim,
                claims.c.status != Status.WITHDRAWN,
            )
            .order_by(claims.c.id)
            .limit(_MOST_SEEN)
        )
        return [
            Flag(kind=kind, evidence=piece, seen_in=row.id, seen_as=other)
            for row in self._session.execute(seen)
            for (piece, other), kind in alike.items()
            if other in row.evidence
        ]

    def _alike(self, ids: Sequence[str]) -> dict[tuple[str, str], FlagKind]:
        """(one of `ids`, an upload of the same or nearly the same content, itself too) → which of the two it is."""
        asked = {"community": self._community, "ids": list(ids)}
        return {
            (mine, other): "same_file" if same else "near_same_picture"
            for mine, other, same in self._session.execute(_ALIKE, asked)
        }

    def _look_at(self, sha256: str, looks: Sequence[str]) -> None:
        """Compare a picture with the newest ones, once for each file, and note the pairs in both directions."""
        here = {"community": self._community, "sha256": sha256}
        keep = upsert(evidence_looks).on_conflict_do_nothing().returning(evidence_looks.c.position)
        position = self._session.scalar(keep.values(**here, looks=list(looks)))
        if position is None:
            return
        near = self._session.scalars(_NEAR, here | {"position": position, "whole": looks[0]}).all()
        pairs = [pair for other in near for pair in ((sha256, other), (other, sha256))]
        if pairs:
            rows = [{"community": self._community, "sha256": one, "alike": other} for one, other in pairs]
            self._session.execute(insert(evidence_likenesses), rows)
