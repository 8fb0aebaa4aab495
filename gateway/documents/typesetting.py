"""PDFs from Typst templates, with Chinese fonts from a Python package so that nothing must be installed.

A template is a file `<name>.typ` in `gateway/pdf`. It begins with

    #import "base.typ": base, data
    #show: base

and reads the values given to it from `data`. To draw a QR code pass `qr_svg(text)` as `qr` and write
`#image(bytes(data.qr), format: "svg")`.
"""

import functools
import os
from pathlib import Path
from typing import Any

import typst

from gateway.documents import fonts

_TEMPLATES = Path(__file__).resolve().parent.parent / "pdf"
_WARM = ("publication", "statement", "certificate", "card", "announcement", "missing")


def warm_up() -> None:
    """Find fonts and templates. No document is made here: a compiler starts threads, which no child would have."""
    for template in _WARM:
        _compiler(template)


def typeset(data: bytes, template: str) -> tuple[dict[str, Any], bytes]:
    """Return no facts, and the PDF that `<template>.typ` makes of `data`, which is JSON.

    Raise TypstError for a broken template.
    """
    document = _compiler(template).compile(format="pdf", sys_inputs={"data": data.decode()})
    assert isinstance(document, bytes)
    return {}, document


@functools.cache
def _compiler(template: str) -> typst.Compiler:
    return typst.Compiler(
        _TEMPLATES / f"{template}.typ",
        root=_TEMPLATES,
        font_paths=list(fonts.folders(os.environ.get("FONT_FOLDER", fonts.DEFAULT_FOLDER))),
        ignore_system_fonts=True,
    )
