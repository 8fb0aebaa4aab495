"""Examines uploads: detects the type by content, removes metadata, and computes hashes (R10)."""

import hashlib
import io
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

from contracts.calls.claims import EvidenceMetadata, EvidenceOrigin, MediaType
from contracts.errors import EvidenceUnusable
from gateway.evidence.pdf_sanitizer import sanitize_pdf
from gateway.evidence.perceptual_hash import perceptual_hashes

register_heif_opener()
Image.MAX_IMAGE_PIXELS = None  # _MAX_PIXELS is lower and refuses the image instead of warning

_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
_MAX_BYTES = 10 * 1024 * 1024
_MAX_PIXELS = 50_000_000
_MAX_SIDE = 3072
_JPEG_QUALITY = 86
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_DATETIME_ORIGINAL, _OFFSET_TIME_ORIGINAL = 0x9003, 0x9011
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE = 1, 2, 3, 4


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


def examine(upload: bytes) -> EvidenceFile:
    """Return the file to store for `upload`, ignoring its name and declared type.

    Raise EvidenceUnusable unless it is a readable JPEG, PNG, WebP, HEIC or PDF within the limits.
    """
    if not upload:
        raise EvidenceUnusable("文件是空的")
    if len(upload) > _MAX_BYTES:
        raise EvidenceUnusable("文件不能超过 10 MB", facts={"max_bytes": _MAX_BYTES})
    sha256 = hashlib.sha256(upload).hexdigest()
    if upload.startswith(b"%PDF-"):
        return EvidenceFile(content=sanitize_pdf(upload), sha256=sha256, media_type="application/pdf")
    return _examine_picture(upload, sha256)


def _examine_picture(upload: bytes, sha256: str) -> EvidenceFile:
    try:
        with Image.open(io.BytesIO(upload), formats=_FORMATS) as image:
            if image.width * image.height > _MAX_PIXELS:
                raise EvidenceUnusable("图片像素过大", facts={"max_pixels": _MAX_PIXELS})
            origin = _read_origin(image)
            image.draft("RGB", (_MAX_SIDE, _MAX_SIDE))
            picture = _normalize(image)
    except EvidenceUnusable:
        raise
    except UnidentifiedImageError as error:
        raise EvidenceUnusable("只接受 JPEG、PNG、WebP、HEIC 图片或 PDF 文件") from error
    except Exception as error:
        # Decoders raise many exceptions for broken or hostile files: SyntaxError, struct.error, ValueError, OSError …
        raise EvidenceUnusable("图片无法读取") from error
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", quality=_JPEG_QUALITY)
    return EvidenceFile(
        content=encoded.getvalue(),
        sha256=sha256,
        media_type="image/jpeg",
        width=picture.width,
        height=picture.height,
        looks=perceptual_hashes(picture),
        origin=origin,
    )


def _normalize(image: Image.Image) -> Image.Image:
    """Return the pixels alone: upright, on a white background, at most `_MAX_SIDE` wide and high."""
    image.load()
    upright = ImageOps.exif_transpose(image)
    if upright.has_transparency_data:
        layers = upright.convert("RGBA")
        picture = Image.new("RGB", layers.size, "white")
        picture.paste(layers, mask=layers.getchannel("A"))
    else:
        picture = upright.convert("RGB")
    picture.thumbnail((_MAX_SIDE, _MAX_SIDE))
    without_metadata = Image.new("RGB", picture.size)
    without_metadata.paste(picture)
    return without_metadata


def _read_origin(image: Image.Image) -> EvidenceOrigin | None:
    """Return time and place from Exif metadata, None if it has neither or is malformed."""
    try:
        metadata = image.getexif()
        exif, gps = metadata.get_ifd(_EXIF_IFD), metadata.get_ifd(_GPS_IFD)
    except Exception:
        # Pillow raises many exceptions for broken metadata, which does not make the picture unusable.
        return None
    origin: EvidenceOrigin = {
        "captured_at": _parse_time(exif.get(_DATETIME_ORIGINAL), exif.get(_OFFSET_TIME_ORIGINAL)),
        "latitude": _parse_degrees(gps.get(_LATITUDE), gps.get(_LATITUDE_REF), "S", 90),
        "longitude": _parse_degrees(gps.get(_LONGITUDE), gps.get(_LONGITUDE_REF), "W", 180),
    }
    return origin if any(value is not None for value in origin.values()) else None


def _parse_time(text: Any, offset: Any) -> str | None:
    """Convert Exif's `2026:11:03 09:30:00` to ISO 8601."""
    try:
        return datetime.strptime(f"{text}", "%Y:%m:%d %H:%M:%S").isoformat() + _parse_offset(offset)
    except ValueError:
        return None


def _parse_offset(text: Any) -> str:
    try:
        datetime.strptime(f"{text}", "%z")
    except ValueError:
        return ""
    return str(text)


def _parse_degrees(parts: Any, reference: Any, negative: str, limit: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
        value = degrees + minutes / 60 + seconds / 3600
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return round(-value if reference == negative else value, 6) if 0 <= value <= limit else None
