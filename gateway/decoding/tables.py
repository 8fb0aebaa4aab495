"""Reads uploaded workbooks and text files into sheets of plain cells. Runs in decoding workers.

The sheets travel as JSON; `tabular` finds the headings in them and reads the rows.
"""

import csv
import datetime
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from contracts.errors import Invalid, Refusal, RosterInvalid, RulebookInvalid

_MAX_TEXT_LENGTH = 200
_MB = 1024 * 1024
_MAX_MEMBERS = 500
_MAX_SHEETS = 10
_MAX_TITLE_ROWS = 20
"""Rows above the headings, beside the rows that a table may have."""
_PIECE = 64 * 1024
_SEPARATORS = (",", "\t", ";", "|", "，")
_MERGED_CELLS = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_MAX_MERGED_CELLS = 20_000
_MAX_CONTENT_BYTES = 24 * _MB
"""Of all sheets as JSON."""


@dataclass(frozen=True)
class _Kind:
    """A kind of table: what refuses it, and its limits. A member is a file in the workbook's archive."""

    refusal: type[Refusal]
    rows: int
    columns: int
    too_many_rows: str
    max_member_bytes: int
    max_shared_strings: int
    max_unpacked: int


_ROSTER = _Kind(RosterInvalid, 20_000, 30, "一次最多导入 20000 行，请分成几个文件", 48 * _MB, 16 * _MB, 64 * _MB)
_RULEBOOK = _Kind(RulebookInvalid, 500, 50, "最多 500 个项目", 8 * _MB, 4 * _MB, 16 * _MB)
_RECONCILIATION = _Kind(Invalid, 5_000, 30, "一次最多 5000 行", 16 * _MB, 8 * _MB, 32 * _MB)


def decode_roster(upload: bytes) -> tuple[dict[str, Any], bytes]:
    """Return no facts, and the sheets of a roster as JSON. Raise RosterInvalid if it is not a table."""
    return {}, _decode(upload, _ROSTER)


def decode_rulebook(upload: bytes) -> tuple[dict[str, Any], bytes]:
    """Return no facts, and the sheets of a rulebook as JSON. Raise RulebookInvalid if it is not a table."""
    return {}, _decode(upload, _RULEBOOK)


def decode_reconciliation(upload: bytes) -> tuple[dict[str, Any], bytes]:
    """Return no facts, and the sheets of a merchant's own books as JSON. Raise Invalid if it is not a table."""
    return {}, _decode(upload, _RECONCILIATION)


def _decode(upload: bytes, kind: _Kind) -> bytes:
    sheets = _workbook(upload, kind) if upload.startswith(b"PK") else [("", _text_rows(upload, kind))]
    sheets = [(name, rows) for name, rows in sheets if rows]
    if not sheets:
        raise kind.refusal("文件是空的")
    if any(len(rows) > kind.rows + _MAX_TITLE_ROWS for _, rows in sheets):
        raise kind.refusal(kind.too_many_rows, facts={"max_rows": kind.rows})
    return _as_json([{"name": name, "rows": rows} for name, rows in sheets], kind)


def _workbook(upload: bytes, kind: _Kind) -> list[tuple[str, list[list[Any]]]]:
    with _open(upload, kind) as workbook, zipfile.ZipFile(io.BytesIO(upload)) as archive:
        sheets = []
        for sheet in workbook.worksheets[:_MAX_SHEETS]:
            cells = sheet.iter_rows(max_row=kind.rows + _MAX_TITLE_ROWS + 1, max_col=kind.columns, values_only=True)
            rows = [[_plain(value) for value in row] for row in cells]
            _fill_merged_cells(rows, archive.read(sheet._worksheet_path))  # the file of the sheet has no public name
            sheets.append((str(sheet.title), _trimmed(rows)))
        return sheets


@contextmanager
def _open(upload: bytes, kind: _Kind) -> Iterator[Any]:
    """Open a workbook for reading row by row, after measuring every file in it."""
    try:
        _measure(upload, kind)
        yield load_workbook(io.BytesIO(upload), read_only=True, data_only=True, keep_links=False)
    except (Refusal, MemoryError):
        raise
    except Exception as error:
        # openpyxl raises many exceptions for broken files: KeyError, ValueError, zlib.error, ParseError …
        raise kind.refusal("不是有效的 xlsx 表格") from error


