"""Reads uploaded spreadsheets and CSV files into rows of plain cells. Runs in decoding workers.

The rows travel as JSON; `gateway.spreadsheets` interprets them.
"""

import csv
import datetime
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from openpyxl import load_workbook

from contracts.errors import Refusal, RosterInvalid, RulebookInvalid
from gateway.decoding.frames import MAX_CONTENT_BYTES

ROSTER_ROWS, ROSTER_COLUMNS = 20_000, 30
RULEBOOK_ITEMS, RULEBOOK_COLUMNS = 500, 50
_MAX_TEXT_LENGTH = 200
_MB = 1024 * 1024
_MAX_MEMBERS = 500
_MAX_MEMBER_BYTES = {"roster": 48 * _MB, "rulebook": 8 * _MB}
"""Of the largest file in a workbook, which is a sheet or the shared strings."""
_MAX_SHARED_STRINGS = {"roster": 16 * _MB, "rulebook": 4 * _MB}
_MAX_UNPACKED = {"roster": 64 * _MB, "rulebook": 16 * _MB}
_PIECE = 64 * 1024


def decode_roster(upload: bytes) -> tuple[dict[str, Any], bytes]:
    """Return no facts, and the rows of an xlsx or csv file as JSON. Raise RosterInvalid if it is not a table."""
    rows = _roster_workbook(upload) if upload.startswith(b"PK") else _csv_rows(upload)
    if not rows:
        raise RosterInvalid("文件是空的")
    if len(rows) > ROSTER_ROWS + 1:
        raise RosterInvalid(f"一次最多导入 {ROSTER_ROWS} 行，请分成几个文件", facts={"max_rows": ROSTER_ROWS})
    return {}, _as_json(rows, RosterInvalid)


def decode_rulebook(upload: bytes) -> tuple[dict[str, Any], bytes]:
    """Return no facts, and the rows of an xlsx file as JSON. Raise RulebookInvalid if it is not a table."""
    with _open_sheet(upload, "rulebook", RulebookInvalid) as sheet:
        rows = [
            [_json_cell(value) for value in row]
            for row in sheet.iter_rows(max_row=RULEBOOK_ITEMS + 2, max_col=RULEBOOK_COLUMNS, values_only=True)
        ]
    if len(rows) > RULEBOOK_ITEMS + 1:
        raise RulebookInvalid(f"最多 {RULEBOOK_ITEMS} 个项目", facts={"max_items": RULEBOOK_ITEMS})
    return {}, _as_json(rows, RulebookInvalid)


def _roster_workbook(upload: bytes) -> list[list[Any]]:
    with _open_sheet(upload, "roster", RosterInvalid) as sheet:
        return _plain_rows(sheet.iter_rows(max_row=ROSTER_ROWS + 2, max_col=ROSTER_COLUMNS, values_only=True))


@contextmanager
def _open_sheet(upload: bytes, kind: str, refusal: type[Refusal]) -> Iterator[Any]:
    """Open the first sheet for reading row by row, after measuring every file in the workbook."""
    try:
        _measure(upload, kind, refusal)
        workbook = load_workbook(io.BytesIO(upload), read_only=True, data_only=True, keep_links=False)
        yield workbook.worksheets[0]
    except (Refusal, MemoryError):
        raise
    except Exception as error:
        # openpyxl raises many exceptions for broken files: KeyError, ValueError, zlib.error, ParseError …
        raise refusal("不是有效的 xlsx 表格") from error


def _measure(upload: bytes, kind: str, refusal: type[Refusal]) -> None:
    """Raise a refusal that names the limit when a file inflates to too much, whatever the archive's headers say."""
    total = 0
    with zipfile.ZipFile(io.BytesIO(upload)) as archive:
        members = archive.infolist()
        if len(members) > _MAX_MEMBERS:
            raise refusal("表格过大", facts={"max_members": _MAX_MEMBERS})
        for member in members:
            is_strings = member.filename.lower().endswith("sharedstrings.xml")
            limit = _MAX_SHARED_STRINGS[kind] if is_strings else _MAX_MEMBER_BYTES[kind]
            size = _inflated_size(archive, member, limit)
            total += size
            if size > limit or total > _MAX_UNPACKED[kind]:
                limit = limit if size > limit else _MAX_UNPACKED[kind]
                raise refusal(f"表格过大：解压后不能超过 {limit // _MB} MB", facts={"max_inflated_bytes": limit})


def _inflated_size(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> int:
    """Return the real size of a file, or one above `limit`. Raise BadZipFile when its header lies."""
    if member.file_size > limit:
        return member.file_size
    size = 0
    with archive.open(member) as file:
        while piece := file.read(_PIECE):
            size += len(piece)
    return size


def _csv_rows(upload: bytes) -> list[list[Any]]:
    for encoding in ("utf-8-sig", "gb18030"):  # the encodings Excel uses in China
        try:
            text = upload.decode(encoding)
            return _plain_rows(csv.reader(io.StringIO(text, newline=""), strict=True))
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise RosterInvalid("不是有效的 csv 表格") from error
    raise RosterInvalid("无法识别文件：请上传 xlsx，或 UTF-8、GB18030 编码的 csv")


def _plain_rows(rows: Iterable[Iterable[Any]]) -> list[list[Any]]:
    """Return the rows as plain cells, without empty rows at the end; stop one row after the limit."""
    plain: list[list[Any]] = []
    for row in rows:
        plain.append(_without_trailing_blanks([_roster_cell(value) for value in row][:ROSTER_COLUMNS]))
        if len(plain) > ROSTER_ROWS + 1:
            break
    while plain and not plain[-1]:
        plain.pop()
    return plain


def _without_trailing_blanks(row: list[Any]) -> list[Any]:
    while row and row[-1] in (None, ""):
        row.pop()
    return row


def _roster_cell(value: Any) -> Any:
    match value:
        case datetime.datetime():
            return value.date().isoformat()
        case bool() | int() | None:
            return value
        case float():
            return int(value) if value.is_integer() else str(value)
        case _:
            return str(value)[:_MAX_TEXT_LENGTH]


def _json_cell(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


_SURROGATE = re.compile("[\ud800-\udfff]")


def _as_json(rows: list[list[Any]], refusal: type[Refusal]) -> bytes:
    text = json.dumps(rows, ensure_ascii=False)
    content = _SURROGATE.sub("�", text).encode()
    if len(content) > MAX_CONTENT_BYTES:
        raise refusal(
            f"表格过大：内容不能超过 {MAX_CONTENT_BYTES // _MB} MB", facts={"max_content_bytes": MAX_CONTENT_BYTES}
        )
    return content
