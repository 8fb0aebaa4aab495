"""Headings are found by synonym and below titles; errors name the cell, what is expected and what was found."""

from collections.abc import Sequence

import pytest

from tabular import CellError, Column, Record, Sheet, locate, read
from tabular.cells import Cell, whole
from tabular.table import letters

COLUMNS = (
    Column("姓名", ("名字",), field="name", required=True),
    Column("手机号", ("电话", "联系方式"), field="phone"),
    Column("分值", field="points", parse=whole(1, 100), required=True),
)


def rows_read(*rows: Sequence[Cell], **options: bool) -> tuple[list[Record], list[CellError]]:
    return read(locate([Sheet("", rows)], COLUMNS), COLUMNS, **options)


def test_headings_are_found_by_synonym_whatever_marks_they_have() -> None:
    records, errors = rows_read(["名 字*", "联系方式（选填）", "分值："], ["张三", 13800000001, 5])

    assert errors == []
    assert records == [Record(2, {"name": "张三", "phone": "13800000001", "points": 5})]


def test_titles_and_a_sheet_of_instructions_are_passed_over() -> None:
    instructions = Sheet("填写说明", [["请把姓名填在第一列"], ["姓名"]])
    data = Sheet("名单", [["长安社区"], [], ["姓名", "分值"], ["张三", 5]])

    table = locate([instructions, data], COLUMNS)

    assert (table.names, table.rows, table.first_row) == (["姓名", "分值"], [["张三", 5]], 4)


def test_an_error_names_the_cell_what_is_expected_and_what_was_found() -> None:
    _, errors = rows_read(["姓名", "分值"], ["张三", 5], [], ["李四", "五百"])

    assert errors == [CellError(4, "分值", "B4", "应为 1 到 100 的整数；读到“五百”", "points")]


def test_an_error_that_a_whole_column_has_is_reported_once() -> None:
    _, errors = rows_read(["姓名", "分值"], ["张三", "a"], ["李四", "b"], ["", "c"], ["王五", 1000])

    assert [(error.cell, "该列 4 行都有误" in error.detail) for error in errors] == [("B2", True), ("A4", False)]


def test_what_stands_beside_the_headings_is_an_error() -> None:
    _, errors = rows_read(["姓名", "分值"], ["张三", "1", "000"])

    assert [(error.cell, error.column) for error in errors] == [("C2", "")]
    assert "读到“000”" in errors[0].detail


@pytest.mark.parametrize(
    ("names", "wrong"),
    [
        (["姓名", "电话"], [("分值", "A1")]),
        (["姓名", "分值", "颜色"], [("颜色", "C1")]),
        (["姓名", "分值", "电话", "联系方式"], [("手机号", "C1")]),
    ],
    ids=["missing", "unknown", "twice"],
)
def test_missing_unknown_and_repeated_columns_are_named(names: list[str], wrong: list[tuple[str, str]]) -> None:
    _, errors = rows_read(names, ["张三", 1])

    assert [(error.column, error.cell) for error in errors] == wrong


def test_unknown_columns_may_be_allowed() -> None:
    records, errors = rows_read(["姓名", "颜色", "分值", "颜色"], ["张三", "红", 1, "绿"], allow_unknown=True)

    assert (errors, records) == ([], [Record(2, {"name": "张三", "points": 1})])


def test_a_file_without_headings_is_one_error_that_names_those_expected() -> None:
    _, errors = rows_read(["张三#5"], ["李四#6"])

    assert [error.cell for error in errors] == ["A1"]
    assert "姓名、分值" in errors[0].detail
    assert "分隔符" in errors[0].detail
    assert "张三#5" in errors[0].detail


def test_columns_have_the_letters_of_spreadsheets() -> None:
    assert [letters(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
