"""Workbooks that can be read, filtered and printed as they are.

The lines of all sheets arrive as JSON, one array a line; `sheets` says whose they are.
"""

import io
import json
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from itertools import chain, islice
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.properties import PageSetupProperties

from gateway.documents.sheets import Sheet
from tabular.table import letters

_MEASURED_ROWS = 200
"""Rows from the top whose texts make a column's width."""
_A4 = 9
"""In the numbers of OOXML for paper."""
_MOST_CHARACTERS = 32_767
"""Of a cell; spreadsheet programs refuse more."""
_WIDTHS = range(6, 51)
"""Widths of columns in characters of a Latin letter's width."""

Row = list[Any]


def write_workbook(lines: bytes, sheets: list[Sheet]) -> tuple[dict[str, Any], bytes]:
    """Return no facts, and the workbook. Text cells are never formulas."""
    workbook = Workbook(write_only=True)
    rows: Iterator[Row] = (json.loads(line) for line in io.BytesIO(lines))
    for sheet in sheets:
        _add_sheet(workbook, sheet, islice(rows, sheet["lines"]))
    file = io.BytesIO()
    workbook.save(file)
    return {}, file.getvalue()


def _add_sheet(workbook: Workbook, described: Sheet, rows: Iterator[Row]) -> None:
    sheet = workbook.create_sheet(described["name"][:31])
    headings, days = described["headings"], described["days"]
    first = [*islice(rows, _MEASURED_ROWS)]
    _lay_out(sheet, headings, first, described.get("widths"))
    sheet.append(_heading_cells(sheet, headings))
    for row in chain(first, rows):
        sheet.append([_cell(sheet, value, index in days) for index, value in enumerate(row)])
    if headings:
        sheet.auto_filter.ref = f"A1:{letters(len(headings) - 1)}{described['lines'] + 1}"


def _lay_out(sheet: Any, headings: list[str], rows: list[Row], widths: list[int] | None) -> None:
    """Set widths by the first rows, keep the headings in view and on every page, and print as wide as the paper."""
    for index, heading in enumerate(headings):
        sheet.column_dimensions[letters(index)].width = widths[index] if widths else _measured(heading, rows, index)
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape" if len(headings) > 6 else "portrait"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"


def _measured(heading: str, rows: list[Row], index: int) -> int:
    widest = max(_width(heading) + 4, *(_width(row[index]) + 2 for row in rows), 0)
    return min(max(widest, _WIDTHS.start), _WIDTHS.stop - 1)


def _width(value: Any) -> int:
    """Return the width of a text; Chinese characters count twice."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in str(value or ""))


def _heading_cells(sheet: Any, headings: list[str]) -> Iterator[Any]:
    for heading in headings:
        cell = WriteOnlyCell(sheet, value=heading)
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
