"""The fonts of printed documents, and which characters of a text none of them has.

Noto Sans CJK comes with a Python package. It lacks most of the rare characters that GB 18030-2022 (level 3) lets names
have; those are in HanaMin, Debian's package fonts-hanazono, which is used where it is installed (docs/decisions/0192).
"""

import functools
import mmap
import struct
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path

import manimgx_fonts_cjk

DEFAULT_FOLDER = "/usr/share/fonts/truetype/hanazono"
"""Where Debian and Ubuntu install HanaMinA and HanaMinB."""

_NOTO = Path(manimgx_fonts_cjk.__file__).parent
_COLLECTION = b"ttcf"
_SEGMENTED_COVERAGE = 12
"""The format of the table that has characters beyond the first 65,536."""


def folders(further: str) -> list[Path]:
    """Return the folders of fonts that exist: the package's, and `further`."""
    return [_NOTO, *(path for path in [Path(further)] if further and path.is_dir())]


def missing_characters(text: str, further: str) -> str:
    """Return the characters of `text` that would be printed as boxes, each once, in order."""
    fonts = [_coverage(file) for folder in folders(further) for file in sorted(_font_files(folder))]
    return "".join(dict.fromkeys(each for each in text if not any(font.has(ord(each)) for font in fonts)))


class _Coverage:
    """The characters that a font has a glyph for, as ranges."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(ranges)
        self._first = [first for first, _ in ordered]
        self._last = [last for _, last in ordered]

    def has(self, character: int) -> bool:
        position = bisect_right(self._first, character) - 1
        return position >= 0 and character <= self._last[position]


def _font_files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.suffix in (".ttf", ".otf", ".ttc"))


@functools.cache
def _coverage(file: Path) -> _Coverage:
    """Return what a font has; of a collection, what its first font has."""
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as font:
        (start,) = struct.unpack_from(">I", font, 12) if font[:4] == _COLLECTION else (0,)
        return _Coverage(_ranges(font, _character_map(font, start)))


def _character_map(font: mmap.mmap, start: int) -> int:
    """Return the position of the table `cmap`."""
    (tables,) = struct.unpack_from(">H", font, start + 4)
    for number in range(tables):
        tag, _, position, _ = struct.unpack_from(">4sIII", font, start + 12 + 16 * number)
        if tag == b"cmap":
            return int(position)
    raise ValueError("a font without characters")


def _ranges(font: mmap.mmap, table: int) -> Iterator[tuple[int, int]]:
    """Yield the first and last characters of the groups in the table's segmented coverage."""
    (subtables,) = struct.unpack_from(">H", font, table + 2)
    for number in range(subtables):
        _, _, offset = struct.unpack_from(">HHI", font, table + 4 + 8 * number)
        (form,) = struct.unpack_from(">H", font, table + offset)
        if form == _SEGMENTED_COVERAGE:
            (groups,) = struct.unpack_from(">I", font, table + offset + 12)
            for group in range(groups):
                first, last, _ = struct.unpack_from(">III", font, table + offset + 16 + 12 * group)
                yield first, last
