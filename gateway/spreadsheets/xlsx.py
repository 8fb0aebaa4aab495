"""Lists as xlsx downloads."""

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
    """Return a workbook `name`.xlsx with one sheet; `columns` maps fields of `rows` to headings.

    Text cells are never formulas. An exception raised by iterating over `rows` is passed on.
    """
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(name[:31])
    heading = [WriteOnlyCell(sheet, value=title) for title in columns.values()]
    for cell in heading:
        cell.font = Font(bold=True)
    sheet.append(heading)
    file = io.BytesIO()
    try:
        for row in rows:
            sheet.append([_cell(sheet, row[field]) for field in columns])
    finally:
        workbook.save(file)  # even after an exception: it deletes openpyxl's temporary file
    disposition = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return Response(file.getvalue(), mimetype=MEDIA_TYPE, headers={"Content-Disposition": disposition})


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    return cell
