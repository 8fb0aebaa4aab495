"""Lists as xlsx downloads; `gateway.documents` writes them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from flask import Response

from gateway.documents.pool import document_pool
from gateway.documents.sheets import Sheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def response(
    name: str,
    columns: Mapping[str, str],
    rows: Iterable[Mapping[str, Any]],
    *,
    days: Collection[str] = (),
    keep: bool = False,
) -> Response:
    """Return a workbook `name`.xlsx with one sheet; `columns` maps fields of `rows` to headings.

    Fields in `days` hold ISO dates and become dates of the spreadsheet. Text cells are never formulas. An exception
    raised by iterating over `rows` is passed on. `keep` a list that everybody may read in memory, so that equal rows
    make its workbook once.
    """
    disposition = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    made = document_pool().workbook([sheet(name, columns, rows, days=days)], keep=keep)
    return Response(made, mimetype=MEDIA_TYPE, headers={"Content-Disposition": disposition})


def sheet(
    name: str, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]], *, days: Collection[str] = ()
) -> tuple[Sheet, Iterator[list[Any]]]:
    """Return a sheet and its lines, as `response` describes them."""
    described: Sheet = {
        "name": name,
        "headings": [*columns.values()],
        "days": [index for index, field in enumerate(columns) if field in days],
        "lines": 0,
    }
    return described, ([row[field] for field in columns] for row in rows)
