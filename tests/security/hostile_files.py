"""Hostile uploads, the same at every run: bombs, lies, broken and mixed files, metadata in hiding places."""

import io
import random
import struct
import zipfile
import zlib
from base64 import a85encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

import pikepdf
from openpyxl import Workbook
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image

from tests.gateway.image_samples import encoded, scene
from tests.gateway.pdf_samples import pdf

MARK = b"HIDDEN-GPS-MARK"
"""Is in the metadata of files that are otherwise harmless, and may not be in what is stored."""
_MB = 1024 * 1024

Target = Literal["evidence", "roster", "rulebook"]


@dataclass(frozen=True)
class HostileFile:
    """A file, and the operation that it is sent to."""

    name: str
    target: Target
    content: bytes
    is_refused: bool | None = None
    """Whether it must be refused; None if it may be stored without its mark as well."""


def hostile_files(mutations: int = 10) -> list[HostileFile]:
    """Return the whole collection; `mutations` of each kind of file."""
    return [
        *_pictures_with_lying_dimensions(),
        *_picture_bombs(),
        *_other_kinds(),
        *_pdf_bombs(),
        *_pdf_structures(),
        *_pdf_photos(),
        *_workbooks(),
        *_texts(),
        *_broken(mutations),
    ]


# Pictures -----------------------------------------------------------------------------------------


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(
    width: int, height: int, *chunks: bytes, depth: int = 8, colour: int = 2, pixels: bytes | None = None
) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    data = pixels if pixels is not None else zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + b"".join(chunks) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")
    )


@cache
def _zeros(megabytes: int) -> bytes:
    """Return so many zeros, compressed."""
    return zlib.compress(b"\0" * (megabytes * _MB), 1)


def _pictures_with_lying_dimensions() -> Iterator[HostileFile]:
    sizes = [
        (60_000, 60_000),
        (5_001, 5_000),
        (2**31 - 1, 1),
        (1, 2**31 - 1),
        (2**31 - 1, 2**31 - 1),
        (0, 0),
        (30_000, 900),
    ]
    for width, height in sizes:
        yield HostileFile(f"png {width}x{height}", "evidence", _png(width, height), True)
    jpeg = encoded(scene(1))
    frame = jpeg.index(b"\xff\xc0") + 5
    for width, height in [(65_500, 65_500), (5_001, 5_000), (1, 0), (65_535, 400), (400, 65_535)]:
        content = jpeg[:frame] + struct.pack(">HH", height, width) + jpeg[frame + 4 :]
        yield HostileFile(f"jpeg {width}x{height}", "evidence", content, True if width * height > 26e6 else None)
    lossless = encoded(scene(1), "WEBP", lossless=True)
    bits = lossless.index(b"VP8L") + 9
    yield HostileFile(
        "webp 16383x16383", "evidence", lossless[:bits] + b"\xff\xff\xff\x0f" + lossless[bits + 4 :], True
    )
    heic = encoded(scene(1), "HEIF")
    extents = heic.index(b"ispe") + 8
    for width, height in [(60_000, 60_000), (0, 0), (2**32 - 1, 2**32 - 1)]:
        content = heic[:extents] + struct.pack(">II", width, height) + heic[extents + 8 :]
        yield HostileFile(f"heic {width}x{height}", "evidence", content, None)


