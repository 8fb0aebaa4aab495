"""Generated pictures for the tests of evidence, the same for the same seed."""

import io
import random
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


def _colour(rng: random.Random) -> tuple[int, int, int]:
    return rng.randint(0, 255), rng.randint(0, 255), rng.randint(0, 255)
