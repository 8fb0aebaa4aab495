"""Perceptual hashes of a picture and of its crops, to find repeated pictures (R10).

The hash of a whole new picture is compared with all hashes of earlier pictures, so that cropping does not hide a
repeat. Why not `imagehash.crop_resistant_hash`: see docs/decisions/0040.
"""

from collections.abc import Iterator

import imagehash
from PIL import Image

_SIDE = 160
"""Pictures are scaled to this size first; finer detail differs between cameras."""

_HASH_SIDE = 12
"""A hash has the square of this in bits."""

_CROPS = {1.0: 1, 0.9: 3, 0.8: 5, 0.7: 7, 0.6: 9}
"""Fraction of each side → number of positions along it."""


def perceptual_hashes(picture: Image.Image) -> list[str]:
    """Return bit strings of 144 bits, that of the whole picture first."""
    small = picture.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BILINEAR)
    return [_hash(small.crop(box)) for box in _crop_boxes()]


def _crop_boxes() -> Iterator[tuple[int, int, int, int]]:
    for fraction, positions in _CROPS.items():
        side = round(_SIDE * fraction)
        offsets = [round((_SIDE - side) * position / max(positions - 1, 1)) for position in range(positions)]
        for left in offsets:
            for top in offsets:
                yield left, top, left + side, top + side


def _hash(crop: Image.Image) -> str:
    bits = imagehash.phash(crop, hash_size=_HASH_SIDE, highfreq_factor=3).hash
    return "".join("1" if bit else "0" for bit in bits.ravel())
