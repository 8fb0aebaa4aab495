"""PDF documents with metadata, actions and attachments, for the tests of evidence."""

import io
from functools import cache
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image

from tests.gateway.image_samples import encoded, scene


@cache
def pdf(pages: int = 1, **save_options: Any) -> bytes:
    """Return a document with a camera's picture on each page, an author, a script, a link and an attachment."""
    document = Pdf.new()
    picture = _photo(document)
    for _ in range(pages):
        page = document.add_blank_page(page_size=(400, 300))
        page.Resources = Dictionary(XObject=Dictionary(A=picture))
        page.Contents = Stream(document, b"400 0 0 300 0 0 cm /A Do")
        link = Dictionary(S=Name.URI, URI=b"https://example.com/")
        page.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=link)])
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=b"alert(1)")
    document.attachments["secret.exe"] = b"MZ secret.exe"
    with document.open_metadata() as metadata:
        metadata["dc:creator"] = ["Somebody"]
    document.docinfo["/Author"] = "Somebody"
    output = io.BytesIO()
    document.save(output, deterministic_id="encryption" not in save_options, **save_options)
    return output.getvalue()


def uncompressed(document: bytes) -> bytes:
    """Return the document with uncompressed streams, to search text in it."""
    with pikepdf.open(io.BytesIO(document)) as opened:
        output = io.BytesIO()
        opened.save(
            output,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=False,
        )
    return output.getvalue()


def _photo(document: Pdf) -> Stream:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[0x1D] = "GPS"
    exif[0x013B] = "Somebody"
    content = encoded(scene(1), "JPEG", exif=exif, comment=b"GPS")
    attributes = {"ColorSpace": Name.DeviceRGB, "BitsPerComponent": 8, "Width": 800, "Height": 600}
    return Stream(document, content, Type=Name.XObject, Subtype=Name.Image, Filter=Name.DCTDecode, **attributes)
