"""Decodes pictures: removes metadata, scales down, computes perceptual hashes (R10). Runs in decoding workers.

Large pictures are bounded by area, so that a panorama keeps a height at which it can be read. Colours are converted to
sRGB by the picture's profile before the profile is dropped (docs/decisions/0238).
"""

import io
import warnings
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pillow_heif
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from contracts.errors import EvidenceUnusable
from gateway.decoding.perceptual_hash import perceptual_hashes

if TYPE_CHECKING:
    from contracts.calls.claims import EvidenceOrigin

MAX_PIXELS = 25_000_000

pillow_heif.register_heif_opener()
pillow_heif.options.DECODE_THREADS = 1
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)

_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
_MAX_AREA = 3072 * 3072
_MAX_SIDE = 20_000
"""In pixels. Browsers show pictures of up to 32,767; JPEG allows 65,535."""
_JPEG_QUALITY = 86
_THUMBNAILS = {"large": (1280 * 960, 80), "small": (320 * 240, 72)}
"""Name → area in pixels and JPEG quality, the largest first: each is made from the one before."""
_THUMBNAIL_SHAPE = 4
"""The longest side of a thumbnail is at most so many times that of a square of its area."""
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_COLOUR_SPACES = {"RGB": "RGB", "CMYK": "CMYK", "L": "GRAY"}
"""Mode of a picture → colour space of the profiles that describe it."""
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_DATETIME_ORIGINAL, _OFFSET_TIME_ORIGINAL = 0x9003, 0x9011
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE = 1, 2, 3, 4


def decode_picture(upload: bytes) -> tuple[dict[str, Any], bytes]:
    """Return `width`, `height`, `looks`, `origin` and `thumbnails` of a picture, and its pixels as JPEG.

    `thumbnails` are the sizes in bytes, by name, of smaller JPEGs that follow the picture's.
    Raise EvidenceUnusable unless it is a readable JPEG, PNG, WebP or HEIC of at most 25 megapixels.
    """
    try:
        with Image.open(io.BytesIO(upload), formats=_FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise _too_large()
            origin = _read_origin(image)
            image.draft("RGB", _bounded(image.size))
            picture = _normalize(image)
    except (EvidenceUnusable, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except UnidentifiedImageError as error:
        raise EvidenceUnusable("只接受 JPEG、PNG、WebP、HEIC 图片或 PDF 文件") from error
    except Exception as error:
        # Decoders raise many exceptions for broken or hostile files: SyntaxError, struct.error, ValueError, OSError …
        raise EvidenceUnusable("图片无法读取") from error
    thumbnails = _thumbnails(picture)
    facts = {
        "width": picture.width,
        "height": picture.height,
        "looks": perceptual_hashes(picture),
        "origin": origin,
        "thumbnails": {name: len(content) for name, content in thumbnails.items()},
    }
    return facts, b"".join([_encoded(picture, _JPEG_QUALITY), *thumbnails.values()])


def decode_thumbnails(stored: bytes) -> tuple[dict[str, Any], bytes]:
    """Return `thumbnails` of a stored picture and their content, one after the other. Raise EvidenceUnusable."""
    try:
        with Image.open(io.BytesIO(stored), formats=("JPEG",)) as image:
            image.draft("RGB", _bounded(image.size, _THUMBNAILS["large"][0]))
            thumbnails = _thumbnails(_normalize(image))
    except MemoryError:
        raise
    except Exception as error:  # as above
        raise EvidenceUnusable("图片无法读取") from error
    return {"thumbnails": {name: len(content) for name, content in thumbnails.items()}}, b"".join(thumbnails.values())


def warm_up() -> None:
    """Import what decoding imports when it first needs it, so that no child of a worker has to."""
    for format in ("JPEG", "PNG", "WEBP"):
        sample = io.BytesIO()
        Image.new("RGB", (8, 8)).save(sample, format)
        decode_picture(sample.getvalue())


def _too_large() -> EvidenceUnusable:
    return EvidenceUnusable(f"图片不能超过 {MAX_PIXELS // 10_000} 万像素", facts={"max_pixels": MAX_PIXELS})


def _thumbnails(picture: Image.Image) -> dict[str, bytes]:
    """Return smaller JPEGs of a picture by name."""
    made = {}
    for name, (area, quality) in _THUMBNAILS.items():
        size = _bounded(picture.size, area, int(area**0.5) * _THUMBNAIL_SHAPE)
        picture = picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
        made[name] = _encoded(picture, quality)
    return made


def _encoded(picture: Image.Image, quality: int) -> bytes:
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", quality=quality)
    return encoded.getvalue()


def _normalize(image: Image.Image) -> Image.Image:
    """Return the pixels alone: upright, in sRGB with 8 bits a sample, on a white background, within the bounds.

    Full-size copies are avoided, since one of 25 megapixels takes 100 MB.
    """
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode.startswith("I"):
        image = _scale_samples(image)
    profile = image.info.get("icc_profile")
    if image.mode in ("RGBA", "LA", "CMYK"):
        image.thumbnail(_bounded(image.size))
    picture = image
    if image.has_transparency_data:
        if image.mode != "RGBA":
            image = image.convert("RGBA")
        opaque = _in_srgb(image.convert("RGB"), profile)
        picture = Image.new("RGB", image.size, "white")
        picture.paste(opaque, mask=image.getchannel("A"))
    else:
        if image.mode not in _COLOUR_SPACES:
            picture = image.convert("RGB")
        picture.thumbnail(_bounded(picture.size))
        picture = _in_srgb(picture, profile)
    without_metadata = Image.new("RGB", picture.size)
    without_metadata.paste(picture)
    return without_metadata


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return a picture in sRGB; one without a profile, or with one that cannot be used, by its samples alone."""
    if profile:
        try:
            described = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if described.profile.xcolor_space.strip() == _COLOUR_SPACES[picture.mode]:
                intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
                converted = ImageCms.profileToProfile(picture, described, _SRGB, intent, "RGB")
                assert converted, "only a conversion in place returns nothing"
                return converted
        except (ImageCms.PyCMSError, OSError):
            pass  # browsers show such a picture without its profile, too
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _bounded(size: tuple[int, int], area: int = _MAX_AREA, side: int = _MAX_SIDE) -> tuple[int, int]:
    """Return the largest size of the same shape within an area and a side; `size` itself if it is within."""
    width, height = size
    scale = min(1.0, (area / (width * height)) ** 0.5, side / max(size))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _scale_samples(image: Image.Image) -> Image.Image:
    """Return a grey image of 16 bits a sample with 8 bits; Pillow's own conversion cuts off what is above 255."""
    scaled = image.convert("I").point([round(value / 257) for value in range(65_536)], "L")
    if isinstance(transparent := image.info.get("transparency"), int):
        scaled.info["transparency"] = round(transparent / 257)
    return scaled


def _read_origin(image: Image.Image) -> "EvidenceOrigin | None":
    """Return time and place from Exif metadata, None if it has neither or is malformed."""
    try:
        metadata = image.getexif()
        exif, gps = metadata.get_ifd(_EXIF_IFD), metadata.get_ifd(_GPS_IFD)
    except MemoryError:
        raise
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
