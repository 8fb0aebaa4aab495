"""Examines uploads: detects the type by content, has them decoded without metadata, and hashes them (R10)."""

import hashlib
from dataclasses import dataclass, field

from contracts.calls.claims import EvidenceMetadata, EvidenceOrigin, MediaType
from contracts.errors import EvidenceUnusable
from gateway.decoding.pool import DecodingPool

MAX_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class EvidenceFile:
    """A file ready to be stored, and what claims records about it."""

    content: bytes = field(repr=False)
    sha256: str
    """Hash of the original upload."""
    media_type: MediaType
    width: int | None = None
    height: int | None = None
    looks: list[str] = field(default_factory=list)
    """Perceptual hashes; empty for documents."""
    origin: EvidenceOrigin | None = None
    """`captured_at`, `latitude`, `longitude` from the camera's metadata, which `content` no longer has."""

    def metadata(self) -> EvidenceMetadata:
        """Return everything but the content, as arguments of `claims.register_evidence`."""
        return {
            "sha256": self.sha256,
            "media_type": self.media_type,
            "size": len(self.content),
            "width": self.width,
            "height": self.height,
            "looks": self.looks,
            "origin": self.origin,
        }


def examine(upload: bytes, pool: DecodingPool) -> EvidenceFile:
    """Return the file to store for `upload`, ignoring its name and declared type.

    Raise EvidenceUnusable unless it is a readable JPEG, PNG, WebP, HEIC or PDF within the limits, FileLimitExceeded or
    DecodingBusy as `pool` does.
    """
    if not upload:
        raise EvidenceUnusable("文件是空的")
    if len(upload) > MAX_BYTES:
        raise EvidenceUnusable("文件不能超过 10 MB", facts={"max_bytes": MAX_BYTES})
    sha256 = hashlib.sha256(upload).hexdigest()
    if upload.startswith(b"%PDF-"):
        document = pool.decode("pdf", upload)
        return EvidenceFile(content=document.content, sha256=sha256, media_type="application/pdf")
    picture = pool.decode("picture", upload)
    return EvidenceFile(content=picture.content, sha256=sha256, media_type="image/jpeg", **picture.facts)
