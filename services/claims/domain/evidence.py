"""Evidence: pictures and documents, identified by their content; the gateway stores the files (R10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self

from contracts.errors import UploadQuotaReached

_MB = 1024 * 1024

MediaType = Literal["image/jpeg", "application/pdf"]
"""The stored format: pictures of every accepted format are re-encoded as JPEG."""

FlagKind = Literal["same_file", "near_same_picture"]


@dataclass(kw_only=True, eq=False)
class Evidence:
    """One upload."""

    community: str
    id: str
    uploaded_by: str
    uploaded_at: datetime
    sha256: str
    """Hash of the original upload, by which the same file is recognized."""
    media_type: MediaType
    size: int
    """Bytes as stored."""
    width: int | None = None
    height: int | None = None
    kept: bool = False
    """Whether an inspection or an office needs it, though no claim names it."""


@dataclass(frozen=True, kw_only=True)
class Uploads:
    """How many files somebody uploaded on a day, and their size as stored."""

    files: int
    bytes: int


@dataclass(frozen=True, kw_only=True)
class UploadQuota:
    """What one person may upload on a day: `UPLOADS_PER_DAY` in the configuration."""

    files: int = 300
    bytes: int = 500 * _MB
    """Of files as stored."""

    @classmethod
    def of(cls, values: Mapping[str, Any] | None) -> Self:
        """Return the quota of a configuration's `files` and `megabytes`; what is missing takes the default."""
        given = values or {}
        made = cls()
        return cls(
            files=int(given.get("files", made.files)), bytes=int(given.get("megabytes", made.bytes // _MB)) * _MB
        )

    def require_room_for(self, size: int, uploads: Uploads) -> None:
        """Raise `UploadQuotaReached` when one more file of `size` bytes exceeds the quota."""
        if uploads.files + 1 > self.files or uploads.bytes + size > self.bytes:
            raise UploadQuotaReached(facts={"files_per_day": self.files, "bytes_per_day": self.bytes})


@dataclass(frozen=True, kw_only=True)
class Origin:
    """When and where a picture was taken, by the camera's metadata: personal data, shown to reviewers only."""

    captured_at: str | None = None
    """The camera's local time, ISO 8601; with an offset if the camera wrote one."""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, kw_only=True)
class Flag:
    """A hint to reviewers that another claim carries the same evidence. Never a refusal."""

    kind: FlagKind
    evidence: str
    """The evidence of this claim."""
    seen_in: str
    """The other claim."""
    seen_as: str
    """The evidence of the other claim."""


HASH_BITS = 144
"""Length of a perceptual hash."""

NEAR_BITS = 28
"""Perceptual hashes that differ in at most so many bits are taken for the same picture.

Measured on drawn courtyards: of 6,320 pairs of different ones the nearest differed in 34 bits; pictures with up to 12 %
cut off each side differed in 28 or less, and so did four in five random crops down to 62 %.
"""

COMPARED_WITH = 2_000
"""How many of the community's newest pictures a new one is compared with, which bounds the cost of an upload."""
