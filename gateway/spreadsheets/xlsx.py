"""Lists as xlsx downloads that can be read, filtered and printed as they are."""

import io
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from itertools import chain, islice
from typing import Any
from urllib.parse import quote

from flask import Response
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.properties import PageSetupProperties

from tabular.table import letters

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MEASURED_ROWS = 200
"""Rows from the top whose texts make a column's width."""
_A4 = 9
"""In the numbers of OOXML for paper."""
_MOST_CHARACTERS = 32_767
"""Of a cell; spreadsheet programs refuse more."""
_WIDTHS = range(6, 51)
"""Widths of columns in characters of a Latin letter's width."""


def response(
    name: str, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]], *, days: Collection[str] = ()
) -> Response:
    """Return a workbook `name`.xlsx with one sheet; `columns` maps fields of `rows` to headings.

    Fields in `days` hold ISO dates and become dates of the spreadsheet. Text cells are never formulas. An exception
    raised by iterating over `rows` is passed on.
    """
    workbook = Workbook(write_only=True)
    file = io.BytesIO()
    try:
        add_sheet(workbook, name, columns, rows, days=days)
    finally:
        workbook.save(file)  # even after an exception: it deletes openpyxl's temporary file
    disposition = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return Response(file.getvalue(), mimetype=MEDIA_TYPE, headers={"Content-Disposition": disposition})


def add_sheet(
    workbook: Workbook,
    name: str,
    columns: Mapping[str, str],
    rows: Iterable[Mapping[str, Any]],
    *,
    days: Collection[str] = (),
) -> None:
    """Add a sheet to a write-only workbook, as `response` describes it."""
    sheet = workbook.create_sheet(name[:31])
    rows = iter(rows)
    first = [*islice(rows, _MEASURED_ROWS)]
    _lay_out(sheet, columns, first)
    sheet.append(_headings(sheet, columns.values()))
    count = 1
    for row in chain(first, rows):
        sheet.append([_cell(sheet, row[field], field in days) for field in columns])
        count += 1
    if columns:
        sheet.auto_filter.ref = f"A1:{letters(len(columns) - 1)}{count}"


def _lay_out(sheet: Any, columns: Mapping[str, str], rows: list[Mapping[str, Any]]) -> None:
    """Set widths by the first rows, keep the headings in view and on every page, and print as wide as the paper."""
    for index, (field, heading) in enumerate(columns.items()):
        widest = max(_width(heading) + 4, *(_width(row[field]) + 2 for row in rows), 0)
        sheet.column_dimensions[letters(index)].width = min(max(widest, _WIDTHS.start), _WIDTHS.stop - 1)
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape" if len(columns) > 6 else "portrait"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"


def _width(value: Any) -> int:
    """Return the width of a text; Chinese characters count twice."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in str(value or ""))


def _headings(sheet: Any, titles: Iterable[str]) -> Iterator[Any]:
    for title in titles:
        cell = WriteOnlyCell(sheet, value=title)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(vertical="center")
        yield cell


def _cell(sheet: Any, value: Any, is_day: bool) -> Any:
    if not isinstance(value, str):
        return value
    if is_day:
        with suppress(ValueError):
            cell = WriteOnlyCell(sheet, value=date.fromisoformat(value))
            cell.number_format = "yyyy-mm-dd"
            return cell
    cell = WriteOnlyCell(sheet, value=value[:_MOST_CHARACTERS])
    cell.data_type = "s"
    return cell
