"""Removes metadata, actions and attachments from uploaded PDF documents (R10)."""

import io
from typing import Any

import pikepdf

from contracts.errors import EvidenceUnusable

_MAX_PAGES = 100
_METADATA = ("/Metadata", "/PieceInfo", "/LastModified")
_ATTACHMENTS = ("/EmbeddedFiles", "/XFA")
_ACTIONS = {
    f"/{kind}"
    for kind in ("GoToE", "GoToR", "ImportData", "JavaScript", "Launch", "Movie", "Rendition", "SubmitForm", "URI")
}
"""Actions that run a script, open something else or send something."""
_JPEG_START, _JPEG_SCAN_MARKER = b"\xff\xd8", 0xDA
_JPEG_METADATA_MARKERS = (0xE1, 0xED, 0xFE)
"""Exif and XMP, IPTC, comments."""


def sanitize_pdf(upload: bytes) -> bytes:
    """Return the document written anew without metadata, actions and attachments.

    Raise EvidenceUnusable when it cannot be read, needs a password, or has more than 100 pages.
    """
    try:
        with pikepdf.open(io.BytesIO(upload)) as document:
            if not 0 < len(document.pages) <= _MAX_PAGES:
                raise EvidenceUnusable(f"PDF 应为 1 至 {_MAX_PAGES} 页", facts={"max_pages": _MAX_PAGES})
            return _rewrite(document)
    except EvidenceUnusable:
        raise
    except pikepdf.PasswordError as error:
        raise EvidenceUnusable("PDF 文件有密码，请去掉密码后上传") from error
    except Exception as error:
        # pikepdf raises many exceptions for broken or hostile files.
        raise EvidenceUnusable("PDF 文件不完整或无法读取") from error


def _rewrite(document: pikepdf.Pdf) -> bytes:
    if "/Info" in document.trailer:
        del document.trailer["/Info"]
    for pdf_object in document.objects:
        _sanitize(pdf_object)
    output = io.BytesIO()
    document.save(output, deterministic_id=True)
    return output.getvalue()


def _sanitize(pdf_object: Any) -> None:
    """Sanitize an object and the direct objects in it; indirect objects are visited by `_rewrite`."""
    if isinstance(pdf_object, pikepdf.Array):
        children = list(pdf_object)
    elif isinstance(pdf_object, pikepdf.Dictionary | pikepdf.Stream):
        _remove_unwanted_keys(pdf_object)
        children = [value for _, value in pdf_object.items()]
    else:
        return
    for child in children:
        if isinstance(child, pikepdf.Object) and not child.is_indirect:
            _sanitize(child)


def _remove_unwanted_keys(dictionary: Any) -> None:
    unwanted = {*_METADATA, *_ATTACHMENTS}
    if str(dictionary.get("/S")) in _ACTIONS or dictionary.get("/Type") == pikepdf.Name.Filespec:
        unwanted |= set(dictionary.keys())
    for key in unwanted & set(dictionary.keys()):
        del dictionary[key]
    if isinstance(dictionary, pikepdf.Stream) and dictionary.get("/Filter") == pikepdf.Name.DCTDecode:
        dictionary.write(_strip_jpeg_metadata(dictionary.read_raw_bytes()), filter=pikepdf.Name.DCTDecode)


def _strip_jpeg_metadata(jpeg: bytes) -> bytes:
    """Return the image without its metadata segments; the image data is not re-encoded."""
    output, position = bytearray(_JPEG_START), len(_JPEG_START)
    while jpeg[position] == 0xFF and jpeg[position + 1] != _JPEG_SCAN_MARKER:
        end = position + 2 + int.from_bytes(jpeg[position + 2 : position + 4])
        if jpeg[position + 1] not in _JPEG_METADATA_MARKERS:
            output += jpeg[position:end]
        position = end
    return bytes(output + jpeg[position:])
