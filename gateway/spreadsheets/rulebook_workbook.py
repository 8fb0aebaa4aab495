"""A rulebook as a spreadsheet, both ways; what is wrong is said by cell (R7)."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from contracts.claims import CATEGORIES
from contracts.errors import Refusal, RulebookInvalid

_LARGEST = 20 * 1024 * 1024
_MOST_LINES = 500
_CLAIMABLE = {"居民": "resident", "院长": "head", "均可": "both"}
_SPANS = {"日": "day", "天": "day", "周": "week", "月": "month", "年": "year"}
_SUBJECTS = {"人": "person", "户": "household"}
_UNITS = {"分": "points", "次": "times"}
_YES = {"是": True, "否": False}
_CAP = re.compile(r"每(?P<of>[人户])每(?P<per>[日天周月年])(?:最多)?\s*(?P<limit>\d{1,7})\s*(?P<counts>[分次])")


class _Wrong(Exception):
    """What is wrong in one cell."""


def _text(value: Any) -> str:
    return str(value).strip()


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,9}(\.0*)?", _text(value)):
        raise _Wrong("应为整数")
    return int(float(value))


def _word(words: dict[str, Any]) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if _text(value) not in words:
            raise _Wrong(f"应为以下之一：{'、'.join(words)}")
        return words[_text(value)]

    return read


def _caps(value: Any) -> list[dict[str, Any]]:
    caps = []
    for text in re.split(r"[；;\n]", _text(value)):
        if not (found := _CAP.fullmatch(text.strip())):
            raise _Wrong("应写作“每户每月最多 20 分；每人每日最多 2 次”")
        limit = {_UNITS[found["counts"]]: int(found["limit"])}
        caps.append({**limit, "per": _SPANS[found["per"]], "of": _SUBJECTS[found["of"]]})
    return caps


_COLUMNS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "编码": ("code", _text),
    "类别": ("category", _word({name: code for code, name in CATEGORIES.items()})),
    "项目": ("title", _text),
    "分值": ("score", _integer),
    "单位": ("unit", _text),
    "每次数量上限": ("max_quantity", _integer),
    "申报人": ("claimable_by", _word(_CLAIMABLE)),
    "需要证明": ("evidence_required", _word(_YES)),
    "扣分项目": ("deduction", _word(_YES)),
    "平台记录": ("system", _word(_YES)),
    "积分上限": ("caps", _caps),
    "启用": ("active", _word(_YES)),
}
_REQUIRED = ("编码", "类别", "项目", "分值")


class RulebookWorkbook:
    """An uploaded rulebook: its lines, and which cell each field came from."""

    def __init__(self, content: bytes) -> None:
        """Read it. `RulebookInvalid` lists every wrong cell."""
        self.items: list[dict[str, Any]] = []
        self._cells: dict[str, str] = {}
        rows = _rows(content)
        columns = _header(next(iter(rows), ()))
        wrong = [problem for number, row in enumerate(rows[1:], 2) for problem in self._take(number, row, columns)]
        if wrong:
            raise RulebookInvalid(errors=wrong)

    def located(self, refusal: Refusal) -> Refusal:
        """The same refusal, each of its pointers with the cell it means."""
        errors = [error | self._cell(error["pointer"]) for error in refusal.errors]
        return type(refusal)(refusal.detail, errors, refusal.facts)

    def _take(self, number: int, row: tuple[Any, ...], columns: dict[int, str]) -> Iterable[dict[str, str]]:
        """One line; what is wrong in it."""
        if not any(value is not None and _text(value) for value in row):
            return
        item: dict[str, Any] = {}
        line = f"/items/{len(self.items)}"
        self.items.append(item)
        for place, name in columns.items():
            field, read = _COLUMNS[name]
            cell = f"{get_column_letter(place + 1)}{number}"
            self._cells[f"{line}/{field}"] = cell
            value = row[place] if place < len(row) else None
            try:
                if value is not None and _text(value):
                    item[field] = read(value)
                elif name in _REQUIRED:
                    raise _Wrong("必填")
            except _Wrong as wrong:
                yield {"pointer": f"{line}/{field}", "detail": str(wrong), "cell": cell}

    def _cell(self, pointer: str) -> dict[str, str]:
        """The cell of a field, also for what lies within it (`/items/3/caps/0`)."""
        whole = "/".join(pointer.split("/")[:4])
        return {"cell": self._cells[whole]} if whole in self._cells else {}


def write(rulebook: dict[str, Any]) -> bytes:
    """The rulebook as xlsx, in the form that `Sheet` reads."""
    book = Workbook()
    sheet = book.active
    sheet.title = f"积分细则第{rulebook['version']}版"
    sheet.append(list(_COLUMNS))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, item in enumerate(rulebook["items"], 2):
        for place, (field, _) in enumerate(_COLUMNS.values(), 1):
            value = _shown(field, item[field])
            cell = sheet.cell(number, place, value)
            if isinstance(value, str):
                cell.data_type = "s"  # never a formula, whatever it begins with
    for place, width in enumerate((16, 12, 32, 8, 8, 14, 10, 10, 10, 10, 36, 8), 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _shown(field: str, value: Any) -> Any:
    match field:
        case "category":
            return CATEGORIES[value]
        case "claimable_by":
            return _called(_CLAIMABLE, value)
        case "caps":
            return "；".join(_cap(cap) for cap in value)
        case _ if isinstance(value, bool):
            return _called(_YES, value)
        case _:
            return value


def _cap(cap: dict[str, Any]) -> str:
    counts = "points" if "points" in cap else "times"
    subject, span = _called(_SUBJECTS, cap["of"]), _called(_SPANS, cap["per"])
    return f"每{subject}每{span}最多 {cap[counts]} {_called(_UNITS, counts)}"


def _called(words: dict[str, Any], meaning: Any) -> str:
    return next(word for word, means in words.items() if means == meaning)


def _rows(content: bytes) -> list[tuple[Any, ...]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > _LARGEST:
                raise RulebookInvalid("表格过大")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = list(sheet.iter_rows(max_row=_MOST_LINES + 2, max_col=50, values_only=True))
    except RulebookInvalid:
        raise
    except Exception as error:
        # openpyxl raises whatever it likes on broken files: KeyError, ValueError, zlib.error, ParseError …
        raise RulebookInvalid("不是有效的 xlsx 表格") from error
    if len(rows) > _MOST_LINES + 1:
        raise RulebookInvalid(f"最多 {_MOST_LINES} 个项目")
    return rows


def _header(row: tuple[Any, ...]) -> dict[int, str]:
    """Which column is which, whatever their order; unknown columns are notes for people."""
    columns = {place: _text(value) for place, value in enumerate(row) if value and _text(value) in _COLUMNS}
    if missing := [name for name in _REQUIRED if name not in columns.values()]:
        detail = f"第一行缺少列：{'、'.join(missing)}"
        raise RulebookInvalid(detail, errors=[{"pointer": "", "detail": detail, "cell": "A1"}])
    return columns
