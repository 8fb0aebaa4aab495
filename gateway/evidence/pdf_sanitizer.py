"""Documents as they are kept: what is printed on their pages, without metadata and without anything that acts (R10)."""

import io
from typing import Any

import pikepdf

from contracts.errors import EvidenceUnusable

_MOST_PAGES = 100
_TELLING = ("/Metadata", "/PieceInfo", "/LastModified")
"""Who made it, with what, and when."""
_ATTACHED = ("/EmbeddedFiles", "/XFA")
"""Files inside the file."""
_ACTIONS = {
    f"/{kind}"
    for kind in ("GoToE", "GoToR", "ImportData", "JavaScript", "Launch", "Movie", "Rendition", "SubmitForm", "URI")
}
"""What a reader's program would do: run a script, open something else, send something away."""
_START, _SCAN = b"\xff\xd8", 0xDA
_TELLING_SEGMENTS = (0xE1, 0xED, 0xFE)
"""Of a JPEG: Exif and XMP, IPTC, comments."""


def sanitize_pdf(upload: bytes) -> bytes:
    """The document written anew without metadata, actions and attached files.

    `EvidenceUnusable` when it cannot be read, wants a password, or has more than 100 pages.
    """
    try:
        with pikepdf.open(io.BytesIO(upload)) as document:
            if not 0 < len(document.pages) <= _MOST_PAGES:
                raise EvidenceUnusable(f"PDF 应为 1 至 {_MOST_PAGES} 页", facts={"max_pages": _MOST_PAGES})
            return _written(document)
    except EvidenceUnusable:
        raise
    except pikepdf.PasswordError as error:
        raise EvidenceUnusable("PDF 文件有密码，请去掉密码后上传") from error
    except Exception as error:
        # Of a broken or hostile file the library raises whatever its parser met.
        raise EvidenceUnusable("PDF 文件不完整或无法读取") from error


def _written(document: pikepdf.Pdf) -> bytes:
    if "/Info" in document.trailer:
        del document.trailer["/Info"]
    for each in document.objects:
        _strip(each)
    written = io.BytesIO()
    document.save(written, deterministic_id=True)
    return written.getvalue()


def _strip(thing: Any) -> None:
    """Every dictionary and stream loses what tells, acts or is attached; direct ones are reached through others."""
    if isinstance(thing, pikepdf.Array):
        inner = list(thing)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        _empty(thing)
        inner = [value for _, value in thing.items()]
    else:
        return
    for each in inner:
        if isinstance(each, pikepdf.Object) and not each.is_indirect:
            _strip(each)


def _empty(thing: Any) -> None:
    unwanted = {*_TELLING, *_ATTACHED}
    if str(thing.get("/S")) in _ACTIONS or thing.get("/Type") == pikepdf.Name.Filespec:
        unwanted |= set(thing.keys())
    for key in unwanted & set(thing.keys()):
        del thing[key]
    if isinstance(thing, pikepdf.Stream) and thing.get("/Filter") == pikepdf.Name.DCTDecode:
        thing.write(_silent(thing.read_raw_bytes()), filter=pikepdf.Name.DCTDecode)


def _silent(jpeg: bytes) -> bytes:
    """A picture as a camera made it, without what the camera wrote beside it."""
    kept, place = bytearray(_START), len(_START)
    while jpeg[place] == 0xFF and jpeg[place + 1] != _SCAN:
        end = place + 2 + int.from_bytes(jpeg[place + 2 : place + 4])
        if jpeg[place + 1] not in _TELLING_SEGMENTS:
            kept += jpeg[place:end]
        place = end
    return bytes(kept + jpeg[place:])