def _picture_bombs() -> Iterator[HostileFile]:
    yield HostileFile("png of 14,000 x 14,000 in 600 KB", "evidence", _png(14_000, 14_000, pixels=_zeros(150)), True)
    yield HostileFile("png of 24.9 megapixels", "evidence", _png(4_990, 4_990, pixels=_zeros(72)))
    yield HostileFile("png with more data than pixels", "evidence", _png(10, 10, pixels=_zeros(150)))
    yield HostileFile("png with 16 bits", "evidence", _png(4_990, 4_990, depth=16, colour=6, pixels=_zeros(191)))
    yield HostileFile(
        "png with text bomb",
        "evidence",
        _png(8, 8, _chunk(b"zTXt", b"a\0\0" + _zeros(150)), pixels=zlib.compress(bytes(200))),
    )
    text = b"a\0\1\0\0\0" + _zeros(150)
    yield HostileFile(
        "png with international text bomb",
        "evidence",
        _png(8, 8, _chunk(b"iTXt", text), pixels=zlib.compress(bytes(200))),
    )
    yield HostileFile(
        "png with profile bomb",
        "evidence",
        _png(8, 8, _chunk(b"iCCP", b"a\0\0" + _zeros(150)), pixels=zlib.compress(bytes(200))),
    )
    many = [_chunk(b"tEXt", b"k\0" + b"v" * 20)] * 100_000
    yield HostileFile("png with 100,000 chunks", "evidence", _png(8, 8, *many, pixels=zlib.compress(bytes(200))))
    frames = [Image.new("RGB", (600, 600), (n, 0, 0)) for n in range(40)]
    for kind in ("WEBP", "PNG"):
        yield HostileFile(
            f"animated {kind}", "evidence", encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        )
    for width, height in [(16_383, 1_500), (4_990, 4_990)]:
        yield HostileFile(
            f"webp {width}x{height}", "evidence", encoded(Image.new("RGB", (width, height)), "WEBP", method=0)
        )
    yield HostileFile(
        "translucent webp", "evidence", encoded(Image.new("RGBA", (4_990, 4_990), (1, 2, 3, 4)), "WEBP", method=0)
    )
    yield HostileFile(
        "progressive cmyk", "evidence", encoded(Image.new("CMYK", (4_990, 4_990)), "JPEG", progressive=True)
    )
    jpeg = encoded(scene(1), progressive=True)
    scan = jpeg.rindex(b"\xff\xda")
    yield HostileFile("jpeg with 2,000 scans", "evidence", jpeg[:scan] + jpeg[scan:-2] * 2_000 + b"\xff\xd9")
    yield HostileFile(
        "jpeg with comments of 9 MB", "evidence", jpeg[:2] + (b"\xff\xfe\xff\xff" + b"x" * 65_533) * 140 + jpeg[2:]
    )
    loop = b"II*\0\x08\0\0\0" + b"\x01\0" + struct.pack("<HHII", 0x8769, 4, 1, 8) + struct.pack("<I", 8)
    huge = b"II*\0\x08\0\0\0" + b"\x01\0" + struct.pack("<HHII", 0x9003, 2, 2**31, 8) + struct.pack("<I", 0)
    for name, exif in [("loop", loop), ("huge count", huge), ("noise", b"MM\0*" + bytes(range(256)))]:
        segment = b"Exif\0\0" + exif + MARK
        content = jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]
        yield HostileFile(f"exif with {name}", "evidence", content)


def _other_kinds() -> Iterator[HostileFile]:
    for kind in ("GIF", "BMP", "TIFF", "ICO", "PPM", "TGA", "PCX", "EPS", "JPEG2000", "PDF"):
        is_refused = None if kind == "PDF" else True
        yield HostileFile(f"a {kind}", "evidence", encoded(scene(1).resize((64, 64)), kind), is_refused)
    for name, content in {
        "nothing": b"",
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "html": b"<html><script>alert(1)</script></html>",
        "program": b"MZ" + bytes(500),
        "elf": b"\x7fELF" + bytes(500),
        "script": b"#!/bin/sh\nid\n",
        "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (r) file\n",
        "xpm": b'/* XPM */\nstatic char *a[] = {"99999 99999 2 1",',
        "gzip": b"\x1f\x8b\x08" + bytes(300),
        "zip": _zipped({"a.txt": b"a"}),
        "jpeg header": b"\xff\xd8\xff\xe0" + bytes(100),
        "png header": b"\x89PNG\r\n\x1a\n",
        "webp header": b"RIFF\xff\xff\xff\xffWEBPVP8X" + b"\xff" * 40,
        "heic header": b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + bytes(100),
        "pdf header": b"%PDF-1.7\n",
        "10 MB and a byte": encoded(scene(1)) + bytes(10 * _MB),
    }.items():
        yield HostileFile(name, "evidence", content, True)
    jpeg, png, archive = encoded(scene(1)), encoded(scene(1), "PNG"), _zipped({"a.html": MARK})
    page = b"<script>" + MARK + b"</script>"
    yield HostileFile("jpeg and zip", "evidence", jpeg + archive)
    yield HostileFile("jpeg and page", "evidence", jpeg + page)
    yield HostileFile("png and page", "evidence", png + page)
    yield HostileFile("png and zip", "evidence", png + archive)
    yield HostileFile("pdf and zip", "evidence", pdf() + archive)
    yield HostileFile("pdf and jpeg", "evidence", pdf() + jpeg + MARK)
    yield HostileFile("pdf header and jpeg", "evidence", b"%PDF-1.7\n" + jpeg, True)
    yield HostileFile("pdf header and png bomb", "evidence", b"%PDF-1.7\n" + _png(60_000, 60_000), True)


