"""Plain text of a cell, and parsers of what people write in one, which raise ValueError with what they expect."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TypeVar

V = TypeVar("V")
Cell = str | int | bool | None
"""A cell as decoders pass it on: whole numbers as int, other numbers as text, days as ISO dates."""

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SERIAL_EPOCH = date(1899, 12, 30)
"""Day 0 of Excel's serial dates, as they are after February 1900."""
_SERIALS = range(20_000, 80_000)
"""Serial dates from 1954 to 2119; what is outside is no day that Excel wrote without its format."""
YES = {"是": True, "否": False}
_YES_SYNONYMS = {
    **dict.fromkeys(("√", "✓", "✔", "☑", "对", "有", "y", "yes", "true", "1"), True),
    **dict.fromkeys(("×", "✗", "✘", "x", "无", "没有", "不是", "n", "no", "false", "0", "-", "—"), False),
}


def plain(cell: Cell) -> str:
    """Return a cell as text: full-width characters as their usual forms, no spaces around, yes and no as 是 and 否."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return "" if cell is None else unicodedata.normalize("NFKC", str(cell)).strip()


def whole(low: int, high: int, *, units: Sequence[str] = ()) -> Callable[[str], int]:
    """Return a parser of whole numbers: `12`, `12.0`, `1,000`, `第二排` and `12号院`, where 排 and 号院 are `units`."""
    unit = "|".join(map(re.escape, sorted(units, key=len, reverse=True)))
    form = re.compile(
        rf"(?:第|no\.?\s?)?\s*([+-]?[0-9][0-9,]*|[零〇一二两三四五六七八九十百]+)(?:\.0*)?\s*(?:{unit})?", re.IGNORECASE
    )

    def parse(text: str) -> int:
        found = form.fullmatch(text)
        number = _number(found[1]) if found else None
        if number is None or not low <= number <= high:
            raise ValueError(f"应为 {low} 到 {high} 的整数")
        return number

    return parse


def _number(text: str) -> int | None:
    if re.fullmatch(r"[+-]?[0-9]{1,9}|[+-]?[0-9]{1,3}(,[0-9]{3}){1,2}", text):
        return int(text.replace(",", ""))
    return _chinese_number(text)


def _chinese_number(text: str) -> int | None:
    """Return a number up to 999 written in Chinese characters, None for another text."""
    found = re.fullmatch(
        r"(?:([一二两三四五六七八九])百)?[零〇]?(?:([一二三四五六七八九]?)(十))?([零〇一二三四五六七八九]?)", text
    )
    if not found or not text:
        return None
    hundreds, tens, ten, ones = found.groups()
    return _DIGITS.get(hundreds, 0) * 100 + (_DIGITS.get(tens or "一", 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def word(words: Mapping[str, V], synonyms: Mapping[str, V] | None = None) -> Callable[[str], V]:
    """Return a parser of one of `words`, or of a synonym; only `words` are named in the error."""
    known = {text.casefold(): value for text, value in {**(synonyms or {}), **words}.items()}

    def parse(text: str) -> V:
        if text.casefold() not in known:
            raise ValueError("应为 " + " 或 ".join(words))
        return known[text.casefold()]

    return parse


yes_or_no: Callable[[str], bool] = word(YES, _YES_SYNONYMS)
"""Parses 是 and 否, ticks and crosses."""


def day(text: str) -> date:
    """Return a date: `2024-03-01`, `2024/3/1`, `2024.3.1`, `2024年3月1日`, `20240301` or Excel's serial number."""
    found = re.fullmatch(
        r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ].*)?|(\d{4})(\d\d)(\d\d)", text
    )
    try:
        if found:
            return date(*(int(part) for part in found.groups() if part))
        if (serial := text.removesuffix(".0")).isascii() and serial.isdecimal() and int(serial) in _SERIALS:
            return _SERIAL_EPOCH + timedelta(days=int(serial))
    except ValueError:
        pass
    raise ValueError("应为日期，如 2024-03-01")


def moment(text: str) -> datetime:
    """Return Excel's serial number of a day and time as a time without offset, to the second: `46331.6875`."""
    if not re.fullmatch(r"\d{5}(\.\d+)?", text, re.ASCII) or int(float(text)) not in _SERIALS:
        raise ValueError("应为时间，如 2024-03-01 08:30")
    seconds = round(float(text) * 86_400)
    return datetime.combine(_SERIAL_EPOCH, time()) + timedelta(seconds=seconds)


def year(low: int, high: int) -> Callable[[str], int]:
    """Return a parser of a year: `1980`, `1980年`, or the year of a date."""

    def parse(text: str) -> int:
        found = re.fullmatch(r"([0-9]{4})(?:\.0)?\s*年?(?:生|出生)?", text)
        try:
            number = int(found[1]) if found else day(text).year
        except ValueError:
            number = -1
        if not low <= number <= high:
            raise ValueError(f"应为 {low} 到 {high} 的年份，如 1980")
        return number

    return parse
