"""Removes metadata, actions and attachments from uploaded PDF documents (R10). Runs in decoding workers."""

import binascii
import io
import re
import zlib
from base64 import a85decode
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
from pikepdf import Name

from contracts.errors import EvidenceUnusable
from gateway.decoding.jpeg_metadata import strip_jpeg, strip_jpeg2000

MAX_PAGES = 100
MAX_OBJECTS = 20_000
MAX_INFLATED_BYTES = 64 * 1024 * 1024
"""Of all streams together."""
_MAX_FILTERS = 4
_MAX_IMAGE_PIXELS = 100_000_000
"""A page of A4 scanned with 1,000 points an inch."""

_METADATA = ("/Metadata", "/PieceInfo", "/LastModified")
_ATTACHMENTS = ("/EmbeddedFiles", "/XFA")
_ACTIONS = {
    f"/{kind}"
    for kind in ("GoToE", "GoToR", "ImportData", "JavaScript", "Launch", "Movie", "Rendition", "SubmitForm", "URI")
}
"""Actions that run a script, open something else or send something."""

_LONG_FILTER_NAMES = {
    "/AHx": "/ASCIIHexDecode",
    "/A85": "/ASCII85Decode",
    "/LZW": "/LZWDecode",
    "/Fl": "/FlateDecode",
    "/RL": "/RunLengthDecode",
    "/CCF": "/CCITTFaxDecode",
    "/DCT": "/DCTDecode",
}
_IMAGE_FILTERS = ("/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode")
"""Filters whose output is pixels; they are left to the reader's program."""
_INLINE_IMAGE = re.compile(rb"(?<![^\s>\])])BI[\s/](.{0,4096}?)[\s>\])]ID\s", re.DOTALL)
"""An image in a content stream: its dictionary."""


def decode_pdf(upload: bytes) -> tuple[dict[str, Any], bytes]:
    """Return no facts, and the document written anew without metadata, actions and attachments.

    Raise EvidenceUnusable when it cannot be read, needs a password, has more than 100 pages or 20,000 objects, or
    inflates to more than 64 MB.
    """
    try:
        with pikepdf.open(io.BytesIO(upload)) as document:
            if len(document.objects) > MAX_OBJECTS:
                raise EvidenceUnusable(f"PDF 对象不能超过 {MAX_OBJECTS} 个", facts={"max_objects": MAX_OBJECTS})
            if not 0 < len(document.pages) <= MAX_PAGES:
                raise EvidenceUnusable(f"PDF 应为 1 至 {MAX_PAGES} 页", facts={"max_pages": MAX_PAGES})
            return {}, _Sanitizer(document).rewritten()
    except (EvidenceUnusable, MemoryError):
        raise
    except pikepdf.PasswordError as error:
        raise EvidenceUnusable("PDF 文件有密码，请去掉密码后上传") from error
    except Exception as error:
        # pikepdf raises many exceptions for broken or hostile files.
        raise EvidenceUnusable("PDF 文件不完整或无法读取") from error


class _Sanitizer:
    """Sanitizes one document and counts what its streams inflate to."""

    def __init__(self, document: pikepdf.Pdf) -> None:
        self._document = document
        self._remaining = MAX_INFLATED_BYTES

    def rewritten(self) -> bytes:
        """Return the sanitized document."""
        if "/Info" in self._document.trailer:
            del self._document.trailer["/Info"]
        for pdf_object in self._document.objects:
            self._sanitize(pdf_object)
        for page in self._document.pages:
            _refuse_inline_photos(_page_content(page))
        output = io.BytesIO()
        self._document.save(output, deterministic_id=True)
        return output.getvalue()

    def _sanitize(self, pdf_object: Any) -> None:
        """Sanitize an object and the direct objects in it; indirect objects are visited by `rewritten`."""
        if isinstance(pdf_object, pikepdf.Array):
            children = list(pdf_object)
        elif isinstance(pdf_object, pikepdf.Dictionary | pikepdf.Stream):
            _remove_unwanted_keys(pdf_object)
            if isinstance(pdf_object, pikepdf.Stream):
                self._sanitize_stream(pdf_object)
            children = [value for _, value in pdf_object.items()]
        else:
            return
        for child in children:
            if isinstance(child, pikepdf.Object) and not child.is_indirect:
                self._sanitize(child)

    def _sanitize_stream(self, stream: pikepdf.Stream) -> None:
        """Strip an image's metadata, whatever filters it is wrapped in; refuse what inflates to too much."""
        filters = _filters(stream)
        image_filter = filters[-1] if filters and filters[-1] in _IMAGE_FILTERS else None
        wrappers = filters[:-1] if image_filter else filters
        if len(filters) > _MAX_FILTERS or set(wrappers) & set(_IMAGE_FILTERS):
            raise EvidenceUnusable("PDF 使用了不支持的压缩方式")
        content = self._unwrapped(stream, wrappers)
        match image_filter:
            case "/CCITTFaxDecode" | "/JBIG2Decode" if not wrappers:
                return
            case "/DCTDecode":
                content = strip_jpeg(content, max_pixels=_MAX_IMAGE_PIXELS)
            case "/JPXDecode":
                content = strip_jpeg2000(content)
            case None:
                if stream.get("/Subtype") != Name.Image:
                    _refuse_inline_photos(content)
                return
        stream.write(content, filter=Name(image_filter), decode_parms=_last_parameters(stream, len(filters)))

    def _unwrapped(self, stream: pikepdf.Stream, filters: list[str]) -> bytes:
        """Return what the stream holds before its image filter, and take it from what the document may inflate to."""
        content = stream.read_raw_bytes()
        if not filters:
            return content
        if set(filters) <= _DECODERS.keys():
            for name in filters:
                content = _DECODERS[name](content, self._remaining)
                self._remaining -= len(content)
        else:  # LZW, or unknown: qpdf decodes it, within the memory that this process may use
            copy = pikepdf.Stream(self._document, content)
            copy.Filter = pikepdf.Array([Name(name) for name in filters])
            if "/DecodeParms" in stream:
                copy.DecodeParms = pikepdf.Array(_parameters(stream, len(filters)))
            content = copy.read_bytes()
            self._remaining -= len(content)
        if self._remaining < 0:
            raise _inflates_too_much()
        return content


