"""How a picture looks: perceptual hashes of the whole and of the parts one may cut from it (R10).

A repeat is found by comparing the hash of the whole new picture with all the hashes of the earlier ones, so that
cutting a margin off does not hide it. Why not `imagehash.crop_resistant_hash`: docs/decisions/0040.
"""

from collections.abc import Iterator

import imagehash
from PIL import Image

_SIDE = 160
"""Pictures are compared at this size; what is finer differs from camera to camera."""

_HASH_SIDE = 12
"""A hash has the square of this in bits."""

_WINDOWS = {1.0: 1, 0.9: 3, 0.8: 5, 0.7: 7, 0.6: 9}
"""Part of each side kept → how many places along it."""


def perceptual_hashes(picture: Image.Image) -> list[str]:
    """Bit strings of 144 each, that of the whole picture first."""
    small = picture.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BILINEAR)
    return [_hash(small.crop(window)) for window in _windows()]


def _windows() -> Iterator[tuple[int, int, int, int]]:
    for part, places in _WINDOWS.items():
        side = round(_SIDE * part)
        offsets = [round((_SIDE - side) * place / max(places - 1, 1)) for place in range(places)]
        for left in offsets:
            for top in offsets:
                yield left, top, left + side, top + side


def _hash(part: Image.Image) -> str:
    bits = imagehash.phash(part, hash_size=_HASH_SIDE, highfreq_factor=3).hash
    return "".join("1" if bit else "0" for bit in bits.ravel())
