"""Finds the row with the headings, which may follow titles and sheets of instructions, by name or synonym."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tabular.cells import Cell, plain

_SEARCHED_ROWS = 20
"""Rows from the top of a sheet in which headings are looked for."""


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook, or a text file; the first of `rows` is row 1."""

    name: str
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Heading:
    """What a column is called, and what people call it too."""

    name: str
    synonyms: Sequence[str] = ()

    def spellings(self) -> set[str]:
        """Return the name and the synonyms as `key_of` writes them."""
        return {key_of(text) for text in (self.name, *self.synonyms)}


@dataclass(frozen=True)
class Table:
    """The rows below the headings. `names` are those of known headings, and other headings as they were written."""

    names: list[str]
    rows: Sequence[Sequence[Cell]]
    first_row: int
    """The number of the first of `rows`, as the spreadsheet shows it."""


def key_of(text: str) -> str:
    """Return a heading without what does not tell columns apart: spaces, case, remarks in brackets, marks like `*`."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\(.*?\)|【.*?】|\[.*?\]|[\s*:_\-.、。]", "", text)


def locate(sheets: Sequence[Sheet], headings: Iterable[Heading]) -> Table:
    """Return the table below the row that has most of the headings; below the very first row if none has any."""
    names = {key: heading.name for heading in headings for key in heading.spellings()}
    best, best_score = (sheets[0], 0), 0
    for sheet in sheets:
        for index, row in enumerate(sheet.rows[:_SEARCHED_ROWS]):
            score = len({names[key] for cell in row if (key := key_of(plain(cell))) in names})
            if score > best_score:
                best, best_score = (sheet, index), score
    sheet, index = best
    texts = [plain(cell) for cell in sheet.rows[index]] if sheet.rows else []
    while texts and not texts[-1]:
        texts.pop()
    return Table([names.get(key_of(text), text) for text in texts], sheet.rows[index + 1 :], index + 2)
