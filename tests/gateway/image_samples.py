"""Generated pictures for the tests of evidence, the same for the same seed."""

import io
import random
import struct
from collections.abc import Sequence
from typing import Any

import pillow_heif
from PIL import Image, ImageDraw, ImageFilter

pillow_heif.register_heif_opener()


def scene(seed: int, size: tuple[int, int] = (800, 600)) -> Image.Image:
    """Return two areas with random shapes on them."""
    rng = random.Random(seed)
    image = Image.new("RGB", size, _colour(rng))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, rng.randint(200, 400), *size), fill=_colour(rng))
    for _ in range(24):
        x, y = rng.randint(0, size[0]), rng.randint(0, size[1])
        box = (x, y, x + rng.randint(40, 200), y + rng.randint(40, 200))
        (draw.rectangle if rng.random() < 0.5 else draw.ellipse)(box, fill=_colour(rng))
    return image.filter(ImageFilter.GaussianBlur(1))


def cropped(image: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    """Return `image` without these fractions of its sides."""
    width, height = image.size
    box = (left * width, top * height, (1 - right) * width, (1 - bottom) * height)
    return image.crop(tuple(round(edge) for edge in box))  # type: ignore[arg-type]


def encoded(image: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


DISPLAY_P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
"""Red, green and blue of two colour spaces as XYZ under D50, which profiles are written in."""
GAMMA = 2 + 51 / 256
"""Of Adobe RGB, as its profile has it; used for both, so that a test needs one formula."""
_D50 = (0.9642, 1.0, 0.8249)


def rgb_profile(primaries: Sequence[Sequence[float]]) -> bytes:
    """Return an ICC profile of a display with these colours and `GAMMA`."""
    curve = struct.pack(">4sIIHxx", b"curv", 0, 1, round(GAMMA * 256))
    white, red, green, blue = (
        struct.pack(">4sI3i", b"XYZ ", 0, *(round(each * 65536) for each in xyz)) for xyz in (_D50, *primaries)
    )
    tags = {b"wtpt": white, b"rXYZ": red, b"gXYZ": green, b"bXYZ": blue}
    return _profile(b"RGB ", b"XYZ ", tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve))


def cmyk_profile(ink: tuple[int, int, int], paper: tuple[int, int, int]) -> bytes:
    """Return an ICC profile of a press on which any ink, however much, has one colour; both as Lab in 8 bits."""
    ramp = bytes(range(256))
    nodes = b"".join(bytes(ink if any(node >> bit & 1 for bit in range(4)) else paper) for node in range(16))
    identity = (1, 0, 0, 0, 1, 0, 0, 0, 1)
    head = struct.pack(">4sIBBBx9i", b"mft1", 0, 4, 3, 2, *(each << 16 for each in identity))
    return _profile(b"CMYK", b"Lab ", {b"A2B0": head + ramp * 4 + nodes + ramp * 3}, kind=b"prtr")


def _profile(space: bytes, connection: bytes, tags: dict[bytes, bytes], kind: bytes = b"mntr") -> bytes:
    directory, content = struct.pack(">I", len(tags)), b""
    for name, value in tags.items():
        padded = value + b"\0" * (-len(value) % 4)
        directory += struct.pack(">4sII", name, 132 + 12 * len(tags) + len(content), len(value))
        content += padded
    d50 = struct.pack(">3i", *(round(each * 65536) for each in _D50))
    size = 128 + len(directory) + len(content)
    head = struct.pack(">I4sI4s4s4s12x4s28x", size, b"test", 0x02400000, kind, space, connection, b"acsp")
    return head + d50 + b"\0" * 48 + directory + content


def _colour(rng: random.Random) -> tuple[int, int, int]:
    return rng.randint(0, 255), rng.randint(0, 255), rng.randint(0, 255)
