"""Drawn photos for the demo, a different one for each seed, and crops of them."""

import io
import random

from PIL import Image, ImageDraw, ImageFilter

_SIZE = (960, 720)


def photo(seed: int) -> bytes:
    """Return a JPEG of a courtyard: walls, a door, paving stones, a tree; a different one for each seed."""
    chance = random.Random(seed)
    image = Image.new("RGB", _SIZE, _shade(chance, 150, 220))
    draw = ImageDraw.Draw(image)
    horizon = chance.randint(250, 430)
    draw.rectangle((0, horizon, *_SIZE), fill=_shade(chance, 90, 150))
    for _ in range(chance.randint(8, 14)):
        x, y = chance.randint(-60, 900), chance.randint(horizon, 700)
        draw.rectangle((x, y, x + chance.randint(60, 240), y + chance.randint(20, 90)), fill=_shade(chance, 60, 200))
    for _ in range(chance.randint(2, 5)):
        x, width = chance.randint(0, 860), chance.randint(60, 200)
        draw.rectangle((x, horizon - chance.randint(120, 240), x + width, horizon), fill=_shade(chance, 40, 230))
    x, y, radius = chance.randint(100, 860), chance.randint(60, horizon), chance.randint(50, 130)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_shade(chance, 20, 160))
    for _ in range(60):
        x, y = chance.randint(0, 959), chance.randint(horizon, 719)
        draw.ellipse((x, y, x + chance.randint(3, 16), y + chance.randint(3, 16)), fill=_shade(chance, 0, 255))
    return _jpeg(image.filter(ImageFilter.GaussianBlur(1.2)))


def cropped(original: bytes, percent: int = 6) -> bytes:
    """Return the photo with `percent` cut off each side, which is still recognised as the same."""
    image = Image.open(io.BytesIO(original))
    width, height = image.size
    cut_x, cut_y = width * percent // 100, height * percent // 100
    return _jpeg(image.crop((cut_x, cut_y, width - cut_x, height - cut_y)))


def _shade(chance: random.Random, low: int, high: int) -> tuple[int, int, int]:
    return chance.randint(low, high), chance.randint(low, high), chance.randint(low, high)


def _jpeg(image: Image.Image) -> bytes:
    encoded = io.BytesIO()
    image.save(encoded, "JPEG", quality=88)
    return encoded.getvalue()
