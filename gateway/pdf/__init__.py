"""PDF documents from Typst templates, with Chinese fonts from a Python package so that nothing must be installed.

A template is a file `<name>.typ` in this folder. It begins with

    #import "base.typ": base, data
    #show: base

and reads the values given to `render` from `data`. To draw a QR code pass `qr_svg(text)` as `qr` and write
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

import segno
import typst
from flask import Response, current_app

from gateway.pdf import fonts

MEDIA_TYPE = "application/pdf"

_TEMPLATES = Path(str(files(__name__)))
_compiler_lock = threading.Lock()


def render(template: str, data: Mapping[str, Any]) -> bytes:
    """Render `<template>.typ` with `data` (JSON values) and return the PDF. Raise TypstError for a broken template."""
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    with _compiler_lock:  # a compiler is not thread-safe
        document = _compiler(template, _font_folder()).compile(format="pdf", sys_inputs=inputs)
    assert isinstance(document, bytes)
    return document


def response(name: str, template: str, data: Mapping[str, Any]) -> Response:
    """Render a template and return the PDF as a download called `name`.pdf."""
    disposition = f"inline; filename*=UTF-8''{quote(name)}.pdf"
    return Response(render(template, data), mimetype=MEDIA_TYPE, headers={"Content-Disposition": disposition})


def qr_svg(text: str) -> str:
    """Return a QR code of `text` as SVG."""
    image = io.BytesIO()
    segno.make(text, error="m", micro=False).save(image, kind="svg", border=2, xmldecl=False)
    return image.getvalue().decode()


def unprintable_characters(text: str) -> str:
    """Return the characters of a text that no installed font has, so that they would be printed as boxes."""
    return fonts.missing_characters(text, _font_folder())


def _font_folder() -> str:
    """Return the folder of further fonts that the settings of the current application name."""
    return str(current_app.config["SETTINGS"].font_folder) if current_app else fonts.DEFAULT_FOLDER


@functools.cache
def _compiler(template: str, font_folder: str) -> typst.Compiler:
    return typst.Compiler(
        _TEMPLATES / f"{template}.typ",
        root=_TEMPLATES,
        font_paths=list(fonts.folders(font_folder)),
        ignore_system_fonts=True,
    )
