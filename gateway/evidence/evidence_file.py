"""Examines uploads: detects the type by content, has them decoded without metadata, and hashes them (R10)."""

import hashlib
from dataclasses import dataclass, field
from typing import Literal

from contracts.calls.claims import EvidenceMetadata, EvidenceOrigin, MediaType
from contracts.errors import EvidenceUnusable
from gateway.decoding.pool import DecodingPool
from gateway.processes.pool import Result

MAX_BYTES = 10 * 1024 * 1024

ThumbnailSize = Literal["small", "large"]
"""`small` for lists (some 320 × 240 pixels), `large` for a look at it (some 1280 × 960)."""


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
    thumbnails: dict[ThumbnailSize, bytes] = field(default_factory=dict, repr=False)
    """Smaller JPEGs of a picture; empty for documents."""
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
    facts = picture.facts | {"thumbnails": _thumbnails_of(picture)}
    content = picture.content[: _beginning_of_thumbnails(picture)]
    return EvidenceFile(content=content, sha256=sha256, media_type="image/jpeg", **facts)


def make_thumbnails(stored: bytes, pool: DecodingPool) -> dict[ThumbnailSize, bytes]:
    """Return the thumbnails of a stored picture, for one from before they were made at upload.

    Raise EvidenceUnusable, FileLimitExceeded or DecodingBusy.
    """
    return _thumbnails_of(pool.decode("thumbnails", stored))


def _thumbnails_of(decoded: Result) -> dict[ThumbnailSize, bytes]:
    """Return the thumbnails, which follow each other at the end of what was decoded."""
    thumbnails: dict[ThumbnailSize, bytes] = {}
    position = _beginning_of_thumbnails(decoded)
    for size, length in decoded.facts["thumbnails"].items():
        thumbnails[size] = decoded.content[position : position + length]
        position += length
    return thumbnails


def _beginning_of_thumbnails(decoded: Result) -> int:
    lengths: dict[str, int] = decoded.facts["thumbnails"]
    return len(decoded.content) - sum(lengths.values())
