"""PDF documents as answers. The templates are beside this module; `gateway.documents` makes documents of them."""

import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import segno
from flask import Response, current_app

from gateway.documents import fonts
from gateway.documents.pool import document_pool

MEDIA_TYPE = "application/pdf"


def response(name: str, template: str, data: Mapping[str, Any], *, keep: bool = False) -> Response:
    """Make a document of a template and return the PDF as a download called `name`.pdf.

    `keep` one that everybody may read in memory, so that equal data make it once.
    """
    disposition = f"inline; filename*=UTF-8''{quote(name)}.pdf"
    document = document_pool().pdf(template, data, keep=keep)
    return Response(document, mimetype=MEDIA_TYPE, headers={"Content-Disposition": disposition})


def qr_svg(text: str) -> str:
    """Return a QR code of `text` as SVG."""
    image = io.BytesIO()
    segno.make(text, error="m", micro=False).save(image, kind="svg", border=2, xmldecl=False)
    return image.getvalue().decode()


def unprintable_characters(text: str) -> str:
    """Return the characters of a text that no installed font has, so that they would be printed as boxes."""
    return fonts.missing_characters(text, str(current_app.config["SETTINGS"].font_folder))
