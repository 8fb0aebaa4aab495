"""Reads an uploaded roster, xlsx or csv, into rows of plain cells, which registry interprets."""

import csv
import datetime
import io
import zipfile
from collections.abc import Iterable
from typing import Any

from openpyxl import load_workbook

from contracts.errors import RosterInvalid

Cell = str | int | bool | None

MAX_ROWS = 20_000
_MAX_COLUMNS = 30
_MAX_TEXT_LENGTH = 200
_MAX_UNCOMPRESSED_BYTES = 100 * 1024 * 1024


def read_roster(content: bytes) -> tuple[list[Cell], list[list[Cell]]]:
    """Return the first row and the rows below it, empty rows included. Raise RosterInvalid if it is not a table."""
    rows = _read_workbook(content) if content.startswith(b"PK") else _read_csv(content)
    if not rows:
        raise RosterInvalid("文件是空的")
    if len(rows) > MAX_ROWS + 1:
        raise RosterInvalid(f"一次最多导入 {MAX_ROWS} 行，请分成几个文件")
    return rows[0], rows[1:]


def _read_workbook(content: bytes) -> list[list[Cell]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > _MAX_UNCOMPRESSED_BYTES:
                raise RosterInvalid("表格过大")
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        return _plain_rows(sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=_MAX_COLUMNS, values_only=True))
    except RosterInvalid:
        raise
    except Exception as error:
        # openpyxl raises many exceptions for broken files: KeyError, ValueError, zlib.error, ParseError …
        raise RosterInvalid("不是有效的 xlsx 表格") from error


def _read_csv(content: bytes) -> list[list[Cell]]:
    for encoding in ("utf-8-sig", "gb18030"):  # the encodings Excel uses in China
        try:
            text = content.decode(encoding)
            return _plain_rows(csv.reader(io.StringIO(text, newline=""), strict=True))
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise RosterInvalid("不是有效的 csv 表格") from error
    raise RosterInvalid("无法识别文件：请上传 xlsx，或 UTF-8、GB18030 编码的 csv")


def _plain_rows(rows: Iterable[Iterable[Any]]) -> list[list[Cell]]:
    """Return the rows as plain cells, without empty rows at the end; stop one row after the limit."""
    plain: list[list[Cell]] = []
    for row in rows:
        plain.append(_without_trailing_blanks([_plain_cell(value) for value in row][:_MAX_COLUMNS]))
        if len(plain) > MAX_ROWS + 1:
            break
    while plain and not plain[-1]:
        plain.pop()
    return plain


def _without_trailing_blanks(row: list[Cell]) -> list[Cell]:
    while row and row[-1] in (None, ""):
        row.pop()
    return row


def _plain_cell(value: Any) -> Cell:
    match value:
        case datetime.datetime():
            return value.date().isoformat()
        case bool() | int() | None:
            return value
        case float():
            return int(value) if value.is_integer() else str(value)
        case _:
            return str(value)[:_MAX_TEXT_LENGTH]
