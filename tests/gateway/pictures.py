"""Pictures for the tests of evidence, drawn: the same for the same seed."""

import io
import random
from typing import Any

from PIL import Image, ImageDraw, ImageFilter


def scene(seed: int, size: tuple[int, int] = (800, 600)) -> Image.Image:
    """A wall, the ground, and things lying about."""
    chance = random.Random(seed)
    image = Image.new("RGB", size, _shade(chance))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, chance.randint(200, 400), *size), fill=_shade(chance))
    for _ in range(24):
        x, y = chance.randint(0, size[0]), chance.randint(0, size[1])
        box = (x, y, x + chance.randint(40, 200), y + chance.randint(40, 200))
        (draw.rectangle if chance.random() < 0.5 else draw.ellipse)(box, fill=_shade(chance))
    return image.filter(ImageFilter.GaussianBlur(1))


def cut(image: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    """`image` with these parts of its sides cut off."""
    width, height = image.size
    box = (left * width, top * height, (1 - right) * width, (1 - bottom) * height)
    return image.crop(tuple(round(edge) for edge in box))  # type: ignore[arg-type]


def encoded(image: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def _shade(chance: random.Random) -> tuple[int, int, int]:
    return chance.randint(0, 255), chance.randint(0, 255), chance.randint(0, 255)
