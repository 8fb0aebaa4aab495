"""Removes metadata from JPEG and JPEG 2000 images without encoding them anew."""

import re

_START, _END = b"\xff\xd8", b"\xff\xd9"
_SCAN = 0xDA
_COLOUR_PROFILE, _ADOBE, _JFIF = b"ICC_PROFILE\0", b"Adobe", b"JFIF\0"
_KEPT_APPLICATION_SEGMENTS = {0xE0: _JFIF, 0xE2: _COLOUR_PROFILE, 0xEE: _ADOBE}
"""Marker of an application segment → the beginning of one that a decoder needs; Exif, XMP and IPTC are in others."""
_COMMENT = 0xFE
_APPLICATION = range(0xE0, 0xF0)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of segments that give height and width."""
_END_OF_SCAN = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
"""The next marker after a scan's data, in which 0xFF is followed by 0 or a restart marker."""

_JP2_SIGNATURE = b"\x00\x00\x00\x0cjP  "
_JP2_METADATA_BOXES = (b"xml ", b"uuid", b"uinf")


def strip_jpeg(jpeg: bytes, *, max_pixels: int) -> bytes:
    """Return the image without metadata segments and without what follows its end.

    Raise ValueError when it is malformed or has more than `max_pixels`.
    """
    if not jpeg.startswith(_START):
        raise ValueError("no JPEG")
    kept, position = [_START], len(_START)
    while True:
        marker, position = _marker(jpeg, position)
        if marker == _END[1]:
            return b"".join([*kept, _END])
        length = int.from_bytes(jpeg[position : position + 2])
        segment = jpeg[position : position + length]
        if length < 2 or len(segment) < length:
            raise ValueError("truncated segment")
        if marker in _FRAMES and int.from_bytes(segment[3:5]) * int.from_bytes(segment[5:7]) > max_pixels:
            raise ValueError("too many pixels")
        position += length
        if _is_needed(marker, segment[2:]):
            kept += [bytes((0xFF, marker)), segment]
        if marker == _SCAN:
            if not (end := _END_OF_SCAN.search(jpeg, position)):
                return b"".join([*kept, jpeg[position:]])
            kept.append(jpeg[position : end.start()])
            position = end.start()


def _marker(jpeg: bytes, position: int) -> tuple[int, int]:
    """Return the marker at `position` and the position after it; fill bytes are skipped."""
    if jpeg[position : position + 1] != b"\xff":
        raise ValueError("no marker")
    while position < len(jpeg) and jpeg[position] == 0xFF:
        position += 1
    if position == len(jpeg):
        raise ValueError("truncated")
    return jpeg[position], position + 1


def _is_needed(marker: int, payload: bytes) -> bool:
    if marker in _APPLICATION:
        beginning = _KEPT_APPLICATION_SEGMENTS.get(marker)
        return beginning is not None and payload.startswith(beginning)
    return marker != _COMMENT


def strip_jpeg2000(image: bytes) -> bytes:
    """Return a JPEG 2000 image without boxes of metadata; a bare codestream has none. Raise ValueError if malformed."""
    if not image.startswith(_JP2_SIGNATURE):
        return image
    kept, position = [], 0
    while position < len(image):
        length, kind = int.from_bytes(image[position : position + 4]), image[position + 4 : position + 8]
        if length == 1:
            length = int.from_bytes(image[position + 8 : position + 16])
        elif length == 0:
            length = len(image) - position
        if length < 8:
            raise ValueError("malformed box")
        if kind not in _JP2_METADATA_BOXES:
            kept.append(image[position : position + length])
        position += length
    return b"".join(kept)
