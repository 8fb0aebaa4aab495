"""Downloads can be read, filtered and printed as they are."""

import io
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from gateway.documents import workbooks
from gateway.spreadsheets import xlsx

COLUMNS = {"day": "日期", "name": "姓名", "place": "地点"}
ROWS = [{"day": "2026-11-05", "name": "=1+1", "place": "长安社区第一网格二排十二号院东侧空地"}, dict.fromkeys(COLUMNS)]


def written(rows: Iterable[dict[str, Any]]) -> Any:
    """Return the sheet with those rows, as a spreadsheet program opens it."""
    described, lines = xlsx.sheet("台账", COLUMNS, rows, days=("day",))
    content = [json.dumps(line).encode() + b"\n" for line in lines]
    _, workbook = workbooks.write_workbook(b"".join(content), [{**described, "lines": len(content)}])
    return load_workbook(io.BytesIO(workbook)).active


@pytest.fixture(scope="module")
def sheet() -> Any:
    return written(ROWS)


def test_days_are_dates_and_texts_never_formulas(sheet: Any) -> None:
    assert (sheet["A2"].value, sheet["A2"].number_format) == (datetime(2026, 11, 5), "yyyy-mm-dd")
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=1+1", "s")


def test_columns_are_as_wide_as_what_they_hold(sheet: Any) -> None:
    assert [sheet.column_dimensions[letter].width for letter in "ABC"] == [12, 8, 38]


def test_headings_stay_in_view_filter_and_are_printed_on_every_page(sheet: Any) -> None:
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:C3"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_a_list_without_rows_has_its_headings() -> None:
    sheet = written([])

    assert list(sheet.values) == [("日期", "姓名", "地点")]
