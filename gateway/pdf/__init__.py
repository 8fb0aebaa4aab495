"""Paper: PDF files for notice boards and pockets, in Chinese type that comes with a wheel, so nothing is installed.

A template is a file `<name>.typ` beside this one. It begins with

    #import "base.typ": base, data
    #show: base

and finds in `data` what `render` was given. To draw a QR code give it `qr_svg(text)` and write
`#image(bytes(data.qr), format: "svg")`.
"""

import functools
import io
import json
import threading
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

import manimgx_fonts_cjk
import segno
import typst
from flask import Response

MEDIA_TYPE = "application/pdf"

_TEMPLATES = Path(str(files(__name__)))
_one_at_a_time = threading.Lock()


def render(template: str, data: Mapping[str, Any]) -> bytes:
    """The PDF that `<template>.typ` makes of `data` (JSON values). What was broken in a template is `TypstError`."""
    given = json.dumps(data, ensure_ascii=False)
    with _one_at_a_time:  # a compiler belongs to one thread at a time
        made: bytes = _compiler(template).compile(format="pdf", sys_inputs={"data": given})
    return made


def response(name: str, template: str, data: Mapping[str, Any]) -> Response:
    """`render` as a download called `name`.pdf."""
    disposition = f"inline; filename*=UTF-8''{quote(name)}.pdf"
    return Response(render(template, data), mimetype=MEDIA_TYPE, headers={"Content-Disposition": disposition})


def qr_svg(text: str) -> str:
    """A QR code as SVG text."""
    image = io.BytesIO()
    segno.make(text, error="m", micro=False).save(image, kind="svg", border=2, xmldecl=False)
    return image.getvalue().decode()


@functools.cache
def _compiler(template: str) -> typst.Compiler:
    return typst.Compiler(
        _TEMPLATES / f"{template}.typ",
        root=_TEMPLATES,
        font_paths=[Path(manimgx_fonts_cjk.__file__).parent],
        ignore_system_fonts=True,
    )
