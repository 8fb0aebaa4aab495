"""What is known of one community's evidence, and which pieces look alike (R10)."""

from collections.abc import Iterable, Sequence

from sqlalchemy import and_, insert, or_, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from contracts.errors import EvidenceUnusable, NotFound
from services.claims.domain.claim import Claim, Status
from services.claims.domain.evidence import COMPARED_WITH, HASH_BITS, NEAR_BITS, Evidence, Flag, Origin
from services.claims.store.tables import claims, evidence, evidence_likenesses, evidence_looks, evidence_origins

_NEAR = text(
    f"""
    SELECT compared.evidence
    FROM (
        SELECT evidence, looks FROM evidence_looks
        WHERE community = :community AND evidence <> :evidence
        ORDER BY evidence DESC LIMIT {COMPARED_WITH}
    ) AS compared
    WHERE EXISTS (
        SELECT 1 FROM unnest(compared.looks) AS look
        WHERE bit_count(look # CAST(:whole AS bit({HASH_BITS}))) <= {NEAR_BITS}
    )
    """
)


class EvidenceShelf:
    """Uploads, their looks, and what resembles what."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def add(self, piece: Evidence, origin: Origin | None, looks: Sequence[str]) -> None:
        """Keep what is known of an upload and note what it resembles.

        `looks` are perceptual hashes as bit strings, that of the whole picture first; none for a document.
        """
        self._session.add(piece)
        self._session.flush()
        here = {"community": self._community, "evidence": piece.id}
        if origin:
            place = {"latitude": origin.latitude, "longitude": origin.longitude}
            self._session.execute(insert(evidence_origins), [here | {"captured_at": origin.captured_at} | place])
        self._note(piece.id, "same_file", self._same_files(piece))
        if looks:
            self._note(piece.id, "near_same_picture", self._near_pictures(piece.id, looks[0]))
            self._session.execute(insert(evidence_looks), [here | {"looks": list(looks)}])

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
        alike = {(piece, piece): "same_file" for piece in ids} | self._alike(ids)
        seen = (
            select(claims.c.id, claims.c.evidence)
            .where(
                claims.c.community == self._community,
                claims.c.evidence.overlap(sorted({other for _, other in alike})),
                claims.c.id != claim,
                claims.c.status != Status.WITHDRAWN,
            )
            .order_by(claims.c.id)
        )
        carried = self._session.execute(seen).all()
        return [
            Flag(kind=kind, evidence=piece, seen_in=row.id, seen_as=other)
            for row in carried
            for (piece, other), kind in alike.items()
            if other in row.evidence
        ]

    def _alike(self, ids: Sequence[str]) -> dict[tuple[str, str], str]:
        """(mine, the other) → kind, whichever of the two was uploaded first."""
        table = evidence_likenesses.c
        rows = select(table.evidence, table.earlier, table.kind).where(
            table.community == self._community, or_(table.evidence.in_(ids), table.earlier.in_(ids))
        )
        found = {}
        for row in self._session.execute(rows):
            if row.evidence in ids:
                found[row.evidence, row.earlier] = row.kind
            if row.earlier in ids:
                found[row.earlier, row.evidence] = row.kind
        return found

    def _same_files(self, piece: Evidence) -> list[str]:
        same = and_(
            evidence.c.community == self._community, evidence.c.sha256 == piece.sha256, evidence.c.id != piece.id
        )
        return list(self._session.scalars(select(evidence.c.id).where(same)))

    def _near_pictures(self, piece: str, whole: str) -> list[str]:
        near = {"community": self._community, "evidence": piece, "whole": whole}
        return list(self._session.scalars(_NEAR, near))

    def _note(self, piece: str, kind: str, earlier: Sequence[str]) -> None:
        if earlier:
            rows = [
                {"community": self._community, "evidence": piece, "earlier": other, "kind": kind} for other in earlier
            ]
            self._session.execute(upsert(evidence_likenesses).on_conflict_do_nothing(), rows)
