"""Lists as Excel files."""

import io
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from flask import Response
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def response(name: str, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> Response:
    """A workbook `name`.xlsx of one sheet: `columns` is field → heading. Text stays text, never a formula.

    Raises what asking for `rows` raises.
    """
    book = Workbook(write_only=True)
    page = book.create_sheet(name[:31])
    heading = [WriteOnlyCell(page, value=title) for title in columns.values()]
    for cell in heading:
        cell.font = Font(bold=True)
    page.append(heading)
    file = io.BytesIO()
    try:
        for row in rows:
            page.append([_cell(page, row[field]) for field in columns])
    finally:
        book.save(file)  # of rows that were refused, too: it removes the file on disk in which they gather
    disposition = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return Response(file.getvalue(), mimetype=MEDIA_TYPE, headers={"Content-Disposition": disposition})


def _cell(page: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(page, value=value)
    cell.data_type = "s"
    return cell
