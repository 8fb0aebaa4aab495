"""Rulebooks as xlsx workbooks, both read and written; errors name the cell (R7)."""

from collections.abc import Mapping
from typing import Any

from contracts.calls.claims import Rulebook
from contracts.cap_texts import caps_text, parse_caps
from contracts.claims import CATEGORIES
from contracts.errors import Refusal, RulebookInvalid
from gateway.decoding.pool import DecodingPool
from gateway.documents.pool import document_pool
from gateway.documents.sheets import Sheet
from gateway.spreadsheets.uploads import read_sheets
from tabular import CellError, Column, Table, locate, read
from tabular.cells import YES, whole, word, yes_or_no
from tabular.table import letters

_CLAIMANTS = {"居民": "resident", "院长": "head", "均可": "both"}
_MOST_ITEMS = 500


_COLUMNS = (
    Column("编码", ("代码", "项目编码"), field="code", required=True),
    Column(
        "类别",
        ("分类", "项目类别"),
        field="category",
        parse=word({name: code for code, name in CATEGORIES.items()}),
        required=True,
    ),
    Column("项目", ("项目名称", "名称", "积分项目", "内容"), field="title", required=True),
    Column(
        "分值",
        ("积分", "分数", "积分分值"),
        field="score",
        parse=whole(-999_999_999, 999_999_999, units=("分",)),
        required=True,
    ),
    Column("单位", ("计量单位",), field="unit"),
    Column(
        "每次数量上限", ("数量上限",), field="max_quantity", parse=whole(-999_999_999, 999_999_999, units=("次", "个"))
    ),
    Column("申报人", ("申报对象",), field="claimable_by", parse=word(_CLAIMANTS)),
    Column("需要证明", ("是否需要证明", "证明"), field="evidence_required", parse=yes_or_no),
    Column("扣分项目", ("扣分", "是否扣分"), field="deduction", parse=yes_or_no),
    Column("平台记录", ("系统记录",), field="system", parse=yes_or_no),
    Column("积分上限", ("上限", "封顶"), field="caps", parse=parse_caps),
    Column("启用", ("是否启用",), field="active", parse=yes_or_no),
    Column("公开", ("是否公开", "公示"), field="public", parse=yes_or_no),
)
_IGNORED = ("备注", "说明", "序号")
_COLUMN_WIDTHS = (16, 12, 32, 8, 8, 14, 10, 10, 10, 10, 36, 8, 8)


class RulebookWorkbook:
    """An uploaded rulebook: its items, and the cell of each of their fields."""

    def __init__(self, content: bytes, pool: DecodingPool) -> None:
        """Read the workbook. Raise RulebookInvalid with every invalid cell in `errors`, and as `pool` does."""
        table = locate(read_sheets("rulebook", content, pool), _COLUMNS)
        records, errors = read(table, _COLUMNS, ignored=_IGNORED)
        if not errors and not records:
            errors = [CellError(table.first_row, "", f"A{table.first_row}", "表头下面没有项目")]
        if len(records) > _MOST_ITEMS:
            raise RulebookInvalid(f"最多 {_MOST_ITEMS} 个项目", facts={"max_items": _MOST_ITEMS})
        if errors:
            raise RulebookInvalid(errors=[_pointer_error(error, table) for error in errors])
        self.items: list[dict[str, Any]] = [{**record.values} for record in records]
        columns = {column.name: column.field for column in _COLUMNS}
        self._cells = {
            f"/items/{number}/{columns[name]}": f"{letters(index)}{record.row}"
            for number, record in enumerate(records)
            for index, name in enumerate(table.names)
            if name in columns
        }

    def with_cells(self, refusal: Refusal) -> Refusal:
        """Return a copy of `refusal` whose errors also name the cell their pointer refers to."""
        errors = [error | self._cell(error["pointer"]) for error in refusal.errors]
        return type(refusal)(refusal.detail, errors, refusal.facts)

    def _cell(self, pointer: str) -> dict[str, str]:
        """Return the cell of a field, also for pointers into it (`/items/3/caps/0`)."""
        field_pointer = "/".join(pointer.split("/")[:4])
        return {"cell": self._cells[field_pointer]} if field_pointer in self._cells else {}


def _pointer_error(error: CellError, table: Table) -> dict[str, str]:
    """Return an error as a problem names it: the field by the row's number below the headings, and the cell."""
    pointer = f"/items/{error.row - table.first_row}/{error.field}" if error.field else ""
    return {"pointer": pointer, "detail": error.detail, "cell": error.cell}


def write_rulebook(rulebook: Rulebook) -> bytes:
    """Return the rulebook as an xlsx workbook that `RulebookWorkbook` can read."""
    sheet: Sheet = {
        "name": f"积分细则第{rulebook['version']}版",
        "headings": [column.name for column in _COLUMNS],
        "days": [],
        "lines": 0,
        "widths": [*_COLUMN_WIDTHS],
    }
    items: list[Mapping[str, Any]] = [*rulebook["items"]]
    lines = ([_cell_value(column.field, item[column.field]) for column in _COLUMNS] for item in items)
    return document_pool().workbook([(sheet, lines)])


def _cell_value(field: str, value: Any) -> Any:
    match field:
        case "category":
            return CATEGORIES[value]
        case "claimable_by":
            return _key_of(_CLAIMANTS, value)
        case "caps":
            return caps_text(value)
        case _ if isinstance(value, bool):
            return _key_of(YES, value)
        case _:
            return value


def _key_of(mapping: Mapping[str, Any], wanted: Any) -> str:
    return next(key for key, value in mapping.items() if value == wanted)
