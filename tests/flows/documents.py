"""Read the Excel and PDF files that the gateway returns."""

import io
from datetime import datetime
from typing import Any

from openpyxl import load_workbook
from pypdf import PdfReader


def xlsx_rows(content: bytes) -> list[tuple[Any, ...]]:
    """Return the rows of a workbook's active sheet, the heading first; days as ISO dates."""
    rows = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    return [tuple(cell.date().isoformat() if isinstance(cell, datetime) else cell for cell in row) for row in rows]


def pdf_text(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