def _filters(stream: pikepdf.Stream) -> list[str]:
    """Return the long names of a stream's filters, in the order of decoding."""
    found = stream.get("/Filter")
    names = [] if found is None else list(found) if isinstance(found, pikepdf.Array) else [found]
    return [_LONG_FILTER_NAMES.get(str(name), str(name)) for name in names]


def _parameters(stream: pikepdf.Stream, count: int) -> list[Any]:
    """Return the parameters of the first `count` filters; null for those without."""
    found = stream.get("/DecodeParms")
    given = list(found) if isinstance(found, pikepdf.Array) else [found]
    return [*given, *[None] * count][:count]


def _last_parameters(stream: pikepdf.Stream, count: int) -> Any:
    parameters = _parameters(stream, count)[-1]
    return parameters if isinstance(parameters, pikepdf.Dictionary) else None


def _inflate(content: bytes, limit: int) -> bytes:
    inflater = zlib.decompressobj()
    inflated = inflater.decompress(content, limit + 1)
    if len(inflated) > limit:
        raise _inflates_too_much()
    return inflated


def _decode_run_lengths(content: bytes, limit: int) -> bytes:
    decoded, position = bytearray(), 0
    while position < len(content) and (length := content[position]) != 128:
        if length < 128:
            decoded += content[position + 1 : position + 2 + length]
            position += 2 + length
        else:
            decoded += content[position + 1 : position + 2] * (257 - length)
            position += 2
        if len(decoded) > limit:
            raise _inflates_too_much()
    return bytes(decoded)


def _decode_hexadecimal(content: bytes, limit: int) -> bytes:
    digits = b"".join(content.split(b">", 1)[0].split())
    return binascii.unhexlify(digits + b"0" * (len(digits) % 2))


def _decode_ascii85(content: bytes, limit: int) -> bytes:
    text = b"".join(content.split(b"~", 1)[0].split()) if not content.startswith(b"<~") else content[2:].split(b"~")[0]
    decoded = a85decode(text)
    if len(decoded) > limit:  # "z" stands for four bytes
        raise _inflates_too_much()
    return decoded


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "/FlateDecode": _inflate,
    "/RunLengthDecode": _decode_run_lengths,
    "/ASCIIHexDecode": _decode_hexadecimal,
    "/ASCII85Decode": _decode_ascii85,
}
"""Filter → a function that decodes at most so many bytes. A predictor only arranges them, so it is left out."""


def _inflates_too_much() -> EvidenceUnusable:
    return EvidenceUnusable(
        f"PDF 解压后不能超过 {MAX_INFLATED_BYTES // 1024 // 1024} MB", facts={"max_inflated_bytes": MAX_INFLATED_BYTES}
    )


def _remove_unwanted_keys(dictionary: Any) -> None:
    unwanted = {*_METADATA, *_ATTACHMENTS}
    if str(dictionary.get("/S")) in _ACTIONS or dictionary.get("/Type") == Name.Filespec:
        unwanted |= set(dictionary.keys())
    for key in unwanted & set(dictionary.keys()):
        del dictionary[key]


def _refuse_inline_photos(content: bytes) -> None:
    """Raise EvidenceUnusable for a JPEG within a content stream, whose metadata cannot be removed."""
    for dictionary in _INLINE_IMAGE.findall(content):
        if b"DCT" in dictionary or b"#" in dictionary:
            raise EvidenceUnusable("PDF 页面内嵌的照片无法去除拍摄信息，请重新导出后上传")


def _page_content(page: pikepdf.Page) -> bytes:
    """Return a page's content, whose tokens may be split among several streams."""
    contents = page.obj.get("/Contents")
    if not isinstance(contents, pikepdf.Array) or len(contents) < 2:
        return b""
    return b"\n".join(stream.read_bytes() for stream in _streams(contents))


def _streams(contents: pikepdf.Array) -> Iterator[pikepdf.Stream]:
    for stream in contents:
        if isinstance(stream, pikepdf.Stream):
            yield stream
