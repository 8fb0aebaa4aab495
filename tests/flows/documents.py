"""Read the Excel and PDF files that the gateway returns."""

import io
from typing import Any

from openpyxl import load_workbook
from pypdf import PdfReader


def xlsx_rows(content: bytes) -> list[tuple[Any, ...]]:
    """Return the rows of a workbook's active sheet, the heading first."""
    return list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))


def pdf_text(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
