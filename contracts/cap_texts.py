"""Caps of an item as people write them: "每户每月最多 20 分；每人每日最多 2 次", in workbooks and on pages (R7)."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

_PERIODS = {"日": "day", "天": "day", "周": "week", "月": "month", "年": "year"}
_SUBJECTS = {"人": "person", "户": "household"}
_UNITS = {"分": "points", "次": "times"}
_CAP = re.compile(r"每(?P<of>[人户])每(?P<per>[日天周月年])(?:最多)?\s*(?P<limit>\d{1,7})\s*(?P<counts>[分次])")


def parse_caps(text: str) -> list[dict[str, Any]]:
    """Return the caps that a text describes. Raise ValueError, in Chinese, for another text."""
    caps = []
    for part in re.split(r"[;\n]", unicodedata.normalize("NFKC", text)):
        if not (cap := _CAP.fullmatch(part.strip())):
            raise ValueError("应写作“每户每月最多 20 分；每人每日最多 2 次”")
        limit = {_UNITS[cap["counts"]]: int(cap["limit"])}
        caps.append({**limit, "per": _PERIODS[cap["per"]], "of": _SUBJECTS[cap["of"]]})
    return caps


def caps_text(caps: Iterable[Mapping[str, Any]]) -> str:
    """Return the text that describes caps."""
    return "；".join(_cap_text(cap) for cap in caps)


def _cap_text(cap: Mapping[str, Any]) -> str:
    counts = "points" if "points" in cap else "times"
    subject, period = _key_of(_SUBJECTS, cap["of"]), _key_of(_PERIODS, cap["per"])
    return f"每{subject}每{period}最多 {cap[counts]} {_key_of(_UNITS, counts)}"


def _key_of(mapping: Mapping[str, str], wanted: str) -> str:
    return next(key for key, value in mapping.items() if value == wanted)