# Documents ----------------------------------------------------------------------------------------


def _document(build: Callable[[Pdf, pikepdf.Page], None], **save_options: object) -> bytes:
    document = Pdf.new()
    page = document.add_blank_page(page_size=(400, 300))
    build(document, page)
    output = io.BytesIO()
    document.save(output, **save_options)  # type: ignore[arg-type]
    return output.getvalue()


def _with_stream(content: bytes, filters: list[str], **attributes: object) -> bytes:
    """Return a document that refers to a stream of `content`, which is already encoded."""

    def build(document: Pdf, page: pikepdf.Page) -> None:
        stream = Stream(document, content, Filter=Array([Name(f"/{name}") for name in filters]), **attributes)
        page.Resources = Dictionary(XObject=Dictionary(A=stream))
        page.Contents = Stream(document, b"400 0 0 300 0 0 cm /A Do")

    return _document(build, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def _pdf_bombs() -> Iterator[HostileFile]:
    bomb = _zeros(150)
    form = {"Type": Name.XObject, "Subtype": Name.Form}
    picture = {"Type": Name.XObject, "Subtype": Name.Image, "Width": 9, "Height": 9}
    for kind, attributes in (("form", form), ("image", picture), ("stream", {})):
        yield HostileFile(f"inflating {kind}", "evidence", _with_stream(bomb, ["FlateDecode"], **attributes), True)
    yield HostileFile("inflating twice", "evidence", _with_stream(zlib.compress(bomb), ["FlateDecode"] * 2), True)
    thrice = zlib.compress(zlib.compress(bomb))
    yield HostileFile("inflating three times", "evidence", _with_stream(thrice, ["Fl", "FlateDecode", "Fl"]), True)
    yield HostileFile("ten filters", "evidence", _with_stream(bomb, ["FlateDecode"] * 10), True)
    yield HostileFile("run lengths", "evidence", _with_stream(b"\x81\0" * _MB + b"\x80", ["RunLengthDecode"]), True)
    yield HostileFile(
        "run lengths twice",
        "evidence",
        _with_stream(zlib.compress(b"\x81\0" * _MB), ["FlateDecode", "RunLengthDecode"]),
        True,
    )
    yield HostileFile(
        "ascii85 z",
        "evidence",
        _with_stream(zlib.compress(b"z" * 20 * _MB + b"~>"), ["FlateDecode", "ASCII85Decode"]),
        True,
    )
    yield HostileFile(
        "hexadecimal", "evidence", _with_stream(zlib.compress(b"0" * 150 * _MB), ["FlateDecode", "AHx"]), True
    )
    yield HostileFile("lzw noise", "evidence", _with_stream(bytes(range(256)) * 4000, ["LZWDecode"]), None)
    yield HostileFile("unknown filter", "evidence", _with_stream(bomb, ["ZstdDecode"]), True)
    yield HostileFile("photo, then inflating", "evidence", _with_stream(bomb, ["DCTDecode", "FlateDecode"]), True)

    def many(document: Pdf, page: pikepdf.Page) -> None:
        page.Many = Array(
            [document.make_indirect(Stream(document, _zeros(5), Filter=Name.FlateDecode)) for _ in range(20)]
        )

    yield HostileFile(
        "twenty streams of 5 MB", "evidence", _document(many, stream_decode_level=pikepdf.StreamDecodeLevel.none), True
    )
    for kind in ("ObjStm", "XRef"):
        yield HostileFile(f"inflating {kind}", "evidence", _raw_pdf_with_bomb(kind), True)


def _raw_pdf_with_bomb(kind: str) -> bytes:
    """Return a document whose object stream or cross-reference stream inflates to 400 MB."""
    bomb = _zeros(400)
    start = b"%PDF-1.7\n"
    head = f"1 0 obj\n<</Type/{kind}/N 1000000/First 10/Size 100000000/W[1 2 1]/Root 2 0 R"
    head += f"/Filter/FlateDecode/Length {len(bomb)}>>\nstream\n"
    body = start + head.encode() + bomb + b"\nendstream\nendobj\n"
    body += b"2 0 obj\n<</Type/Catalog/Pages 5 0 R>>\nendobj\n"
    return body + b"startxref\n" + str(len(start)).encode() + b"\n%%EOF\n"


def _pdf_structures() -> Iterator[HostileFile]:
    yield HostileFile("101 pages", "evidence", pdf(pages=101), True)
    yield HostileFile("password", "evidence", pdf(encryption=pikepdf.Encryption(user="u", owner="o")), True)

    def objects(document: Pdf, page: pikepdf.Page) -> None:
        page.Many = Array([document.make_indirect(Dictionary(A=n)) for n in range(20_100)])

    yield HostileFile("20,100 objects", "evidence", _document(objects), True)
    catalog = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    end = b"\ntrailer<</Root 1 0 R/Size 9>>\n%%EOF\n"
    for name, pages in {
        "page tree in a circle": b"2 0 obj<</Type/Pages/Count 5/Kids[2 0 R 2 0 R]>>endobj",
        "count that lies": b"2 0 obj<</Type/Pages/Count 2147483647/Kids[]>>endobj",
        "negative count": b"2 0 obj<</Type/Pages/Count -1/Kids[3 0 R]>>endobj 3 0 obj<</Type/Page>>endobj",
        "no pages": b"",
        "deep arrays": b"2 0 obj " + b"[" * 200_000 + b"]" * 200_000 + b" endobj",
        "deep dictionaries": b"2 0 obj " + b"<</A " * 100_000 + b"1" + b">>" * 100_000 + b" endobj",
        "length of itself": b"2 0 obj<</Length 2 0 R>>stream\nabc\nendstream endobj",
        "length that lies": b"2 0 obj<</Length 99999999>>stream\nabc\nendstream endobj",
        "string without an end": b"2 0 obj (" + b"(" * 100_000,
        "a million references": b"2 0 obj [" + b"1 0 R " * 1_000_000 + b"] endobj",
        "object numbers": b"2147483647 0 obj<<>>endobj 2 0 obj<</Type/Pages/Kids[]>>endobj",
    }.items():
        yield HostileFile(name, "evidence", catalog + pages + end, True)


def _pdf_photos() -> Iterator[HostileFile]:
    """Yield photos whose Exif has a mark, wrapped in filters in many ways."""
    exif = Image.Exif()
    exif[0x013B] = MARK.decode()
    jpeg = encoded(scene(1), "JPEG", exif=exif, comment=MARK)
    plain = encoded(scene(1))
    late = plain[:-2] + b"\xff\xe1" + struct.pack(">H", len(MARK) + 8) + b"Exif\0\0" + MARK + b"\xff\xd9"
    second = plain + jpeg
    xmp = b"http://ns.adobe.com/xap/1.0/\0" + MARK
    extra = (
        plain[:2]
        + b"".join(
            bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data
            for marker, data in [
                (0xE1, xmp),
                (0xED, b"Photoshop 3.0\0" + MARK),
                (0xE2, b"MPF\0" + MARK),
                (0xE0, b"JFXX\0" + MARK),
                (0xEF, MARK),
            ]
        )
        + plain[2:]
    )
    picture = {
        "Type": Name.XObject,
        "Subtype": Name.Image,
        "ColorSpace": Name.DeviceRGB,
        "BitsPerComponent": 8,
        "Width": 800,
        "Height": 600,
    }

    def wrapped(name: str, content: bytes, filters: list[str], is_refused: bool | None = None) -> HostileFile:
        return HostileFile(f"photo {name}", "evidence", _with_stream(content, filters, **picture), is_refused)

    for kind, photo in {
        "with Exif": jpeg,
        "with late Exif": late,
        "with a second photo": second,
        "with other segments": extra,
    }.items():
        yield wrapped(kind, photo, ["DCTDecode"], False)
        yield wrapped(f"{kind}, by a short name", photo, ["DCT"], False)
        yield wrapped(f"{kind}, inflated", zlib.compress(photo), ["FlateDecode", "DCTDecode"], False)
        yield wrapped(f"{kind}, short and inflated", zlib.compress(photo), ["Fl", "DCT"], False)
    yield wrapped("in ascii85", a85encode(jpeg) + b"~>", ["ASCII85Decode", "DCTDecode"], False)
    yield wrapped("in hexadecimal", jpeg.hex().encode() + b">", ["ASCIIHexDecode", "DCTDecode"], False)
    runs = b"".join(bytes((len(part) - 1,)) + part for part in (jpeg[n : n + 128] for n in range(0, len(jpeg), 128)))
    yield wrapped("in run lengths", runs + b"\x80", ["RunLengthDecode", "DCTDecode"], False)
    yield wrapped(
        "inflated twice", zlib.compress(zlib.compress(jpeg)), ["FlateDecode", "FlateDecode", "DCTDecode"], False
    )
    yield wrapped("in ascii85 and inflated", a85encode(zlib.compress(jpeg)) + b"~>", ["A85", "Fl", "DCT"], False)
    yield wrapped("that is none", b"no photo", ["DCTDecode"], True)
    yield wrapped("cut off", jpeg[:300], ["DCTDecode"], True)
    frame = jpeg.index(b"\xff\xc0") + 5
    yield wrapped(
        "of 65,500 x 65,500", jpeg[:frame] + struct.pack(">HH", 65_500, 65_500) + jpeg[frame + 4 :], ["DCTDecode"], True
    )
    box = struct.pack(">I", len(MARK) + 8) + b"uuid" + MARK
    jp2 = encoded(scene(1).resize((64, 64)), "JPEG2000")
    yield wrapped("as JPEG 2000", jp2[:12] + box + jp2[12:], ["JPXDecode"], False)
    yield wrapped(
        "as inflated JPEG 2000", zlib.compress(jp2[:12] + box + jp2[12:]), ["FlateDecode", "JPXDecode"], False
    )

    def inline(document: Pdf, page: pikepdf.Page) -> None:
        page.Contents = Stream(document, b"q BI /W 800 /H 600 /CS /RGB /BPC 8 /F /DCT ID " + jpeg + b"\nEI Q")

    def split(document: Pdf, page: pikepdf.Page) -> None:
        page.Contents = Array(
            [Stream(document, b"q BI /W 800 /H 600 /F"), Stream(document, b"/DCT ID " + jpeg + b"\nEI Q")]
        )

    yield HostileFile("inline photo", "evidence", _document(inline), True)
    yield HostileFile("inline photo in two parts", "evidence", _document(split), True)


# Spreadsheets and texts ---------------------------------------------------------------------------


def _zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


@cache
def _workbook() -> dict[str, bytes]:
    """Return the files of a small workbook."""
    book = Workbook()
    book.active.append(["姓名", "户号"])
    book.active.append(["张三", 1])
    file = io.BytesIO()
    book.save(file)
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


_SHEET, _STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_OPEN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_CLOSE = b"</sheetData></worksheet>"
_LAUGHS = (
    b"<!DOCTYPE l [<!ENTITY a 'ha'>"
    + b"".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>".encode() for n in range(9))
    + b"]>"
)


def _changed(**members: bytes) -> bytes:
    paths = {
        "sheet": _SHEET,
        "strings": _STRINGS,
        "styles": "xl/styles.xml",
        "book": "xl/workbook.xml",
        "extra": "extra.bin",
    }
    return _zipped(_workbook() | {paths[name]: content for name, content in members.items()})


def three_million_cells() -> bytes:
    """Return a workbook that takes many seconds to read."""
    row = b"<row>" + b"<c><v>1</v></c>" * 1000 + b"</row>"
    return _changed(sheet=_OPEN + row * 3000 + _CLOSE)


def _workbooks() -> Iterator[HostileFile]:
    strings = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    row = b"<row r='%d'><c r='A%d'><v>1</v></c></row>"
    lying = _changed(strings=strings + b"<si><t>" + b"a" * (5 * _MB) + b"</t></si></sst>")
    size = struct.pack("<I", len(strings + b"<si><t></t></si></sst>") + 5 * _MB)
    found: dict[str, tuple[bytes, bool | None]] = {
        "strings of 150 MB": (_changed(strings=strings + b"<si><t>" + b"a" * (150 * _MB)), True),
        "sheet of 150 MB": (_changed(sheet=_OPEN + b" " * (150 * _MB) + _CLOSE), True),
        "styles of 60 MB": (_changed(styles=b"<styleSheet>" + b"<a/>" * (15 * _MB)), True),
        "something of 150 MB": (_changed(extra=bytes(150 * _MB)), True),
        "three million cells": (three_million_cells(), True),
        "a million strings": (_changed(strings=strings + b"<si><t>a</t></si>" * 900_000 + b"</sst>"), None),
        "a million rows": (_changed(sheet=_OPEN + b"".join(row % (n, n) for n in range(1, 200_000)) + _CLOSE), True),
        "a row at the end": (_changed(sheet=_OPEN + row % (1_048_576, 1_048_576) + _CLOSE), True),
        "a row beyond the end": (_changed(sheet=_OPEN + row % (10**12, 10**12) + _CLOSE), True),
        "16,384 columns": (_changed(sheet=_OPEN + b"<row>" + b"<c><v>1</v></c>" * 16_384 + b"</row>" + _CLOSE), None),
        "a number of 100,000 digits": (
            _changed(sheet=_OPEN + b"<row><c><v>" + b"9" * 100_000 + b"</v></c></row>" + _CLOSE),
            None,
        ),
        "a string that is not there": (_changed(sheet=_OPEN + b"<row><c t='s'><v>999</v></c></row>" + _CLOSE), True),
        "entities in strings": (_changed(strings=_LAUGHS + strings + b"<si><t>&j;</t></si></sst>"), None),
        "entities in the sheet": (
            _changed(sheet=_LAUGHS + _OPEN + b"<row><c t='str'><v>&j;</v></c></row>" + _CLOSE),
            None,
        ),
        "a file of the machine": (
            _changed(
                strings=b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
                + strings
                + b"<si><t>&x;</t></si></sst>"
            ),
            None,
        ),
        "deep elements": (_changed(sheet=_OPEN + b"<a>" * 200_000), True),
        "dimensions that lie": (
            _changed(sheet=_OPEN.replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>') + _CLOSE),
            None,
        ),
        "10,000 members": (_zipped(_workbook() | {f"x{n}": b"" for n in range(10_000)}), True),
        "no sheet": (_zipped({name: data for name, data in _workbook().items() if name != _SHEET}), True),
        "no content": (_zipped({}), True),
        "only a header": (b"PK\x03\x04" + bytes(26), True),
        "sizes that lie": (lying.replace(size, struct.pack("<I", 100)), True),
        "a zip within": (_zipped({"xl/workbook.xml": _zipped({"a": bytes(_MB)})}), True),
        "paths outside": (_zipped(_workbook() | {"../../../../tmp/outside": b"x"}), None),
    }
    for name, (content, is_refused) in found.items():
        for target in ("roster", "rulebook"):
            yield HostileFile(
                f"workbook with {name}", target, content, is_refused or (True if target == "rulebook" else None)
            )


def _texts() -> Iterator[HostileFile]:
    for name, content in {
        "11 MB without a line": b"a" * 11 * _MB,
        "11 MB of commas": b"," * 11 * _MB,
        "11 MB of lines": b"a\n" * (11 * _MB // 2),
        "11 MB of quotes": b'"' * 11 * _MB,
        "a quote without an end": b'a,"' + b"b" * 1000,
        "nulls": b"a,b\0\0,c\n" * 10,
        "UTF-16": "姓名,户号\n".encode("utf-16"),
        "no encoding": bytes(range(128, 256)) * 10,
        "a jpeg": encoded(scene(1)),
        "a pdf": pdf(),
    }.items():
        yield HostileFile(f"text of {name}", "roster", content)
    yield HostileFile("text as a rulebook", "rulebook", b"a,b\n" * 10, True)


# Broken files -------------------------------------------------------------------------------------


def _broken(count: int) -> Iterator[HostileFile]:
    """Yield files that end early, and files in which bytes were changed at random."""
    small = scene(1).resize((120, 90))
    whole: list[tuple[str, Target, bytes]] = [
        *((kind, "evidence", encoded(small, kind)) for kind in ("JPEG", "PNG", "WEBP", "HEIF")),
        ("pdf", "evidence", pdf()),
        ("workbook", "roster", _changed()),
        ("workbook", "rulebook", _changed()),
    ]
    for name, target, content in whole:
        rng = random.Random(name + target)
        for n in range(count // 2):
            yield HostileFile(f"{name} cut off {n}", target, content[: rng.randint(1, len(content) - 1)])
        for n in range(count):
            changed = bytearray(content)
            for _ in range(rng.choice((1, 4, 32))):
                changed[rng.randrange(len(changed))] = rng.randrange(256)
            yield HostileFile(f"{name} changed {n}", target, bytes(changed))