def _fill_merged_cells(rows: list[list[Any]], sheet: bytes) -> None:
    """Repeat the value of merged cells downwards: a household's code that stands beside all its members."""
    for found in [*_MERGED_CELLS.finditer(sheet)][:_MAX_MERGED_CELLS]:
        column, top, _, bottom = range_boundaries(found[1].decode())
        if top - 1 < len(rows) and column - 1 < len(rows[top - 1]):
            value = rows[top - 1][column - 1]
            for row in rows[top : min(bottom, len(rows))]:
                if column - 1 < len(row):
                    row[column - 1] = value


def _measure(upload: bytes, kind: _Kind) -> None:
    """Raise a refusal that names the limit when a file inflates to too much, whatever the archive's headers say."""
    total = 0
    with zipfile.ZipFile(io.BytesIO(upload)) as archive:
        members = archive.infolist()
        if len(members) > _MAX_MEMBERS:
            raise kind.refusal("表格过大", facts={"max_members": _MAX_MEMBERS})
        for member in members:
            is_strings = member.filename.lower().endswith("sharedstrings.xml")
            limit = kind.max_shared_strings if is_strings else kind.max_member_bytes
            size = _inflated_size(archive, member, limit)
            total += size
            if size > limit or total > kind.max_unpacked:
                limit = limit if size > limit else kind.max_unpacked
                raise kind.refusal(f"表格过大：解压后不能超过 {limit // _MB} MB", facts={"max_inflated_bytes": limit})


def _inflated_size(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> int:
    """Return the real size of a file, or one above `limit`. Raise BadZipFile when its header lies."""
    if member.file_size > limit:
        return member.file_size
    size = 0
    with archive.open(member) as file:
        while piece := file.read(_PIECE):
            size += len(piece)
    return size


def _text_rows(upload: bytes, kind: _Kind) -> list[list[Any]]:
    text = _text(upload, kind)
    csv.field_size_limit(len(text) + 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True, skipinitialspace=True)
    rows: list[list[Any]] = []
    try:
        for row in reader:
            rows.append([_plain(value) for value in row[: kind.columns]])
            if len(rows) > kind.rows + _MAX_TITLE_ROWS:
                break
    except csv.Error as error:
        raise kind.refusal(f"第 {reader.line_num} 行的引号不成对，或引号后还有内容") from error
    return _trimmed(rows)


def _text(upload: bytes, kind: _Kind) -> str:
    """Return the text of a file in an encoding that spreadsheet programs write, with line ends as line feeds."""
    unicode_text = upload.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if unicode_text else ("utf-8-sig", "gb18030"):
        try:
            text = upload.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise kind.refusal("无法识别文件：请上传 xlsx，或 UTF-8、UTF-16、GB18030 编码的文本表格")


def _separator(text: str) -> str:
    """Return the separator that divides most of the first lines into equally many cells."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text.split("\n", 30)[:30] if line.strip()]

    def fit(separator: str) -> tuple[int, int]:
        counts = Counter(count for line in lines if (count := line.count(separator)))
        (count, times), *_ = counts.most_common(1) or [(0, 0)]
        return times, count

    return max(_SEPARATORS, key=fit)


def _trimmed(rows: list[list[Any]]) -> list[list[Any]]:
    """Return the rows without empty cells at the end of each, and without empty rows at the end."""
    for row in rows:
        while row and row[-1] in (None, ""):
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _plain(value: Any) -> Any:
    match value:
        case datetime.datetime():
            return value.date().isoformat() if value.time() == datetime.time() else value.isoformat()
        case datetime.date() | datetime.time():
            return value.isoformat()
        case bool() | int() | None:
            return value
        case float():
            return int(value) if value.is_integer() else str(value)
        case _:
            return str(value)[:_MAX_TEXT_LENGTH]


_SURROGATE = re.compile("[\ud800-\udfff]")


def _as_json(sheets: Iterable[dict[str, Any]], kind: _Kind) -> bytes:
    text = json.dumps(sheets, ensure_ascii=False)
    content = _SURROGATE.sub("�", text).encode()
    if len(content) > _MAX_CONTENT_BYTES:
        raise kind.refusal(
            f"表格过大：内容不能超过 {_MAX_CONTENT_BYTES // _MB} MB", facts={"max_content_bytes": _MAX_CONTENT_BYTES}
        )
    return content
