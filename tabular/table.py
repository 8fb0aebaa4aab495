"""Reads the rows of a table by its columns. Errors name the cell, what is expected there and what was found."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tabular.cells import Cell, plain
from tabular.headings import Heading, Table

_WHOLE_COLUMN = 3
"""From so many rows on, an error that all of them have in a column is reported once."""
_LONGEST_SHOWN = 30


@dataclass(frozen=True)
class Column(Heading):
    """A column: the field that it fills, the parser of its cells, whether every row needs it, an example."""

    field: str = ""
    parse: Callable[[str], Any] = str
    required: bool = False
    example: str = ""


@dataclass(frozen=True)
class CellError:
    """An error in one cell, or in a whole column at its first cell. `column` is the heading, empty if there is none."""

    row: int
    column: str
    cell: str
    detail: str
    field: str = ""


@dataclass(frozen=True)
class Record:
    """A row that is not empty: the values by field, without those of empty cells."""

    row: int
    values: Mapping[str, Any]


def letters(index: int) -> str:
    """Return the letters of the column with an index from 0: A, B … Z, AA."""
    text = ""
    while index >= 0:
        text = chr(ord("A") + index % 26) + text
        index = index // 26 - 1
    return text


def read(
    table: Table,
    columns: Sequence[Column],
    *,
    ignored: Collection[str] = (),
    allow_unknown: bool = False,
    rows: Iterator[Sequence[Cell] | None] | None = None,
) -> tuple[list[Record], list[CellError]]:
    """Return the rows without errors, and all errors, in the order of rows. Rows that are empty are neither.

    Columns named in `ignored`, or all that are unknown if `allow_unknown`, are passed over. `rows` iterates over the
    rows of `table`, if the caller paces them.
    """
    if errors := _heading_errors(table, columns, table.names if allow_unknown else ignored):
        return [], errors
    by_name = {column.name: column for column in columns}
    reader = [by_name.get(name) for name in table.names]
    records, filled = [], 0
    for number, row in enumerate(table.rows if rows is None else rows, table.first_row):
        texts = [plain(cell) for cell in row or ()]
        if not any(texts):
            continue
        filled += 1
        values, wrong = _read_row(number, texts, reader, table.names)
        errors += wrong
        if not wrong:
            records.append(Record(number, values))
    return records, _collapsed(errors, filled)


def _read_row(
    number: int, texts: list[str], reader: Sequence[Column | None], names: Sequence[str]
) -> tuple[dict[str, Any], list[CellError]]:
    values: dict[str, Any] = {}
    errors = []
    for index in range(max(len(texts), len(reader))):
        text = texts[index] if index < len(texts) else ""
        column = reader[index] if index < len(reader) else None
        name = names[index] if index < len(names) else ""
        cell = f"{letters(index)}{number}"
        if column is None:
            if text and not name:
                detail = "这一列没有表头，却有内容：数字中的逗号请去掉，或把该格放在引号内"
                errors.append(CellError(number, "", cell, _found(detail, text)))
            continue
        try:
            if text:
                values[column.field] = column.parse(text)
            elif column.required:
                raise ValueError("必填")
        except ValueError as error:
            errors.append(CellError(number, column.name, cell, _found(str(error), text), column.field))
    return values, errors


def _found(detail: str, text: str) -> str:
    if not text:
        return detail
    shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    return f"{detail}；读到“{shown}”"


def _heading_errors(table: Table, columns: Sequence[Column], ignored: Collection[str]) -> list[CellError]:
    known = {column.name for column in columns}
    row = table.first_row - 1
    given = Counter(name for name in table.names if name)
    if not known & given.keys():
        expected = "、".join(column.name for column in columns if column.required)
        if len(given) <= 1:
            expected += "；只读到一列时，请检查分隔符（逗号、分号或制表符）"
        read = "、".join(given) or "空行"
        return [CellError(row, "", f"A{row}", _found(f"找不到表头，应有 {expected}", read))]
    cells = {name: f"{letters(index)}{row}" for index, name in reversed([*enumerate(table.names)])}
    unknown = [name for name in given if name not in known and name not in ignored]
    hint = f"；读到但不认识的列：{'、'.join(unknown)}" if unknown else ""
    return [
        *(
            CellError(row, column.name, f"A{row}", f"缺少此列{hint}")
            for column in columns
            if column.required and column.name not in given
        ),
        *(CellError(row, name, cells[name], "未知的列") for name in unknown),
        *(
            CellError(row, name, cells[name], "此列重复")
            for name, count in given.items()
            if count > 1 and name in known
        ),
    ]


def _collapsed(errors: list[CellError], filled: int) -> list[CellError]:
    """Return the errors, those that all rows have in one column as one."""
    counted = Counter(error.cell.rstrip("0123456789") for error in errors)
    whole = {column for column, count in counted.items() if count == filled >= _WHOLE_COLUMN}
    kept, seen = [], set[str]()
    for error in errors:
        column = error.cell.rstrip("0123456789")
        if column not in whole:
            kept.append(error)
        elif column not in seen:
            seen.add(column)
            kept.append(replace(error, detail=f"{error.detail}（该列 {filled} 行都有误）"))
    return kept
