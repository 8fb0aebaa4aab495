"""What the gateway tells a worker about the sheets of a workbook."""

from typing import NotRequired, TypedDict


class Sheet(TypedDict):
    """A sheet: its name, headings, and how many of the lines that follow are its own."""

    name: str
    headings: list[str]
    days: list[int]
    """Positions of columns whose ISO dates become dates of the spreadsheet."""
    lines: int
    widths: NotRequired[list[int]]
    """Of the columns, instead of what their texts need."""
