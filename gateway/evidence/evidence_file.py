"""An upload, examined: what it is by its content, re-encoded without metadata, and how it looks (R10)."""

import hashlib
import io
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

from contracts.errors import EvidenceUnusable
from gateway.evidence.pdf_sanitizer import sanitize_pdf
from gateway.evidence.perceptual_hash import perceptual_hashes

register_heif_opener()
Image.MAX_IMAGE_PIXELS = None  # ours is lower, and refuses instead of warning

_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
_LARGEST_BYTES = 10 * 1024 * 1024
_LARGEST_PIXELS = 50_000_000
_LONGEST_SIDE = 3072
_QUALITY = 86
_EXIF, _GPS = 0x8769, 0x8825
_TAKEN_AT, _TAKEN_AT_OFFSET = 0x9003, 0x9011


@dataclass(frozen=True, kw_only=True)
class EvidenceFile:
    """What is kept of an upload, and what is told of it to claims."""

    content: bytes = field(repr=False)
    sha256: str
    """Of the file as it came."""
    media_type: str
    width: int | None = None
    height: int | None = None
    looks: list[str] = field(default_factory=list)
    origin: dict[str, Any] | None = None
    """`captured_at`, `latitude`, `longitude`, as far as the camera said; not in `content` any more."""

    def metadata(self) -> dict[str, Any]:
        """All but the bytes."""
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
    """The proof in `upload`, whatever its name says it is; `EvidenceUnusable` for anything but the five kinds."""
    if not upload:
        raise EvidenceUnusable("文件是空的")
    if len(upload) > _LARGEST_BYTES:
        raise EvidenceUnusable("文件不能超过 10 MB", facts={"max_bytes": _LARGEST_BYTES})
    sha256 = hashlib.sha256(upload).hexdigest()
    if upload.startswith(b"%PDF-"):
        return _document(upload, sha256)
    return _picture(upload, sha256)


def _document(upload: bytes, sha256: str) -> EvidenceFile:
    return EvidenceFile(content=sanitize_pdf(upload), sha256=sha256, media_type="application/pdf")


def _picture(upload: bytes, sha256: str) -> EvidenceFile:
    try:
        with Image.open(io.BytesIO(upload), formats=_FORMATS) as image:
            if image.width * image.height > _LARGEST_PIXELS:
                raise EvidenceUnusable("图片像素过大", facts={"max_pixels": _LARGEST_PIXELS})
            origin = _origin(image)
            image.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
            picture = _upright(image)
    except EvidenceUnusable:
        raise
    except UnidentifiedImageError as error:
        raise EvidenceUnusable("只接受 JPEG、PNG、WebP、HEIC 图片或 PDF 文件") from error
    except Exception as error:
        # Decoders raise whatever they like on broken or hostile files: SyntaxError, struct.error, ValueError, OSError …
        raise EvidenceUnusable("图片无法读取") from error
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", quality=_QUALITY)
    return EvidenceFile(
        content=encoded.getvalue(),
        sha256=sha256,
        media_type="image/jpeg",
        width=picture.width,
        height=picture.height,
        looks=perceptual_hashes(picture),
        origin=origin,
    )


def _upright(image: Image.Image) -> Image.Image:
    """Its pixels alone, turned as they were meant to be seen, on white where they are transparent."""
    image.load()
    turned = ImageOps.exif_transpose(image)
    if turned.has_transparency_data:
        layers = turned.convert("RGBA")
        picture = Image.new("RGB", layers.size, "white")
        picture.paste(layers, mask=layers.getchannel("A"))
    else:
        picture = turned.convert("RGB")
    picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    return bare


def _origin(image: Image.Image) -> dict[str, Any] | None:
    """When and where the camera says; a camera's nonsense is taken for silence."""
    try:
        exif = image.getexif()
        taken, place = exif.get_ifd(_EXIF), exif.get_ifd(_GPS)
    except Exception:
        # Pillow's reader raises whatever it likes on broken metadata, which is no fault of the picture.
        return None
    found = {
        "captured_at": _moment(taken.get(_TAKEN_AT), taken.get(_TAKEN_AT_OFFSET)),
        "latitude": _degrees(place.get(2), place.get(1), "S", 90),
        "longitude": _degrees(place.get(4), place.get(3), "W", 180),
    }
    return found if any(value is not None for value in found.values()) else None


def _moment(text: Any, offset: Any) -> str | None:
    """`2026:11:03 09:30:00` as ISO 8601."""
    try:
        return datetime.strptime(f"{text}", "%Y:%m:%d %H:%M:%S").isoformat() + _offset(offset)
    except ValueError:
        return None


def _offset(text: Any) -> str:
    try:
        datetime.strptime(f"{text}", "%z")
    except ValueError:
        return ""
    return str(text)


def _degrees(parts: Any, side: Any, negative: str, most: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
        value = degrees + minutes / 60 + seconds / 3600
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return round(-value if side == negative else value, 6) if 0 <= value <= most else None
