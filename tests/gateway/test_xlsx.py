"""Downloads can be read, filtered and printed as they are."""

import io
from datetime import datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from gateway.spreadsheets import xlsx

COLUMNS = {"day": "日期", "name": "姓名", "place": "地点"}
ROWS = [{"day": "2026-11-05", "name": "=1+1", "place": "长安社区第一网格二排十二号院东侧空地"}, dict.fromkeys(COLUMNS)]


@pytest.fixture(scope="module")
def sheet() -> Any:
    return load_workbook(io.BytesIO(xlsx.response("台账", COLUMNS, ROWS, days=("day",)).data)).active


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
    sheet = load_workbook(io.BytesIO(xlsx.response("台账", COLUMNS, []).data)).active

    assert list(sheet.values) == [("日期", "姓名", "地点")]
