"""A roster as people keep it, xlsx or csv, as rows of plain cells; what they mean is for the registry to say."""

import csv
import datetime
import io
import zipfile
from collections.abc import Iterable
from typing import Any

from openpyxl import load_workbook

from contracts.errors import RosterInvalid

Cell = str | int | bool | None

MOST_ROWS = 20_000
_MOST_COLUMNS = 30
_MOST_TEXT = 200
_LARGEST = 100 * 1024 * 1024


def read_roster(content: bytes) -> tuple[list[Cell], list[list[Cell]]]:
    """The first row and those below it; an empty row stays in its place. `RosterInvalid` when it is no table."""
    rows = _workbook(content) if content.startswith(b"PK") else _csv(content)
    if not rows:
        raise RosterInvalid("文件是空的")
    if len(rows) > MOST_ROWS + 1:
        raise RosterInvalid(f"一次最多导入 {MOST_ROWS} 行，请分成几个文件")
    return rows[0], rows[1:]


def _workbook(content: bytes) -> list[list[Cell]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > _LARGEST:
                raise RosterInvalid("表格过大")
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        return _plain(sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=_MOST_COLUMNS, values_only=True))
    except RosterInvalid:
        raise
    except Exception as error:
        # openpyxl raises whatever it likes on broken files: KeyError, ValueError, zlib.error, ParseError …
        raise RosterInvalid("不是有效的 xlsx 表格") from error


def _csv(content: bytes) -> list[list[Cell]]:
    for encoding in ("utf-8-sig", "gb18030"):  # what Excel saves in China
        try:
            text = content.decode(encoding)
            return _plain(csv.reader(io.StringIO(text, newline=""), strict=True))
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise RosterInvalid("不是有效的 csv 表格") from error
    raise RosterInvalid("无法识别文件：请上传 xlsx，或 UTF-8、GB18030 编码的 csv")


def _plain(rows: Iterable[Iterable[Any]]) -> list[list[Cell]]:
    plain: list[list[Cell]] = []
    for row in rows:
        plain.append(_trimmed([_cell(value) for value in row][:_MOST_COLUMNS]))
        if len(plain) > MOST_ROWS + 1:
            break
    while plain and not plain[-1]:
        plain.pop()
    return plain


def _trimmed(row: list[Cell]) -> list[Cell]:
    while row and row[-1] in (None, ""):
        row.pop()
    return row


def _cell(value: Any) -> Cell:
    match value:
        case datetime.datetime():
            return value.date().isoformat()
        case bool() | int() | None:
            return value
        case float():
            return int(value) if value.is_integer() else str(value)
        case _:
            return str(value)[:_MOST_TEXT]
